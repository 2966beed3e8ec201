/** The engines that there are, and whose account speaks for each. */
import type { AccountInfo } from '../../shared/contract-accounts.ts';
import type { StartInfo } from '../../shared/contract.ts';
import type { ChosenKind, EngineKind } from '../../shared/domain/engine.ts';
import { PROVIDERS_OF } from '../../shared/models.ts';
import { useAnswer } from '../components/use-answer.ts';
import { useModelAccounts } from './use-model-accounts.ts';

export interface EngineOffer {
  readonly kind: EngineKind;
  readonly isReady: boolean;
  readonly version: string | null;
  /** What is wrong with it, when it is not ready. */
  readonly why: string | null;
  /** What people call the account that speaks for it; `null`: it speaks for itself, or to nobody. */
  readonly account: string | null;
}

/** `null` until it is known. */
export function useEngines(): readonly EngineOffer[] | null {
  const { accounts } = useModelAccounts();
  const { value } = useAnswer('start.get', NOTHING, ASK_AGAIN_MS);
  return value && offersOf(value.engines, accounts ?? []);
}

const NOTHING = {};
/** Engines come with agents, installations and accounts; nobody tells us when. */
const ASK_AGAIN_MS = 3_000;

/** In the order of the workshop, each kind once. */
export function offersOf(
  engines: StartInfo['engines'],
  accounts: readonly AccountInfo[],
): EngineOffer[] {
  return KINDS.map((kind) => {
    const found = engines.find((engine) => engine.kind === kind);
    const account = speakerOf(kind, accounts);
    return {
      ...{ kind, account, version: found?.version ?? null },
      isReady: kind === 'command' || found?.ready === true,
      why: found?.why ?? null,
    };
  });
}

/** What is taken where nobody chooses: the one engine that is ready, or whichever serves best; and where none is, the one most have. */
export function usualEngine(offers: readonly EngineOffer[]): ChosenKind {
  const ready = offers.filter(({ kind, isReady }) => kind !== 'command' && isReady);
  return ready.length > 1 ? 'auto' : (ready[0]?.kind ?? 'claude-code');
}

const KINDS: readonly EngineKind[] = [
  'claude-code',
  'anthropic',
  'codex',
  'opencode',
  'ollama',
  'command',
];

function speakerOf(kind: EngineKind, accounts: readonly AccountInfo[]): string | null {
  if (kind === 'command') return null;
  const mine = PROVIDERS_OF[kind].flatMap((provider) =>
    accounts.filter((account) => account.provider === provider),
  );
  const good = mine.find(({ state }) => state === 'good') ?? mine[0];
  return good?.name ?? null;
}
