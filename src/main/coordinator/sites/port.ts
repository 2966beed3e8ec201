/** What the parts of a site share. */
import type { Logger } from 'pino';
import type { Clock } from '../../../shared/clock.ts';
import type { SiteId } from '../../../shared/ids.ts';
import type { Journal } from '../journal/port.ts';
import { SharedQueueError, type SharedQueue } from '../queue/shared-port.ts';

export interface SiteDeps {
  readonly site: SiteId;
  readonly shared: SharedQueue;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Who commits what the other coordinators told. */
export const ACTOR = 'sites';

/** False where the shared queue is away now; what else goes wrong is a bug. */
export async function whileThere(
  { shared, log }: Pick<SiteDeps, 'shared' | 'log'>,
  work: () => Promise<void>,
): Promise<boolean> {
  if (shared.state().kind === 'away') return false;
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof SharedQueueError)) throw error;
    if (error.trouble !== 'away') log.warn({ trouble: error.trouble }, error.message);
    return false;
  }
}

/** Does it at once, and again so long after each time. */
export function repeat(clock: Clock, ms: number, work: () => Promise<unknown>): { close(): void } {
  let closed = false;
  let cancel = (): void => {};
  const run = async (): Promise<void> => {
    await work();
    if (!closed) cancel = clock.after(ms, () => void run());
  };
  void run();
  return {
    close() {
      closed = true;
      cancel();
    },
  };
}
