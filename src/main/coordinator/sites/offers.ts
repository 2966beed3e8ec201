/**
 * Puts the tasks that are led here into the queue that all share: claims their numbers, offers what waits, withdraws what does
 * not any more, and ends what has ended. The task table is the truth: what an event did not bring about, a sweep does.
 */
import { demandKey, demandOf, lackOfNeeds } from '../../../shared/domain/demand.ts';
import { taskOfEvent } from '../../../shared/domain/event.ts';
import { isLedElsewhere } from '../../../shared/domain/led-elsewhere.ts';
import { isEnd, isHeld, TASK_STATES, type Task } from '../../../shared/domain/task.ts';
import type { SiteId, TaskId } from '../../../shared/ids.ts';
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
  close(): void;
}

export interface OffersDeps extends SiteDeps {
  readonly publisher: Pick<Publisher, 'flush'>;
  /** What stays is there: the scheduler may look again. */
  readonly onStaying: () => void;
}

export function startOffers(deps: OffersDeps): Offers {
  const { journal, clock, shared } = deps;
  const places = createPlaces(deps);
  const { open, own, staying, offered } = places;

  const reactor = startReactor(clock, async () => {
    if (shared.state().kind === 'away') return true;
    while (open.size > 0) {
      const ids = [...open].slice(0, PAGE);
      for (const id of ids) open.delete(id);
      const isDone = await whileThere(deps, async () => await places.look(ids));
      if (isDone) continue;
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
    close() {
      endEvents();
      endState();
      sweeping.close();
      reactor.close();
    },
  };
}

/** Where the tasks stand that are led here, and how each is brought to where it has to be. */
function createPlaces(deps: OffersDeps) {
  const { journal, shared } = deps;
  /** To be looked at. */
  const open = new Set<TaskId>();
  const own = new Set<TaskId>();
  const staying = new Set<TaskId>();
  const offered = new Map<TaskId, Offer>();

  async function look(ids: readonly TaskId[]): Promise<void> {
    const offers: Offer[] = [];
    for (const id of ids) {
      const task = journal.task(id);
      if (!task) continue;
      if (task.site === null && !isEnd(task.state)) await claim(task);
      else if (task.site !== null) offers.push(...(await bring(task)));
      const isHere = task.state === 'queued' && !isLedElsewhere(task);
      if (isHere && (own.has(id) || staysHere(task, deps))) staying.add(id);
      else staying.delete(id);
    }
    if (offers.length > 0) await shared.offer(offers);
    if (staying.size > 0) deps.onStaying();
  }

  async function claim(task: Task): Promise<void> {
    if (own.has(task.id)) return;
    const { site } = deps;
    const lead = await shared.claim(task.id, markOf(task, site));
    if (lead?.site !== site) {
      own.add(task.id);
      return;
    }
    const share = { type: 'task.share', taskId: task.id, ...lead } as const;
    await journal.submit(share, { actor: ACTOR });
  }

  /** Brings the place of a shared task in the queue to how it stands; answers what is to be offered. */
  async function bring(task: Task): Promise<Offer[]> {
    const before = offered.get(task.id);
    const now = isLedElsewhere(task) ? null : offerOf(task, deps);
    const isMoved = now && before && before.demandKey !== now.demandKey;
    if (before && (isMoved || (!now && !isHeld(task.state)))) await shared.withdraw(before);
    if (!now) offered.delete(task.id);
    if (isEnd(task.state) && !isLedElsewhere(task)) {
      // Only who has heard how it ended may find that nobody leads it.
      if (await deps.publisher.flush()) await shared.end(task.id, task.leadFence);
      else open.add(task.id);
    }
    if (!now || (before && isSame(before, now))) return [];
    offered.set(task.id, now);
    return [now];
  }

  return { open, own, staying, offered, look };
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
