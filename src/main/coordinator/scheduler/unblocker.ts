/**
 * The unblocker: when a task is completed, those that waited for it, and for nothing else any more, go into the queue; when one
 * is cancelled, those that are to be skipped then are cancelled too, and so on down the line.
 */
import type { Clock } from '../../../shared/clock.ts';
import type { Event } from '../../../shared/domain/event.ts';
import { isEnd } from '../../../shared/domain/task.ts';
import type { TaskId } from '../../../shared/ids.ts';
import type { Journal } from '../journal/port.ts';
import type { ReadyQueue } from '../queue/port.ts';
import { startReactor } from './reactor.ts';
import { submitAll } from './submit-all.ts';

const PAGE = 200;

export interface UnblockerDeps {
  readonly journal: Pick<Journal, 'blockedBy' | 'skippable' | 'submit' | 'subscribe'>;
  readonly queue: Pick<ReadyQueue, 'unblockable'>;
  readonly clock: Clock;
}

export function startUnblocker({ journal, queue, clock }: UnblockerDeps): { close(): void } {
  let ended: TaskId[] = [];
  // Looking at all blocked tasks is for the start, and for after a refusal.
  let sweep = true;

  const reactor = startReactor(clock, async (closed) => {
    const ids = ended;
    ended = [];
    const waiting = [...new Set(ids.flatMap((id) => journal.blockedBy(id)))];
    let done = await unblock(waiting);
    while (done && sweep && !closed()) {
      const page = [...journal.skippable(PAGE), ...queue.unblockable(clock.now(), PAGE)];
      sweep = page.length > 0;
      done = await unblock(page, (events) => events > 0);
    }
    sweep ||= !done;
    return done;
  });

  async function unblock(
    ids: readonly TaskId[],
    isDone?: (events: number) => boolean,
  ): Promise<boolean> {
    return await submitAll(
      journal,
      ids.map((taskId) => ({ type: 'task.unblock', taskId })),
      isDone,
    );
  }

  const unsubscribe = journal.subscribe((events) => {
    for (const { event } of events) {
      const id = endedBy(event);
      if (id !== undefined) ended.push(id);
      // What it waited for may have ended before it was led here.
      if (event.type === 'task.moved') sweep = true;
    }
    if (ended.length > 0 || sweep) reactor.wake();
  });
  reactor.wake();
  return {
    close() {
      unsubscribe();
      reactor.close();
    },
  };
}

/** Here, or at the coordinator that leads it. */
function endedBy(event: Event): TaskId | undefined {
  switch (event.type) {
    case 'task.completed':
    case 'task.cancelled':
      return event.taskId;
    case 'site.told':
    case 'task.moved':
      return event.task && isEnd(event.task.state) ? event.task.id : undefined;
    default:
      return undefined;
  }
}
