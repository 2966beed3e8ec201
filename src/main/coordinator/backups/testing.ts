/** For tests of this folder: workshops with a random history, backups of them, and restores. */
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { applyTo } from '../../../shared/domain/apply.ts';
import type { StoredEvent } from '../../../shared/domain/event.ts';
import { emptyState, type State } from '../../../shared/domain/state.ts';
import { nextCommand, type Pick as PickNumber } from '../../../shared/domain/testing.ts';
import type { Result } from '../../../shared/result.ts';
import type { Backup } from '../../../shared/upkeep.ts';
import type { OpenJournal } from '../journal/open.ts';
import type { TestClock } from '../journal/testing.ts';
import { createBackup } from './create.ts';
import { restoreWorkshop, type Restored, type RestoreOptions } from './restore.ts';
import { openBackupStore } from './store.ts';

/** Carries out some random commands. */
export async function live(
  journal: OpenJournal,
  pick: PickNumber,
  clock: TestClock,
  commands: number,
): Promise<void> {
  const state = foldOf(journal.eventsAfter(0, 1_000_000));
  const end = journal.subscribe((events) => {
    for (const stored of events) applyTo(state, stored);
  });
  for (let done = 0; done < commands; done++) {
    clock.advance(1_000);
    await journal.submit(nextCommand(state, pick, clock.now()), { actor: 'test' });
  }
  end();
}

export function foldOf(events: readonly StoredEvent[]): State {
  const state = emptyState();
  for (const stored of events) applyTo(state, stored);
  return state;
}

export async function mustBackUp(
  journal: OpenJournal,
  dir: string,
  now: () => number,
): Promise<Backup> {
  const store = openBackupStore(dir);
  const made = await createBackup({
    store,
    database: journal.db.name,
    now,
    version: '1',
    pause: nextTurn,
  });
  if (!made.ok) throw new Error(made.error.message);
  return made.value;
}

export async function restoreTo(
  dir: string,
  options: Partial<RestoreOptions> = {},
): Promise<Result<Restored, string>> {
  const defaults = { name: undefined, at: undefined, now: Date.UTC(2030, 0, 1), pause: nextTurn };
  return await restoreWorkshop({ dir, ...defaults, onStep: () => {}, ...options });
}

export async function mustRestore(
  dir: string,
  options: Partial<RestoreOptions> = {},
): Promise<Restored> {
  const restored = await restoreTo(dir, options);
  if (!restored.ok) throw new Error(restored.error);
  return restored.value;
}

export function databaseOf(dir: string): string {
  return path.join(dir, 'koubou.db');
}
