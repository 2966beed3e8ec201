/**
 * Approvals, carried out: every task with `merge: requested` is an intent. The forge merges, the result is committed; what
 * was not committed when the coordinator ended is done again at the next start, and the forge answers the same.
 */
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import type { Change, Merge, Task } from '../../shared/domain/task.ts';
import type { TaskId } from '../../shared/ids.ts';
import type { Forge, MergeAnswer } from './forge/port.ts';
import type { Journal } from './journal/port.ts';

/** Pause before a result that could not be committed (a full disk) is tried again. */
const AGAIN_MS = 5_000;
const ALL = 1_000_000;

export interface ApprovalDeps {
  readonly journal: Journal;
  readonly forge: Pick<Forge, 'merge'>;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Approvals {
  /** Starts nothing more, and waits for merges under way. */
  close(): Promise<void>;
}

type Approved = Task & { change: Change };
type MergeResult = Extract<Merge, { state: 'merged' | 'refused' }>;

export function startApprovals(deps: ApprovalDeps): Approvals {
  const { journal, clock, log } = deps;
  // The last merge of each repository: one at a time, so that each sees what the one before made.
  const tails = new Map<string, Promise<void>>();
  const timers = new Set<() => void>();
  let closed = false;

  function enqueue(id: TaskId): void {
    const repo = journal.task(id)?.repo.url;
    if (repo === undefined || closed) return;
    const tail = (tails.get(repo) ?? Promise.resolve())
      .then(() => carryOut(id))
      .catch((error: unknown) =>
        log.error({ err: error, task: id }, 'an approval could not be carried out'),
      )
      .finally(() => {
        if (tails.get(repo) === tail) tails.delete(repo);
      });
    tails.set(repo, tail);
  }

  async function carryOut(id: TaskId): Promise<void> {
    const task = journal.task(id);
    // While the workshop is stopped it stays an intent.
    if (closed || !task || !isApproved(task) || journal.workshop().stopped) return;
    const merge = isItsOwn(journal, task) ? await merged(task, deps) : refusalOf(task, clock.now());
    // It stays an intent; whoever looks at pull requests sees what becomes of it.
    if (merge.state === 'waiting') return;
    const result = await journal.submit(
      { type: 'task.merge_result', taskId: id, merge },
      { actor: 'forge' },
    );
    if (result.ok || closed) return;
    log.error({ task: id, code: result.error.code }, result.error.message);
    const cancel = clock.after(AGAIN_MS, () => {
      timers.delete(cancel);
      enqueue(id);
    });
    timers.add(cancel);
  }

  function enqueueAll(): void {
    for (const task of journal.inState('review', ALL)) if (isApproved(task)) enqueue(task.id);
  }

  /** It is led here from now on, or under another number. */
  function again(id: TaskId): void {
    const task = journal.task(id);
    if (task && isApproved(task)) enqueue(id);
  }

  const unsubscribe = journal.subscribe((events) => {
    for (const { event } of events) {
      if (event.type === 'workshop.restarted') enqueueAll();
      if (event.type === 'task.merge_changed' && event.merge.state === 'requested')
        enqueue(event.taskId);
      if (event.type === 'task.moved' || event.type === 'task.shared') again(event.taskId);
    }
  });
  enqueueAll();

  return {
    async close() {
      closed = true;
      unsubscribe();
      for (const cancel of timers) cancel();
      await Promise.all(tails.values());
    },
  };
}

/** The fencing check before anything is written at the forge: the change is that of the attempt that ended the task's work. */
function isItsOwn(journal: Pick<Journal, 'attempt'>, { change, attemptId }: Approved): boolean {
  const attempt = journal.attempt(change.attemptId);
  return change.attemptId === attemptId && attempt?.state === 'succeeded';
}

/** The answer of the forge, or what stands in for it. */
async function merged(task: Approved, { forge, clock, log }: ApprovalDeps): Promise<MergeAnswer> {
  try {
    return await forge.merge(task, clock.now());
  } catch (error) {
    // A bug of ours must not leave the task between review and merged for ever.
    log.error({ err: error, task: task.id }, 'a merge failed unexpectedly');
    const message =
      'the coordinator had an error of its own while merging; its log has more. Approve again to retry';
    return { state: 'refused', at: clock.now(), code: 'internal', message, files: [] };
  }
}

function refusalOf({ id, change, attemptId }: Approved, at: number): MergeResult {
  const message = `the change is of ${change.attemptId}, which does not count for ${id} any more (${attemptId ?? 'no attempt'} does). Send the task back, so that it is made anew`;
  return { state: 'refused', at, code: 'not_current', message, files: [] };
}

function isApproved(task: Task): task is Approved {
  return task.state === 'review' && task.merge?.state === 'requested' && task.change !== null;
}
