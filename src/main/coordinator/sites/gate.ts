/**
 * Asks before anything is done outside of the workshop for a shared task (a merge, a push to a forge, a pull request, a
 * comment): does this coordinator lead it still? While nobody can be asked, it waits. All know by then what is to be done, so that
 * whoever takes over looks whether it was.
 */
import type { Clock } from '../../../shared/clock.ts';
import { isLedElsewhere } from '../../../shared/domain/led-elsewhere.ts';
import type { TaskId } from '../../../shared/ids.ts';
import type { Journal } from '../journal/port.ts';
import { SharedQueueError, type SharedQueue } from '../queue/shared-port.ts';
import type { Publisher } from './publisher.ts';

const AGAIN_MS = 5_000;

/** What is shared now. */
interface Sharing {
  readonly shared: SharedQueue;
  readonly publisher: Pick<Publisher, 'flush'>;
}

export interface Gate {
  /** Resolves when it is known; never while the shared queue is away. False: another one leads the task. */
  mayAct(id: TaskId): Promise<boolean>;
}

/** @param current the queue that is shared now, if any; @param closed ends what waits, with false */
export function createGate(
  journal: Pick<Journal, 'task'>,
  current: () => Sharing | null,
  clock: Clock,
  closed: AbortSignal,
): Gate {
  return {
    async mayAct(id) {
      while (!closed.aborted) {
        const task = journal.task(id);
        const sharing = current();
        if (!task || isLedElsewhere(task)) return false;
        if (task.site === null || !sharing) return true;
        const { shared, publisher } = sharing;
        try {
          if (await publisher.flush()) return await shared.holds(id, task.leadFence);
        } catch (error) {
          if (!(error instanceof SharedQueueError)) throw error;
        }
        await change(shared, clock, closed);
      }
      return false;
    },
  };
}

/** It may have changed before anybody asked: so it is looked at again after a while all the same. */
async function change(shared: SharedQueue, clock: Clock, closed: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const end = shared.onState(done);
    const cancel = clock.after(AGAIN_MS, done);
    function done(): void {
      end();
      cancel();
      closed.removeEventListener('abort', done);
      resolve();
    }
    closed.addEventListener('abort', done);
  });
}
