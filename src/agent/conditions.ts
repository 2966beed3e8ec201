/** The troubles of this machine that an agent can name, looked for with the heartbeats. */
import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Condition, ConditionKind } from '../shared/domain/condition.ts';
import type { AttemptId } from '../shared/ids.ts';
import { freeBytes, FULL_BYTES, mebibytes, messageOf, saysDiskFull } from './failure.ts';

export interface Conditions {
  /** As they were found last, oldest first. */
  list(): Condition[];
  /** Looks at the disk; never rejects. */
  look(): Promise<void>;
  /** Work trees that are kept because their work is not safe. */
  keptWork(paths: readonly string[]): void;
  /** An attempt's journal cannot be written, or (`null`) can again. */
  journalTrouble(attemptId: AttemptId, message: string | null): void;
}

const LOW_BYTES = 1024 * 1024 * 1024;

/**
 * @param dir the agent's folder
 * @param noTerminal why commands run without a terminal here; `null` when they have one
 */
export function createConditions(
  dir: string,
  now: () => number,
  noTerminal: string | null,
): Conditions {
  const found = new Map<ConditionKind, Condition>();
  const journals = new Map<AttemptId, string>();

  function set(kind: ConditionKind, message: string | null): void {
    if (message === null) found.delete(kind);
    else found.set(kind, { kind, since: found.get(kind)?.since ?? now(), message });
  }

  set('no_terminal', noTerminal);
  return {
    list: () => [...found.values()],
    async look() {
      const trouble = await tryDisk(dir);
      set('disk_full', trouble?.kind === 'disk_full' ? trouble.message : null);
      set('read_only', trouble?.kind === 'read_only' ? trouble.message : null);
      set('disk_low', trouble?.kind === 'disk_low' ? trouble.message : null);
    },
    keptWork(paths) {
      const [first, ...more] = paths;
      const others = more.length > 0 ? ` and ${more.length} more` : '';
      const text =
        first && `what was done in ${first}${others} is nowhere else; save it, or remove it`;
      set('unsafe_work', text ?? null);
    },
    journalTrouble(attemptId, message) {
      if (message === null) journals.delete(attemptId);
      else journals.set(attemptId, message);
      const [first] = journals;
      const text = first && `the journal of ${first[0]} cannot be written: ${first[1]}`;
      set('journal_full', text ?? null);
    },
  };
}

async function tryDisk(
  dir: string,
): Promise<{ kind: 'disk_full' | 'read_only' | 'disk_low'; message: string } | null> {
  const probe = path.join(dir, 'probe');
  try {
    const free = await freeBytes(dir);
    const left = `${mebibytes(free)} MB are free at ${dir}; make room there`;
    if (free < FULL_BYTES) return { kind: 'disk_full', message: left };
    // A file system that became read-only (a disk error, say) still tells how much is free.
    await using file = await open(probe, 'w', 0o600);
    await file.writeFile('x');
    return free < LOW_BYTES ? { kind: 'disk_low', message: left } : null;
  } catch (error) {
    const message = `nothing can be written to ${dir}: ${messageOf(error)}`;
    return { kind: saysDiskFull(message) ? 'disk_full' : 'read_only', message };
  } finally {
    // Where nothing can be written there is nothing to remove.
    await rm(probe, { force: true }).catch(() => {});
  }
}
