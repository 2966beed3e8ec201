/**
 * What this coordinator took from the queue that all share, as the queue that its scheduler gives out from. A task is in its
 * hand until an agent has it, and the lock on it is renewed so long; from then on it is this coordinator's as long as that lives.
 */
import type { CommandOf } from '../../../shared/domain/command.ts';
import { demandKey, demandOf, parseDemandKey } from '../../../shared/domain/demand.ts';
import { isLedElsewhere } from '../../../shared/domain/led-elsewhere.ts';
import { laneKey, laneOf } from '../../../shared/domain/lane.ts';
import type { ReadyTask } from '../../../shared/domain/place.ts';
import { rankOf } from '../../../shared/domain/rank.ts';
import { isOfEngine } from '../../../shared/domain/retry.ts';
import { isEnd, isHeld, type Task } from '../../../shared/domain/task.ts';
import { taskNumberOf, type TaskId } from '../../../shared/ids.ts';
import { URGENT_LEVEL } from '../queue/level.ts';
import type { FreeFor, ReadyQueue, UrgentRoom, WaitingLane } from '../queue/port.ts';
import { LOCK_MS, LOCK_RENEW_MS, type Taken, type Want } from '../queue/shared-port.ts';
import { startReactor } from '../scheduler/reactor.ts';
import type { Offers } from './offers.ts';
import { ACTOR, repeat, whileThere, type SiteDeps } from './port.ts';
import type { Publisher } from './publisher.ts';
import { readText, TaskDocument } from './telling.ts';

export interface Hand extends Pick<ReadyQueue, 'fill' | 'fenceOf' | 'lanes' | 'head'> {
  /** Takes nothing any more, and lets others have what nobody here started. */
  letGo(): Promise<void>;
  close(): void;
}

export interface HandDeps extends SiteDeps {
  readonly publisher: Pick<Publisher, 'flush'>;
  readonly offers: Pick<Offers, 'staying'>;
}

interface Held {
  readonly fence: number;
  /** `null`: it is in no queue that others see. */
  readonly taken: Taken | null;
}

/** Tasks at once at most: each is a lock that others wait for. */
const MOST = 100;

export function startHand(deps: HandDeps): Hand {
  const { journal, shared, clock } = deps;
  const hand = new Map<TaskId, Held>();
  /** What an agent has: nobody else is to take it. */
  const leaving = new Map<TaskId, Taken>(ofBefore(deps).map((taken) => [taken.task, taken]));
  const shunned = new Map<string, number>();
  let closed = false;

  const settler = startReactor(clock, async () => await settleAll(leaving, deps));

  const endEvents = journal.subscribe((events) => {
    for (const { event } of events) {
      const id = 'taskId' in event ? event.taskId : event.type === 'site.told' ? event.about : null;
      const held = id ? hand.get(id) : undefined;
      if (!id || !held || isWaiting(journal.task(id))) continue;
      hand.delete(id);
      if (held.taken) leaving.set(id, held.taken);
    }
    settler.wake();
  });
  const endState = shared.onState(settler.wake);

  const renewing = repeat(clock, LOCK_RENEW_MS, async () => {
    await whileThere(deps, async () => {
      const lost = await shared.renew([...hand.values()].flatMap(({ taken }) => taken ?? []));
      for (const { task, fence } of lost) if (hand.get(task)?.fence === fence) hand.delete(task);
    });
  });

  const waiting = (): Task[] =>
    [...hand.keys()].flatMap((id) => {
      const task = journal.task(id);
      return task && isWaiting(task) ? [task] : [];
    });

  return {
    async fill(free, room) {
      if (closed) return false;
      const isWanted = (task: Task): boolean =>
        free(demandOf(task)) > 0 || (task.priority === 'urgent' && room.of(demandOf(task)) > 0);
      await whileThere(deps, async () => {
        await giveBack(hand, waiting(), isWanted, deps);
        await takeStaying(hand, free, deps);
        await takeShared(hand, free, room, { ...deps, shunned });
      });
      return waiting().some((task) => task.priority === 'urgent' && free(demandOf(task)) === 0);
    },
    fenceOf: (id) => hand.get(id)?.fence,
    lanes: () => lanesOf(waiting()),
    head: (key, count) => headOf(waiting(), key, count, deps),
    async letGo() {
      closed = true;
      await giveBack(hand, waiting(), () => false, deps);
    },
    close() {
      closed = true;
      endEvents();
      endState();
      settler.close();
      renewing.close();
    },
  };
}

