/** The check of the whole log on a running coordinator, in slices between which everybody else works. */
import type { Logger } from 'pino';
import type { Clock } from '../../../shared/clock.ts';
import type { Audit } from '../../../shared/upkeep.ts';
import { verifyJournal } from '../journal/verify.ts';
import type { Auditor } from './port.ts';

export interface AuditorOptions {
  /** The database. */
  readonly file: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Logger;
  /** Lets others work: `setImmediate` as a promise. */
  readonly pause: () => Promise<unknown>;
}

export interface RunningAuditor extends Auditor {
  /** Ends the check that is under way, if any. */
  close(): Promise<void>;
}

const NONE: Audit = {
  state: 'none',
  checked: 0,
  total: 0,
  startedAt: null,
  endedAt: null,
  hash: null,
  message: null,
};

export function createAuditor({ file, clock, log, pause }: AuditorOptions): RunningAuditor {
  let audit = NONE;
  let running: Promise<void> | null = null;
  const closing = new AbortController();

  async function check(): Promise<void> {
    try {
      const rest = async (): Promise<void> => {
        await pause();
        closing.signal.throwIfAborted();
      };
      const result = await verifyJournal(file, rest, (checked, total) => {
        audit = { ...audit, checked, total };
      });
      const endedAt = clock.now();
      if (result.ok) {
        const { events, hash } = result.value;
        audit = { ...audit, state: 'sound', checked: events, total: events, endedAt, hash };
      } else {
        const isDamage = result.error.kind === 'damaged' || result.error.kind === 'not_a_database';
        const state = isDamage ? 'damaged' : 'failed';
        audit = { ...audit, state, endedAt, message: result.error.message };
        log.error(result.error.message);
      }
    } catch (error) {
      if (!closing.signal.aborted) log.error({ err: error }, 'the check of the log broke off');
      const message = 'the check broke off; the log of the coordinator has more';
      audit = { ...audit, state: 'failed', endedAt: clock.now(), message };
    }
  }

  return {
    start() {
      if (running) return audit;
      audit = { ...NONE, state: 'running', startedAt: clock.now() };
      running = check().finally(() => {
        running = null;
      });
      return audit;
    },
    get: () => audit,
    async close() {
      closing.abort();
      await running;
    },
  };
}
