/**
 * Puts the tasks that are led here into the queue that all share: claims their numbers, offers what waits, withdraws what does
 * not any more, and ends what has ended. The task table is the truth: what an event did not bring about, a sweep does.
 */
import { demandKey, demandOf, lackOfNeeds } from '../../../shared/domain/demand.ts';
import { taskOfEvent } from '../../../shared/domain/event.ts';
import { isLedElsewhere } from '../../../shared/domain/led-elsewhere.ts';
import { isEnd, isHeld, TASK_STATES, type Task } from '../../../shared/domain/task.ts';
import { MOST_SITES } from '../../../shared/domain/numbering.ts';
import { taskNumberOf, type SiteId, type TaskId } from '../../../shared/ids.ts';
import { levelAt } from '../queue/level.ts';
import type { Offer } from '../queue/shared-port.ts';
import { startReactor } from '../scheduler/reactor.ts';
import { ACTOR, repeat, whileThere, type SiteDeps } from './port.ts';
import type { Publisher } from './publisher.ts';
import { wholeOf } from './telling.ts';

const SWEEP_MS = 15_000;
const ALL = 1_000_000;
const PAGE = 200;

export interface Offers {
  /** Queued tasks that stay with this coordinator: their number is another's, or what they say must not leave. */
  staying(): readonly Task[];
  /** How many tasks bear a number that stands for another one elsewhere. */
  unshared(): number;
  /** Claims and offers everything that is open now. */
  shareAll(): Promise<void>;
  /** Takes a task out of the queue, if it is there. */
  withdraw(id: TaskId): Promise<void>;
  /** Resolves when nothing is under way any more: what is led here changes no more by itself. */
  close(): Promise<void>;
}

export interface OffersDeps extends SiteDeps {
  readonly publisher: Pick<Publisher, 'flush'>;
  /** There may be something to give out: the scheduler may look. */
  readonly onPlaced: () => void;
}

export function startOffers(deps: OffersDeps): Offers {
  const { journal, clock, shared } = deps;
  const places = createPlaces(deps);
  const { open, own, staying, offered } = places;

  let looking: Promise<boolean> = Promise.resolve(true);
  const reactor = startReactor(clock, async (closed) => {
    if (shared.state().kind === 'away') return true;
    while (open.size > 0 && !closed()) {
      const ids = [...open].slice(0, PAGE);
      for (const id of ids) open.delete(id);
      looking = whileThere(deps, async () => await places.look(ids));
      if (await looking) continue;
      for (const id of ids) open.add(id);
      return false;
    }
    return true;
  });
  const endEvents = journal.subscribe((events) => {
    for (const { event } of events) {
      const id = taskOfEvent(event);
      if (id !== null) open.add(id);
    }
    if (open.size > 0) reactor.wake();
  });
  const endState = shared.onState(({ kind }) => {
    // Redis may have forgotten what it had not written.
    offered.clear();
    if (kind === 'connected') sweep();
  });

  function sweep(): void {
    for (const id of openTasks(journal)) open.add(id);
    reactor.wake();
  }

  const sweeping = repeat(clock, SWEEP_MS, () => Promise.resolve(sweep()));
  return {
    staying: () => [...staying].flatMap((id) => journal.task(id) ?? []),
    unshared: () => own.size,
    async shareAll() {
      await places.look(openTasks(journal));
      // Claimed only then.
      await places.look(openTasks(journal));
    },
    async withdraw(id) {
      const offer = offered.get(id);
      if (offer) await shared.withdraw(offer);
      offered.delete(id);
    },
    async close() {
      endEvents();
      endState();
      sweeping.close();
      reactor.close();
      await looking;
    },
  };
}

/** Where the tasks stand that are led here, and how each is brought to where it has to be. */
function createPlaces(deps: OffersDeps) {
  const { journal, shared, publisher } = deps;
  /** To be looked at. */
  const open = new Set<TaskId>();
  const staying = new Set<TaskId>();
  const offered = new Map<TaskId, Offer>();
  const leading = createLeading(deps);
  const { own } = leading;

  async function look(ids: readonly TaskId[]): Promise<void> {
    await leading.share(ids.flatMap((id) => journal.task(id) ?? []));
    const tasks = ids.flatMap((id) => journal.task(id) ?? []);
    const ours = tasks.filter((task) => task.site !== null);
    await Promise.all(ours.map(clear));
    await end(ours.filter((task) => isEnd(task.state) && !isLedElsewhere(task)));
    // In one turn, so that they are one way to Redis, and in this order.
    const led = leading.lead(ids);
    const offers = ours.flatMap((task) => openOf(task) ?? []);
    await Promise.all([led, offer(offers)]);
    for (const task of tasks) {
      const isHere = task.state === 'queued' && !isLedElsewhere(task);
      if (isHere && (own.has(task.id) || staysHere(task, deps))) staying.add(task.id);
      else staying.delete(task.id);
    }
    if (staying.size > 0 || offers.length > 0) deps.onPlaced();
  }

  /** Takes a shared task out of a place in the queue that is not its own any more. */
  async function clear(task: Task): Promise<void> {
    const before = offered.get(task.id);
    const now = isLedElsewhere(task) ? null : offerOf(task, deps);
    const isMoved = now && before && before.demandKey !== now.demandKey;
    if (before && (isMoved || (!now && !isHeld(task.state)))) await shared.withdraw(before);
    if (!now || isMoved) offered.delete(task.id);
  }

  async function end(ended: readonly Task[]): Promise<void> {
    if (ended.length === 0) return;
    // Only who has heard how it ended may find that nobody leads it.
    const isTold = await publisher.flush();
    if (isTold) await Promise.all(ended.map(({ id, leadFence }) => shared.end(id, leadFence)));
    else for (const { id } of ended) open.add(id);
  }

  /** What is to be offered, or to be moved to another level. */
  function openOf(task: Task): Offer | undefined {
    const now = isLedElsewhere(task) ? null : offerOf(task, deps);
    const before = offered.get(task.id);
    return now && !(before && isSame(before, now)) ? now : undefined;
  }

  async function offer(offers: readonly Offer[]): Promise<void> {
    if (offers.length > 0) await shared.offer(offers);
    for (const one of offers) if (!own.has(one.task)) offered.set(one.task, one);
  }

  return { open, own, staying, offered, look };
}

