/** How long our own loop may take in all, and how long its model may be silent. */
import type { Clock } from '../../shared/clock.ts';
import type { EngineRun } from './engine.ts';

export interface LoopLimits {
  /** Aborted when the attempt is stopped, or a limit is reached. */
  readonly signal: AbortSignal;
  /** The limit that was reached. */
  reached(): 'total' | 'idle' | null;
  /** ms that are left of all. */
  left(): number;
  /** The model was asked: from now on it has to be heard. */
  listen(): void;
  heard(): void;
  /** Nothing is expected of it. */
  rest(): void;
  close(): void;
}

/** @param clock stands still while the attempt does */
export function watchLimits(
  { signal, limits }: Pick<EngineRun, 'signal' | 'limits'>,
  clock: Clock,
): LoopLimits {
  const abort = new AbortController();
  const ends = clock.monotonic() + limits.engineMs;
  let reached: 'total' | 'idle' | null = null;
  let last = 0;
  let rest = (): void => {};
  const stop = (limit: 'total' | 'idle'): void => {
    reached ??= limit;
    abort.abort(new Error(`the engine's ${limit} limit`));
  };
  const cancelTotal = clock.after(limits.engineMs, () => stop('total'));
  const look = (): void => {
    const left = last + limits.engineIdleMs - clock.monotonic();
    if (left <= 0) stop('idle');
    else rest = clock.after(left, look);
  };
  return {
    signal: AbortSignal.any([signal, abort.signal]),
    reached: () => reached,
    left: () => ends - clock.monotonic(),
    listen() {
      rest();
      last = clock.monotonic();
      look();
    },
    heard() {
      last = clock.monotonic();
    },
    rest: () => rest(),
    close() {
      rest();
      cancelTotal();
    },
  };
}