async function settleAll(leaving: Map<TaskId, Taken>, deps: HandDeps): Promise<boolean> {
  const { journal, shared, publisher } = deps;
  if (leaving.size === 0 || shared.state().kind === 'away') return true;
  return await whileThere(deps, async () => {
    // Whoever takes it next must have heard of this attempt.
    if (!(await publisher.flush())) return;
    await Promise.all(
      [...leaving].map(async ([id, taken]) => {
        const state = journal.task(id)?.state;
        await shared.settle(taken, state !== undefined && isBegunOrOver(state));
        if (leaving.get(id) === taken) leaving.delete(id);
      }),
    );
  });
}

/** What agents had already when the coordinator started: whether all know that is not known. */
function ofBefore({ journal, site }: SiteDeps): Taken[] {
  const states = ['assigned', 'in_progress', 'testing'] as const;
  const tasks = states.flatMap((state) => journal.inState(state, Number.MAX_SAFE_INTEGER));
  return tasks.flatMap((task): Taken[] => {
    const attempt = task.attemptId ? journal.attempt(task.attemptId) : undefined;
    if (!attempt || task.site !== site) return [];
    const lead = { site, leadFence: task.leadFence };
    const key = demandKey(demandOf(task));
    const place = { task: task.id, queueing: task.attempts, demandKey: key, document: '' };
    return [{ ...place, fence: attempt.fence, lead, before: lead }];
  });
}

/** Else it waits for something, and may come into the queue again as it was. */
function isBegunOrOver(state: Task['state']): boolean {
  return isHeld(state) || isEnd(state) || state === 'review' || state === 'failed';
}

function isWaiting(task: Task | undefined): boolean {
  return task?.state === 'queued' && !isLedElsewhere(task);
}

/** What nobody here started waits for others again. */
async function giveBack(
  hand: Map<TaskId, Held>,
  waiting: readonly Task[],
  isWanted: (task: Task) => boolean,
  { shared }: SiteDeps,
): Promise<void> {
  for (const task of waiting) {
    const held = hand.get(task.id);
    if (!held?.taken) continue;
    if (isWanted(task) && held.taken.demandKey === demandKey(demandOf(task))) continue;
    hand.delete(task.id);
    await shared.giveBack(held.taken);
  }
}

async function takeStaying(
  hand: Map<TaskId, Held>,
  free: FreeFor,
  { offers, shared }: HandDeps,
): Promise<void> {
  for (const task of offers.staying()) {
    if (hand.has(task.id) || task.state !== 'queued' || free(demandOf(task)) === 0) continue;
    hand.set(task.id, { fence: await shared.nextFence(), taken: null });
  }
}

interface TakeDeps extends HandDeps {
  /** Demands of tasks that cannot be held here, until when: others are to have the time to take them. */
  readonly shunned: Map<string, number>;
}

async function takeShared(
  hand: Map<TaskId, Held>,
  free: FreeFor,
  room: UrgentRoom,
  deps: TakeDeps,
): Promise<void> {
  const { shared, journal, shunned, clock } = deps;
  const here = [...hand.keys()].flatMap((id) => {
    const task = journal.task(id);
    return task?.state === 'queued' ? [demandKey(demandOf(task))] : [];
  });
  const limit = Math.min(MOST, slotsOf(deps) - here.length);
  const urgentLimit = Math.min(MOST, room.slots() - Math.max(0, -limit));
  if (limit <= 0 && urgentLimit <= 0) return;
  const waits = (await shared.waiting()).filter(
    ({ demandKey: key }) => (shunned.get(key) ?? 0) <= clock.now(),
  );
  const wantsOf = (slots: FreeFor): Want[] =>
    waits.flatMap(({ demandKey: key, count }) => {
      const has = here.filter((one) => one === key).length;
      const upTo = Math.min(count, slots(parseDemandKey(key)) - has);
      return upTo > 0 ? [{ demandKey: key, upTo }] : [];
    });
  const urgent = wantsOf((demand) => (free(demand) > 0 ? 0 : room.of(demand)));
  const wants = wantsOf(free);
  const taken = await Promise.all([
    limit > 0 && wants.length > 0 ? shared.take(wants, limit) : [],
    urgentLimit > 0 && urgent.length > 0 ? shared.take(urgent, urgentLimit, URGENT_LEVEL) : [],
  ]);
  await Promise.all(taken.flat().map(async (one) => await accept(hand, one, deps)));
}

