/** What became of a call: as limits and budgets count it, and as it is recorded. Pure. */
import type { Clock } from '../../../../shared/clock.ts';
import type { TroubleClass } from '../../../../shared/domain/engine-trouble.ts';
import type { ModelAccountId, ModelCall } from '../../../../shared/models.ts';
import type { Reading } from './meter.ts';
import type { Way } from './paths.ts';
import type { CallOutcome } from './port.ts';
import { costMicros } from '../../../../shared/model-prices.ts';
import type { AboutRequest } from './request-body.ts';

/** @param reading `null`: nothing was read of an answer */
export function outcomeOf(
  status: number,
  trouble: TroubleClass | null,
  until: number | null,
  reading: Reading | null,
  inputTokens: number,
): CallOutcome {
  if (reading === null) {
    // One that never got to a model took nothing.
    const used = trouble === null && status !== 0 ? inputTokens : 0;
    const nothing = { inputTokens: used, outputTokens: 0, cachedInputTokens: 0, costMicros: null };
    return { status, trouble, until, ...nothing };
  }
  const { tokens, model } = reading;
  return {
    ...{ status, trouble, until },
    inputTokens: tokens.input + tokens.cacheWrite + tokens.cacheWriteHour,
    outputTokens: tokens.output,
    cachedInputTokens: tokens.cacheRead,
    costMicros: costMicros(model, tokens),
  };
}

const NOTHING: Reading['tokens'] = {
  input: 0,
  output: 0,
  cacheRead: 0,
  cacheWrite: 0,
  cacheWriteHour: 0,
};

/** What was asked for, and when by the monotonic clock. */
interface Asked {
  readonly way: Way;
  readonly about: AboutRequest;
  readonly startedAt: number;
}

interface Over {
  readonly accountId: ModelAccountId | null;
  readonly status: number;
  readonly trouble: TroubleClass | null;
  /** `null`: no model was asked. */
  readonly reading: Reading | null;
  readonly waitMs: number;
  readonly firstByteMs: number | null;
}

/** @param over `status` 0: the engine saw none */
export function callOf(
  { way, about, startedAt }: Asked,
  clock: Pick<Clock, 'monotonic'>,
  { accountId, status, trouble, reading, waitMs, firstByteMs }: Over,
): ModelCall {
  const tokens = reading?.tokens ?? NOTHING;
  const model = (reading?.model ?? '') === '' ? about.model : (reading?.model ?? '');
  const micros = reading === null ? null : costMicros(model, tokens);
  return {
    accountId,
    provider: way.provider,
    model: model.slice(0, 200),
    usage: {
      inputTokens: tokens.input + tokens.cacheWrite + tokens.cacheWriteHour,
      outputTokens: tokens.output,
      cachedInputTokens: tokens.cacheRead,
      costUsd: micros === null ? null : micros / 1e6,
    },
    status,
    waitMs: Math.round(waitMs),
    firstByteMs: firstByteMs === null ? null : Math.round(firstByteMs),
    ms: Math.round(clock.monotonic() - startedAt),
    trouble,
    ...(reading?.isEstimated === true && { estimated: true }),
  };
}
