/** What the API sees of backups and of the check of the log. */
import type { OutputOf } from '../../../shared/contract.ts';
import type { Result } from '../../../shared/result.ts';
import type { Audit, Backup } from '../../../shared/upkeep.ts';

export interface Backups {
  /** Makes one now, or waits for the one that is being made. */
  create(): Promise<Result<Backup>>;
  list(): OutputOf<'backups.list'>;
}

export interface Auditor {
  /** Starts a check unless one is under way; answers at once. */
  start(): Audit;
  /** How far it is, or how the last one ended. */
  get(): Audit;
}