/** So many numbers to lead under are reserved at a time. */
const RESERVED = 256;

/** Makes this coordinator the leader of the tasks that were made here. */
function createLeading({ journal, shared, site }: OffersDeps) {
  /** Their number is another's. */
  const own = new Set<TaskId>();
  /** Led by what is committed here, which Redis is still to be told. */
  const untold = new Set<TaskId>();
  const since = journal.workshop().lastTask;
  let next = 0;
  let end = 0;

  /** Made since this coordinator joined: nobody else gives out such a number. */
  function isSure(task: Task): boolean {
    const number = taskNumberOf(task.id);
    return number > since && number % MOST_SITES === journal.workshop().site?.index;
  }

  async function numbers(count: number): Promise<number> {
    if (next + count > end) {
      const many = Math.max(count, RESERVED);
      next = await shared.fences(many);
      end = next + many;
    }
    next += count;
    return next - count;
  }

  async function commit(taskId: TaskId, lead: { site: SiteId | null; leadFence: number }) {
    await journal.submit({ type: 'task.share', taskId, ...lead }, { actor: ACTOR });
  }

  async function claim(task: Task): Promise<void> {
    const lead = await shared.claim(task.id, markOf(task, site));
    if (lead?.site === site) await commit(task.id, lead);
    else own.add(task.id);
  }

  return {
    own,
    /** Resolves when it is committed which of them are led here. */
    async share(tasks: readonly Task[]): Promise<void> {
      const fresh = tasks.filter(
        (task) => task.site === null && !isEnd(task.state) && !own.has(task.id),
      );
      const sure = fresh.filter(isSure);
      const first = sure.length > 0 ? await numbers(sure.length) : 0;
      for (const { id } of sure) untold.add(id);
      await Promise.all([
        ...sure.map(({ id }, index) => commit(id, { site, leadFence: first + index })),
        ...fresh.filter((task) => !isSure(task)).map(claim),
      ]);
    },
    async lead(ids: readonly TaskId[]): Promise<void> {
      const tasks = ids.flatMap((id) => (untold.has(id) ? (journal.task(id) ?? []) : []));
      await Promise.all(
        tasks.map(async (task) => {
          const { id, leadFence } = task;
          const isOurs = task.site === site && !isLedElsewhere(task);
          const isLed = !isOurs || (await shared.lead(id, markOf(task, site), leadFence));
          untold.delete(id);
          if (isLed) return;
          own.add(id);
          await commit(id, { site: null, leadFence });
        }),
      );
    },
  };
}

function openTasks(journal: SiteDeps['journal']): TaskId[] {
  return TASK_STATES.filter((state) => !isEnd(state)).flatMap((state) =>
    journal.inState(state, ALL).map(({ id }) => id),
  );
}

export function markOf({ createdAt }: Task, site: SiteId): string {
  return `${site} ${createdAt}`;
}

/** `null`: it waits in no queue. */
function offerOf(task: Task, deps: SiteDeps): Offer | null {
  const { clock } = deps;
  if (task.state !== 'queued' || task.queuedAt === null || staysHere(task, deps)) return null;
  return {
    task: task.id,
    queueing: task.attempts + 1,
    demandKey: demandKey(demandOf(task)),
    level: levelAt(task.priority, task.queuedAt, clock.now()),
    queuedAt: task.queuedAt,
    document: documentOf(task, deps),
  };
}

/** With the event of this log that it stands at, for who heard of an older or a newer one. */
function documentOf(task: Task, { journal, site }: SiteDeps): string {
  const attempt = task.attemptId ? journal.attempt(task.attemptId) : undefined;
  const whole = wholeOf(task, attempt, site);
  return JSON.stringify({ ...whole, task: { ...whole.task, told: journal.seq() } });
}

function isSame(a: Offer, b: Offer): boolean {
  return a.queueing === b.queueing && a.demandKey === b.demandKey && a.level === b.level;
}

/** What a confidential task says leaves this coordinator only where none of its agents may see it. */
function staysHere(task: Task, { journal }: Pick<SiteDeps, 'journal'>): boolean {
  if (task.security !== 'confidential') return false;
  const demand = demandOf(task);
  return journal
    .agents()
    .some((agent) => agent.site === null && lackOfNeeds(agent, demand) === null);
}
