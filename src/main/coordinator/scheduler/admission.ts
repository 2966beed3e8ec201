/**
 * The bounds of the queue: how many tasks may wait in all, and of one who made them. Whatever would create more is refused, with
 * the time after which there is room again at the pace of the last minutes. It stands before the journal, so that no
 * way of creating tasks goes round it.
 */
import type { Clock } from '../../../shared/clock.ts';
import type { Command } from '../../../shared/domain/command.ts';
import { taskOfEvent, type EventType, type StoredEvent } from '../../../shared/domain/event.ts';
import type { TaskState } from '../../../shared/domain/task.ts';
import { WAITING_STATES } from '../../../shared/contract-queue.ts';
import { rejection, type Rejection } from '../../../shared/errors.ts';
import type { TaskId } from '../../../shared/ids.ts';
import { fail, type Result } from '../../../shared/result.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { Committed, Journal, SubmitOptions } from '../journal/port.ts';
import type { ReadyQueue } from '../queue/port.ts';

/** The pace is that of so many minutes. */
const PACE_MS = 15 * 60_000;
/** What left within less than this says nothing of an hour: right after a start one task would be thousands. */
const SHORTEST_HOURLY_MS = 60_000;
/** Of more, the latest say enough. */
const MOST_LEFT = 20_000;
const HOUR_MS = 60 * 60_000;
/** When to come back: never at once, and soon enough to notice that things have changed. */
const SOONEST_S = 1;
const LATEST_S = 300;
/** Where nothing left the queue lately, nobody knows. */
const UNKNOWN_S = 60;

const LEAVES: ReadonlySet<EventType> = new Set<EventType>(['task.assigned', 'task.cancelled']);

export interface AdmissionDeps {
  readonly journal: Journal;
  readonly queue: Pick<ReadyQueue, 'waiting'>;
  readonly settings: { current(): Pick<Settings, 'queue'> };
  readonly clock: Pick<Clock, 'monotonic'>;
}

export interface Admission {
  /** `submit` of the journal, within the bounds. */
  readonly submit: Journal['submit'];
  /** Tasks that wait. */
  waiting(): number;
  /** Tasks that left the queue, in an hour; `null`: none did lately. */
  perHour(): number | null;
  close(): void;
}

export function createAdmission({ journal, queue, settings, clock }: AdmissionDeps): Admission {
  const pace = createPace(clock);
  /** Who made each waiting task; `null`: nobody has asked yet. */
  let owners: Owners | null = null;
  /** Creations that are not committed yet, by who makes them. */
  const underWay = counter();

  const unsubscribe = journal.subscribe((events) => {
    for (const stored of events) {
      if (LEAVES.has(stored.event.type)) pace.left();
      if (owners) follow(journal, owners, stored);
    }
  });

  const waiting = (): number => waitingIn(journal.counts());

  function waitingOf(owner: string): number {
    owners ??= ownersOf(queue.waiting());
    return owners.of(owner);
  }

  function refusal(owner: string, count: number): Rejection | null {
    const { most, userWaiting } = settings.current().queue;
    const over = waiting() + underWay.all() + count - most;
    if (over > 0) {
      const message = `${most} tasks may wait, and ${waiting()} do: the queue takes no more${inWords(count)}`;
      return comeBack('queue_full', message, pace.inSeconds(over), { most, waiting: waiting() });
    }
    if (userWaiting === null) return null;
    const own = waitingOf(owner);
    const beyond = own + underWay.of(owner) + count - userWaiting;
    if (beyond <= 0) return null;
    const message = `${userWaiting} tasks of ${owner} may wait, and ${own} do: the queue takes no more of theirs${inWords(count)}`;
    return comeBack('quota_exceeded', message, pace.inSeconds(beyond), {
      owner,
      most: userWaiting,
      waiting: own,
    });
  }

  async function create(
    count: number,
    command: Command,
    options: SubmitOptions,
  ): Promise<Result<Committed>> {
    const { actor: owner, receipt } = options;
    // What was accepted once is answered the same, however full it is since.
    const refused = receipt && journal.answered(receipt) ? null : refusal(owner, count);
    if (refused) return fail(refused);
    underWay.add(owner, count);
    try {
      return await journal.submit(command, options);
    } finally {
      underWay.add(owner, -count);
    }
  }

  return {
    submit(command, options) {
      const count = createdBy(command);
      return count === 0 ? journal.submit(command, options) : create(count, command, options);
    },
    waiting,
    perHour: pace.perHour,
    close: unsubscribe,
  };
}

