/**
 * Asks before anything is done outside of the workshop for a shared task (a merge, a push to a forge, a pull request, a
 * comment): does this coordinator lead it still? While nobody can be asked, it waits.
 */
import { isLedElsewhere } from '../../../shared/domain/led-elsewhere.ts';
import type { TaskId } from '../../../shared/ids.ts';
import type { Journal } from '../journal/port.ts';
import { SharedQueueError, type SharedQueue } from '../queue/shared-port.ts';

export interface Gate {
  /** Resolves when it is known; never while the shared queue is away. False: another one leads the task. */
  mayAct(id: TaskId): Promise<boolean>;
}

/** @param current the queue that is shared now, if any; @param closed ends what waits, with false */
export function createGate(
  journal: Pick<Journal, 'task'>,
  current: () => SharedQueue | null,
  closed: AbortSignal,
): Gate {
  return {
    async mayAct(id) {
      while (!closed.aborted) {
        const task = journal.task(id);
        const shared = current();
        if (!task || isLedElsewhere(task)) return false;
        if (task.site === null || !shared) return true;
        try {
          return await shared.holds(id, task.leadFence);
        } catch (error) {
          if (!(error instanceof SharedQueueError)) throw error;
          await change(shared, closed);
        }
      }
      return false;
    },
  };
}

async function change(shared: SharedQueue, closed: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const end = shared.onState(done);
    function done(): void {
      end();
      closed.removeEventListener('abort', done);
      resolve();
    }
    closed.addEventListener('abort', done);
  });
}
