/** What looks after the coordinator's own files: backups, the check of the log, and the journal's troubles under names. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import type { Settings } from '../../shared/settings.ts';
import { createAuditor } from './backups/auditor.ts';
import { startBackups } from './backups/keeper.ts';
import type { Auditor, Backups } from './backups/port.ts';
import type { Conditions } from './conditions.ts';
import type { OpenJournal } from './journal/open.ts';
import type { JournalHealth } from './journal/port.ts';

export interface UpkeepOptions {
  readonly journal: OpenJournal;
  readonly dataDir: string;
  readonly version: string;
  readonly schedule: () => Settings['backups'];
  readonly conditions: Conditions;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Upkeep {
  readonly backups: Backups;
  readonly auditor: Auditor;
  /** Waits for the backup that is being made, and ends the check. Before the journal is closed. */
  close(): Promise<void>;
}

export function startUpkeep(options: UpkeepOptions): Upkeep {
  const { journal, conditions } = options;
  const endHealth = journal.onHealth((health) => showHealth(conditions, health));
  const pause = (): Promise<void> => nextTurn();
  const backups = startBackups({ ...options, pause });
  const auditor = createAuditor({ ...options, file: journal.db.name, pause });
  return {
    backups,
    auditor,
    async close() {
      endHealth();
      await auditor.close();
      await backups.close();
    },
  };
}

function showHealth(conditions: Conditions, { state, message }: JournalHealth): void {
  const kind = state === 'read_only' ? 'read_only' : 'journal_full';
  for (const other of ['read_only', 'journal_full'] as const)
    if (state === 'sound' || other !== kind) conditions.clear(other);
  if (state !== 'sound') conditions.set(kind, message ?? state);
}
