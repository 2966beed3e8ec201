/**
 * Back to GitHub: what tasks have come to is brought there and followed until it is merged. The task tables are the outbox: every
 * task in review is an intent (branch, pull request), every approval one (merge), every state one (comment, label). This file
 * only knows when which task is to be looked at; `delivery.ts` and `telling.ts` do it.
 */
import { TASK_STATES, isEnd, type Task } from '../../../../../shared/domain/task.ts';
import type { TaskId } from '../../../../../shared/ids.ts';
import { taskOfEvent, type EventType } from '../../../../../shared/domain/event.ts';
import type { MergeAnswer } from '../../port.ts';
import { createDelivery } from './delivery.ts';
import type { PullsDeps } from './deps.ts';
import { createFollower } from './follower.ts';
import { homeOf, issuePlaceOf, repoPlaceOf } from './place.ts';
import { openRecords, type Records } from './records.ts';
import { createRulesReader } from './repo-rules.ts';
import { createTelling } from './telling.ts';
import { createWorker, type Worker } from './worker.ts';

export interface Pulls {
  /** Looks at the pull requests of these tasks now, many with one request, and does what follows from how they stand. */
  follow(ids: readonly TaskId[]): Promise<void>;
  /** True where pull requests are made: a person is signed in at the host of the repository. */
  handles(repoUrl: string): boolean;
  /** Sees to the merge that was asked for; what comes of it is told to the journal. */
  merge(task: Pick<Task, 'id'>): MergeAnswer;
  /** What needs a person with the pull request of a task, in words; `null`: nothing. */
  trouble(id: TaskId): string | null;
  /** Resolves when nothing is under way; what waits for a time does not count. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

const ALL = 1_000_000;
/** Under way at once: most of it waits for GitHub. */
const AT_ONCE = 25;
/** States that pass within this are not told one by one. */
const TELL_GAP_MS = 10_000;
const AGAIN_MS = 60_000;

/** Events after which the pull request of a task has to be looked at. */
const DELIVERED: ReadonlySet<EventType> = new Set([
  'task.review_opened',
  'task.merge_changed',
  'task.completed',
  'task.cancelled',
]);
/** Events that change what is told of a task. */
const UNTOLD: ReadonlySet<EventType> = new Set([
  'task.updated',
  'task.source_changed',
  'task.analysis_started',
  'attempt.checkpointed',
  'attempt.usage_reported',
  'attempt.phase_started',
  'attempt.phase_ended',
]);

interface Workers {
  readonly deliverer: Worker<TaskId>;
  readonly teller: Worker<TaskId>;
}

/** @param endOfTurn calls what it is given after what is under way in this turn: `setImmediate` */
export function openPulls(deps: PullsDeps, endOfTurn: (run: () => void) => void): Pulls {
  const { journal, accounts } = deps;
  const records = openRecords(deps.cache);
  const troubles = new Map<TaskId, string>();
  const workers = createWorkers({ ...deps, records }, troubles, endOfTurn);
  const { deliverer, teller } = workers;
  const isAt: IsAt = (host) => host !== undefined && accounts.isSignedIn(host);
  const sweep = (): void => {
    // Where nobody is signed in nothing is outstanding, and nothing has to be read to find that out.
    if (accounts.list().length > 0) sweepInto(workers, isAt, { ...deps, records });
  };
  const endEvents = journal.subscribe((events) => {
    for (const { event } of events) {
      if (event.type === 'workshop.restarted') sweep();
      const id = taskOfEvent(event);
      const task = id === null ? undefined : journal.task(id);
      if (!task) continue;
      if (DELIVERED.has(event.type) && isAt(homeOf(task)?.host)) deliverer.wake(task.id);
      if (!UNTOLD.has(event.type) && isAt(issuePlaceOf(task.origin)?.host)) teller.wake(task.id);
    }
  });
  const endAccounts = accounts.subscribe(sweep);
  endOfTurn(sweep);
  return {
    async follow(ids) {
      await Promise.all(ids.map(async (id) => await deliverer.ran(id)));
    },
    handles: (url) => isAt(repoPlaceOf(url)?.host),
    merge({ id }) {
      deliverer.wake(id);
      return { state: 'waiting' };
    },
    trouble: (id) => troubles.get(id) ?? null,
    async idle() {
      await Promise.all([deliverer.idle(), teller.idle()]);
    },
    async close() {
      endEvents();
      endAccounts();
      await Promise.all([deliverer.close(), teller.close()]);
    },
  };
}

type IsAt = (host: string | undefined) => boolean;

function createWorkers(
  deps: PullsDeps & { readonly records: Records },
  troubles: Map<TaskId, string>,
  endOfTurn: (run: () => void) => void,
): Workers {
  const { clock, log } = deps;
  const onTrouble = (id: TaskId, message: string | null): void => {
    if ((troubles.get(id) ?? null) === message) return;
    if (message === null) troubles.delete(id);
    else troubles.set(id, message);
    teller.wake(id);
  };
  const telling = createTelling({ ...deps, troubleOf: (id) => troubles.get(id) ?? null });
  const reading = { follower: createFollower(endOfTurn), rules: createRulesReader(clock) };
  const delivery = createDelivery({ ...deps, ...reading, onTrouble });
  const common = { clock, atOnce: AT_ONCE, againMs: AGAIN_MS };
  const teller = createWorker<TaskId>({
    ...common,
    run: async (id) => ((await deps.mayAct(id)) ? await telling.run(id) : null),
    gapMs: TELL_GAP_MS,
    onError: (error, task) => log.error({ err: error, task }, 'a task could not be told at GitHub'),
  });
  const deliverer = createWorker<TaskId>({
    ...common,
    run: async (id) => ((await deps.mayAct(id)) ? await delivery.run(id) : null),
    gapMs: 0,
    onError: (error, task) =>
      log.error({ err: error, task }, 'a change could not be brought to GitHub'),
  });
  return { deliverer, teller };
}

/** Everything that may be outstanding: at start, and when somebody signed in. */
function sweepInto(
  { deliverer, teller }: Workers,
  isAt: IsAt,
  { journal, records }: PullsDeps & { readonly records: Records },
): void {
  const wake = (task: Task): void => {
    if (isAt(homeOf(task)?.host)) deliverer.wake(task.id);
    if (isAt(issuePlaceOf(task.origin)?.host)) teller.wake(task.id);
  };
  for (const state of TASK_STATES) {
    if (isEnd(state)) continue;
    for (const task of journal.inState(state, ALL)) if (isOpen(task, records)) wake(task);
  }
  for (const id of records.open()) {
    const task = journal.task(id);
    if (task) wake(task);
  }
}

/** A failure that only a person can retry was told when it happened, or nobody was signed in then. */
function isOpen({ state, failure, pull, id }: Task, records: Records): boolean {
  const isRetried = (failure?.retryAt ?? null) !== null;
  return state !== 'failed' || isRetried || pull !== null || records.has(id);
}
