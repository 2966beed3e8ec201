/**
 * Watches whether a version that was just installed comes up: whether its coordinator answers. When it has not twice, in one
 * start or in several, somebody is asked whether to go back.
 */
import type { CoordinatorState } from '../../../shared/bridge.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { MemoryFile } from './memory.ts';

const PATIENCE_MS = 60_000;
const MOST_FAILURES = 2;

export interface TrialDeps {
  /** Of this app. */
  readonly version: string;
  readonly memory: MemoryFile;
  readonly clock: Clock;
  /** Called when it did not come up, so that it tries again. */
  readonly retry: () => void;
  /** Called at most once per start. */
  readonly offerBack: () => void;
}

export interface Trial {
  /** How the coordinator fares now. */
  heard(state: CoordinatorState): void;
}

export function watchTrial({ version, memory, clock, retry, offerBack }: TrialDeps): Trial {
  let isOver = memory.get().trial?.version !== version;
  let cancel = (): void => {};
  const patience = (): void => {
    cancel();
    cancel = clock.after(PATIENCE_MS, failed);
  };

  function failed(): void {
    const count = (memory.get().trial?.failed ?? 0) + 1;
    memory.set({ trial: { version, failed: count } });
    if (count >= MOST_FAILURES) {
      isOver = true;
      return offerBack();
    }
    patience();
    retry();
  }

  if (!isOver) patience();
  return {
    heard({ status }) {
      if (isOver || (status !== 'ready' && status !== 'failed')) return;
      cancel();
      if (status === 'failed') return failed();
      isOver = true;
      memory.set({ trial: undefined });
    },
  };
}
