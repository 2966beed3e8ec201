/**
 * What the parts of the model proxy are to each other. A call goes this way round:
 *
 *   engine → relay on its machine → proxy: whose key is it? (keys) → may it, and with which account? (admission)
 *          → provider, streamed back as it comes → meter (what was used) → the journal (`attempt.call_model`)
 *
 * Accounts and their secrets are in `accounts/`, limits in `limits/`, whether accounts are well in `sessions/`.
 */
import type { EngineKind } from '../../../../shared/domain/engine.ts';
import type { TroubleClass } from '../../../../shared/domain/engine-trouble.ts';
import type { Supply } from '../../../../shared/domain/supply.ts';
import type { Priority } from '../../../../shared/domain/task.ts';
import type { AgentId, AttemptId, TaskId } from '../../../../shared/ids.ts';
import type { ModelAccountId, Provider } from '../../../../shared/models.ts';
import type { Result } from '../../../../shared/result.ts';

/** An account at a provider, without its secret. */
export interface ModelAccount {
  readonly id: ModelAccountId;
  readonly provider: Provider;
  /** What people call it. */
  readonly name: string;
  /** Without `/v1`, without a slash at the end: `https://api.anthropic.com`. */
  readonly baseUrl: string;
  /** How its secret is shown to the provider: `x-api-key: S` (Anthropic) or `authorization: Bearer S`. */
  readonly auth: 'api_key' | 'bearer';
}

/** Who asks: an attempt, and what is known of its task. */
export interface Asker {
  readonly attemptId: AttemptId;
  readonly taskId: TaskId;
  readonly agentId: AgentId;
  readonly priority: Priority;
  /** Address of the repository. */
  readonly repo: string;
  readonly engine: EngineKind;
}

/** The accounts that there are, in the order in which they were added. */
export interface Accounts {
  list(): readonly ModelAccount[];
  /** The error is a sentence. Asked for with each call, and kept nowhere else. */
  secretOf(id: ModelAccountId): Promise<Result<string, string>>;
  /** Called when one was added, changed or removed; the answer ends it. */
  onChange(listener: () => void): () => void;
}

/** One call before it leaves. */
export interface CallRequest {
  readonly asker: Asker;
  readonly provider: Provider;
  /** As the engine names it; empty where the call is about no model (a list of models, say). */
  readonly model: string;
  /** Tokens it will take in, about: its bytes by four. */
  readonly inputTokens: number;
  /** The most that it lets the model write. */
  readonly maxOutputTokens: number;
  /** Accounts that were tried for it already. */
  readonly tried: ReadonlySet<ModelAccountId>;
}

/** Why a call does not leave, in the words of the one table. */
export interface Refusal {
  readonly trouble: TroubleClass;
  readonly message: string;
  /** When it is over, where that is known (epoch ms). */
  readonly until: number | null;
}

/** What became of a call at the provider. */
export interface CallOutcome {
  /** 0: there was no answer. */
  readonly status: number;
  readonly trouble: TroubleClass | null;
  /** When the provider says that a limit is over (epoch ms). */
  readonly until: number | null;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cachedInputTokens: number;
  /** Millionths of a dollar; `null`: there is no price for the model. */
  readonly costMicros: number | null;
}

/** The right to make one call with one account. */
export interface Ticket {
  readonly account: ModelAccount;
  /** The answer begins: what its headers say of limits. Lower-case names. */
  answered(status: number, headers: Readonly<Record<string, string | undefined>>): void;
  /** The call is over, however it ended: called exactly once. */
  done(outcome: CallOutcome): void;
}

/** Lets calls out, the most urgent first, no faster than accounts, budgets and servers bear. */
export interface Admission {
  /** Waits for its turn. Rejects with the signal's reason when the engine hangs up before. */
  admit(call: CallRequest, signal: AbortSignal): Promise<Result<Ticket, Refusal>>;
  /** How accounts stand, for people and for the scheduler. */
  states(): readonly AccountState[];
  onChange(listener: () => void): () => void;
  close(): void;
}

/** One window of an account's limit: tokens or requests, for a minute or five hours. */
export interface LimitWindow {
  /** As the provider names it: `requests`, `input_tokens`, `unified_5h`. */
  readonly name: string;
  /** `null`: only the used share is told. */
  readonly limit: number | null;
  readonly remaining: number | null;
  /** 0 to 1. */
  readonly used: number;
  /** Epoch ms. */
  readonly resetAt: number | null;
}

export interface AccountState {
  readonly id: ModelAccountId;
  readonly windows: readonly LimitWindow[];
  /** Calls under way, and waiting for their turn. */
  readonly running: number;
  readonly waiting: number;
  /** No call leaves before (epoch ms); `null`: they do. */
  readonly heldUntil: number | null;
  /** Of its server: calls leave, none does, one at a time to see. */
  readonly breaker: 'closed' | 'open' | 'half_open';
}

/** Whether an account's sign-in is good. */
export interface Sessions {
  /** False: three checks in a row failed, and nothing is sent until somebody signs in again. */
  isGood(id: ModelAccountId): boolean;
  /** A call was refused for its sign-in: it is checked at once. */
  suspect(id: ModelAccountId): void;
  onChange(listener: () => void): () => void;
}

/** What the scheduler asks before it gives a task away: can this engine speak now? */
export interface ModelSupply {
  /** `null`: no account is there for it, and only what agents are signed in with counts. */
  of(engine: EngineKind): EngineSupply | null;
  /** It may be another answer now. */
  onChange(listener: () => void): () => void;
}

export type EngineSupply = Supply;
