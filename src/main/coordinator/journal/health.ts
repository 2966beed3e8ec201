/**
 * Whether the journal can write, as a state with a name. A write that failed brings a trouble; a probe finds out every
 * few seconds whether it has passed, so that work goes on by itself. Damage does not pass.
 */
import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from '../../../shared/clock.ts';
import { problemOf, type StorageProblem } from '../db/problem.ts';
import type { JournalHealth } from './port.ts';

const PROBE_MS = 2_000;
/** So much room must be there before a full disk counts as one with room again: some hundred commits. */
const ROOM_BYTES = 1024 * 1024;

export interface HealthOptions {
  readonly clock: Clock;
  /** The data folder. */
  readonly dir: string;
  /** Writes to the database what it holds already; throws when that cannot be done. */
  readonly touch: () => void;
}

export interface HealthWatch {
  health(): JournalHealth;
  onHealth(listener: (health: JournalHealth) => void): () => void;
  /** Takes note of a problem; answers it as it is seen now, which may be more than the file's own error says. */
  report(problem: StorageProblem): StorageProblem;
  close(): void;
}

export function watchHealth({ clock, dir, touch }: HealthOptions): HealthWatch {
  const listeners = new Set<(health: JournalHealth) => void>();
  let health: JournalHealth = { state: 'sound', since: clock.now(), message: null };
  let cancelProbe: (() => void) | null = null;
  let isClosed = false;

  function enter(state: JournalHealth['state'], message: string | null): void {
    if (state === health.state && message === health.message) return;
    const since = state === health.state ? health.since : clock.now();
    health = { state, since, message };
    for (const listener of [...listeners]) listener(health);
  }

  function report(problem: StorageProblem): StorageProblem {
    // A row that is not what it must be does not become so again, and nothing is written to such a file.
    if (health.state === 'damaged' && cancelProbe === null) return problem;
    if (problem.kind === 'damaged' || problem.kind === 'not_a_database') {
      cancelProbe?.();
      cancelProbe = null;
      enter('damaged', problem.message);
      return problem;
    }
    // Somebody else holds the file for a moment.
    if (problem.kind === 'in_use') return problem;
    const seen = problem.kind === 'disk_full' ? problem : (whyNoFile(dir, 1) ?? problem);
    enter(stateOf(seen), seen.message);
    if (!isClosed) cancelProbe ??= clock.after(PROBE_MS, probe);
    return seen;
  }

  function probe(): void {
    cancelProbe = null;
    const problem = whyNoFile(dir, ROOM_BYTES) ?? whyNoTouch();
    if (problem) report(problem);
    else enter('sound', null);
  }

  function whyNoTouch(): StorageProblem | undefined {
    try {
      touch();
      return undefined;
    } catch (error) {
      const problem = problemOf(error, path.join(dir, 'koubou.db'));
      if (!problem) throw error;
      return problem;
    }
  }

  return {
    health: () => health,
    onHealth(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    report,
    close() {
      isClosed = true;
      cancelProbe?.();
      cancelProbe = null;
      listeners.clear();
    },
  };
}

function stateOf({ kind }: StorageProblem): JournalHealth['state'] {
  if (kind === 'disk_full') return 'full';
  return kind === 'read_only' || kind === 'no_permission' ? 'read_only' : 'damaged';
}

/** Why a new file of `size` bytes cannot be put into `dir`; `undefined`: it can. Nothing of it stays. */
function whyNoFile(dir: string, size: number): StorageProblem | undefined {
  const file = path.join(dir, 'probe.tmp');
  try {
    const handle = openSync(file, 'w', 0o600);
    try {
      writeSync(handle, Buffer.alloc(size));
      fsyncSync(handle);
    } finally {
      closeSync(handle);
      rmSync(file, { force: true });
    }
    return undefined;
  } catch (error) {
    const problem = problemOf(error, path.join(dir, 'koubou.db'));
    if (!problem) throw error;
    return problem;
  }
}
