/**
 * Asks before anything is done outside of the workshop for a shared task (a merge, a push to a forge, a pull request, a
 * comment): does this coordinator lead it still? And once more right before it is written, without asking anybody: has its lease lasted since? While nobody can be asked, it waits. All know by then what is to be done, so that
 * whoever takes over looks whether it was.
 */
import type { Clock } from '../../../shared/clock.ts';
import { isLedElsewhere } from '../../../shared/domain/led-elsewhere.ts';
import type { Task } from '../../../shared/domain/task.ts';
import type { TaskId } from '../../../shared/ids.ts';
import { SharedQueueError, type SharedQueue } from '../queue/shared-port.ts';
import type { Publisher } from './publisher.ts';

const AGAIN_MS = 5_000;
const MOST_ASKED = 1_000;

/** What is shared now. */
interface Sharing {
  readonly shared: SharedQueue;
  readonly publisher: Pick<Publisher, 'flush'>;
}

/** Who leads each task, as far as it is known here. */
interface Leads {
  task(id: TaskId): Pick<Task, 'site' | 'leadFence' | 'told'> | undefined;
}

export interface Gate {
  /** Resolves when it is known; never while the shared queue is away. False: another one leads the task. */
  mayAct(id: TaskId): Promise<boolean>;
  /**
   * Right before the write itself: whether what `mayAct` said holds still. False: the coordinator stood still for so long that another
   * one may have taken over, so nothing is to be written before it is asked again.
   */
  stillMay(id: TaskId): boolean;
}

/** @param current the queue that is shared now, if any; @param closed ends what waits, with false */
export function createGate(
  journal: Leads,
  current: () => Sharing | null,
  clock: Clock,
  closed: AbortSignal,
): Gate {
  /** Under which lease each task was asked for. */
  const asked = new Map<TaskId, number>();
  return {
    async mayAct(id) {
      while (!closed.aborted) {
        const task = journal.task(id);
        const sharing = current();
        if (!task || isLedElsewhere(task)) return false;
        if (task.site === null || !sharing) return true;
        const { shared, publisher } = sharing;
        try {
          const lease = shared.lease();
          if (lease !== null && (await publisher.flush())) {
            remember(asked, id, lease);
            return await shared.holds(id, task.leadFence);
          }
        } catch (error) {
          if (!(error instanceof SharedQueueError)) throw error;
        }
        await change(shared, clock, closed);
      }
      return false;
    },
    stillMay(id) {
      const task = journal.task(id);
      if (!task || isLedElsewhere(task)) return false;
      const sharing = current();
      return task.site === null || !sharing || asked.get(id) === sharing.shared.lease();
    },
  };
}

/** The oldest goes when there are very many: for that one it is asked again. */
function remember(asked: Map<TaskId, number>, id: TaskId, lease: number): void {
  const [oldest] = asked.keys();
  if (oldest !== undefined && asked.size >= MOST_ASKED) asked.delete(oldest);
  asked.delete(id);
  asked.set(id, lease);
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