/** Free slots of this coordinator's own agents, whatever they can do. */
function slotsOf({ journal }: SiteDeps): number {
  return journal
    .agents()
    .filter(({ site, connected }) => site === null && connected)
    .reduce((sum, { slots, running }) => sum + Math.max(0, slots - running.length), 0);
}

async function accept(hand: Map<TaskId, Held>, taken: Taken, deps: TakeDeps): Promise<void> {
  const { journal, shared, log, site, shunned, clock } = deps;
  const known = readText(TaskDocument, taken.document);
  const { task: taskId, lead, before } = taken;
  const adopt: CommandOf<'task.adopt'> = {
    type: 'task.adopt',
    taskId,
    site,
    leadFence: lead.leadFence,
    why: 'taken',
    ...(known && { known }),
  };
  const isOurs = before.site === site && before.leadFence === lead.leadFence;
  let answer = isOurs ? null : await journal.submit(adopt, { actor: ACTOR });
  // Its leader was gone too long after somebody had begun it: it is ours all the same.
  if (answer?.ok === false && answer.error.code === 'illegal_transition')
    answer = await journal.submit({ ...adopt, why: 'site_lost' }, { actor: ACTOR });
  if (answer?.ok === false) {
    // It is no task that this one can hold: others may.
    log.warn({ task: taskId }, `was not taken: ${answer.error.message}`);
    shunned.set(taken.demandKey, clock.now() + LOCK_MS);
    await shared.refuse(taken);
    return;
  }
  const task = journal.task(taskId);
  if (task?.site === site && isWaiting(task)) {
    hand.set(taskId, { fence: taken.fence, taken });
    return;
  }
  await shared.settle(taken, task !== undefined && isBegunOrOver(task.state));
  if (task && isEnd(task.state)) await shared.end(taskId, lead.leadFence);
}

function lanesOf(waiting: readonly Task[]): WaitingLane[] {
  const lanes = new Map<string, WaitingLane>();
  for (const task of waiting) {
    const lane = laneOf(task);
    const key = laneKey(lane);
    const first = {
      rank: rankOf(task.priority, task.queuedAt ?? 0),
      number: taskNumberOf(task.id),
    };
    const before = lanes.get(key)?.first;
    if (!before || first.rank < before.rank) lanes.set(key, { key, lane, first });
  }
  return [...lanes.values()];
}

function headOf(
  waiting: readonly Task[],
  key: string,
  count: number,
  deps: Pick<SiteDeps, 'journal'>,
): ReadyTask[] {
  return waiting
    .filter((task) => laneKey(laneOf(task)) === key)
    .map((task) => readyOf(task, deps))
    .toSorted((a, b) => a.rank - b.rank || a.number - b.number)
    .slice(0, count);
}

function readyOf(task: Task, { journal }: Pick<SiteDeps, 'journal'>): ReadyTask {
  const failed = journal.attemptsOf(task.id).filter(({ failure }) => failure !== null);
  const demand = demandOf(task);
  const kinds = failed.flatMap(({ failure, engine }) =>
    failure && engine && isOfEngine(failure.code) ? [engine.kind] : [],
  );
  return {
    id: task.id,
    number: taskNumberOf(task.id),
    rank: rankOf(task.priority, task.queuedAt ?? 0),
    demand,
    specialty: task.specialty,
    repo: task.repo.url,
    failedOn: [...new Set(failed.map(({ agentId }) => agentId))],
    failedWith: demand.engine === 'auto' ? [...new Set(kinds)] : [],
  };
}