function comeBack(
  code: 'queue_full' | 'quota_exceeded',
  message: string,
  retryAfterSeconds: number,
  details: Record<string, string | number>,
): Rejection {
  const words = `${message}. Try again in ${retryAfterSeconds} s`;
  return rejection(code, words, { ...details, retryAfterSeconds });
}

interface Pace {
  /** A task left the queue. */
  left(): void;
  perHour(): number | null;
  /** When to ask again for room that so many must make first, in seconds. */
  inSeconds(tasks: number): number;
}

function createPace(clock: Pick<Clock, 'monotonic'>): Pace {
  /** When tasks left (monotonic ms), oldest first. */
  let times: number[] = [];
  function perMs(shortest: number): number | null {
    const now = clock.monotonic();
    times = times.filter((at) => at > now - PACE_MS);
    const [first] = times;
    return first === undefined ? null : times.length / Math.max(now - first, shortest);
  }
  return {
    left() {
      times.push(clock.monotonic());
      if (times.length > MOST_LEFT) times = times.slice(-MOST_LEFT / 2);
    },
    perHour() {
      const rate = perMs(SHORTEST_HOURLY_MS);
      return rate === null ? null : rate * HOUR_MS;
    },
    inSeconds(tasks) {
      const rate = perMs(1_000);
      const seconds = rate === null ? UNKNOWN_S : Math.ceil(tasks / rate / 1_000);
      return Math.min(Math.max(seconds, SOONEST_S), LATEST_S);
    },
  };
}

function waitingIn(counts: Readonly<Record<TaskState, number>>): number {
  return WAITING_STATES.reduce((sum, state) => sum + counts[state], 0);
}

/** How many tasks it makes. Recurring tasks are made whatever waits: they were accepted when they were set up. */
function createdBy(command: Command): number {
  switch (command.type) {
    case 'task.create':
      return 1;
    case 'task.create_all':
      return command.tasks.length;
    case 'workflow.start':
      return command.steps.length;
    default:
      return 0;
  }
}

function inWords(count: number): string {
  return count === 1 ? '' : ` than that (${count} were to come)`;
}

function follow(journal: Pick<Journal, 'task'>, owners: Owners, { event }: StoredEvent): void {
  const id = taskOfEvent(event);
  const task = id === null ? undefined : journal.task(id);
  if (!task) return;
  if (WAITING_STATES.some((state) => state === task.state)) owners.add(task.id, task.createdBy);
  else owners.remove(task.id);
}

/** Who made which waiting tasks. */
interface Owners {
  add(id: TaskId, owner: string): void;
  remove(id: TaskId): void;
  of(owner: string): number;
}

function ownersOf(waiting: readonly { readonly id: TaskId; readonly owner: string }[]): Owners {
  const owners = new Map<TaskId, string>();
  const counts = counter();
  const add: Owners['add'] = (id, owner) => {
    if (owners.has(id)) return;
    owners.set(id, owner);
    counts.add(owner, 1);
  };
  for (const { id, owner } of waiting) add(id, owner);
  return {
    add,
    remove(id) {
      const owner = owners.get(id);
      if (owners.delete(id) && owner !== undefined) counts.add(owner, -1);
    },
    of: counts.of,
  };
}

/** Numbers by name, and their sum. */
function counter(): {
  add(name: string, by: number): void;
  of(name: string): number;
  all(): number;
} {
  const numbers = new Map<string, number>();
  let all = 0;
  return {
    add(name, by) {
      const next = (numbers.get(name) ?? 0) + by;
      all += by;
      if (next === 0) numbers.delete(name);
      else numbers.set(name, next);
    },
    of: (name) => numbers.get(name) ?? 0,
    all: () => all,
  };
}
