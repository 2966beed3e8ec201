/**
 * Coordinators that share a queue: who leads which task, and what the others tell. Exactly one leads a task, under a number;
 * a higher number wins everywhere, so what is told may come late, twice, in any order, or not at all. Pure.
 */
import { rejection } from '../errors.ts';
import { assertNever, fail, ok, type Result } from '../result.ts';
import type { AttemptId, SiteId } from '../ids.ts';
import { isAttemptEnd, type Attempt } from './attempt.ts';
import type { CommandOf, DecideContext } from './command.ts';
import type { Event } from './event.ts';
import { agentIdHere, isLedElsewhere, refuseElsewhere } from './led-elsewhere.ts';
import { requireTask } from './require.ts';
import type { DecideReader, Workshop } from './state.ts';
import { isEnd, isHeld, type Task } from './task.ts';

type Site = NonNullable<Workshop['site']>;
type Tell = CommandOf<'site.tell'>;

export function decideSite(
  state: DecideReader,
  command: CommandOf<'site.join' | 'site.leave' | 'site.tell' | 'task.share' | 'task.adopt'>,
  ctx: DecideContext,
): Result<Event[]> {
  const { site } = state.workshop();
  switch (command.type) {
    case 'site.join': {
      const { site: id, index, highest } = command;
      if (site?.id === id && site.index === index) return ok([]);
      const above = highest === undefined ? {} : { highest };
      return ok([{ type: 'site.joined', site: id, index, ...above }]);
    }
    case 'site.leave':
      return ok(site ? [{ type: 'site.left' }] : []);
    case 'site.tell':
      return ok(site && site.id !== command.site ? told(state, site, command, ctx) : []);
    case 'task.share':
      return share(state, command);
    case 'task.adopt':
      return adopt(state, command, ctx);
    default:
      return assertNever(command);
  }
}

function share(
  state: DecideReader,
  { taskId, site, leadFence }: CommandOf<'task.share'>,
): Result<Event[]> {
  const found = requireTask(state, taskId);
  if (!found.ok) return found;
  const elsewhere = refuseElsewhere(found.value);
  if (elsewhere) return fail(elsewhere);
  const isSo = found.value.site === site && found.value.leadFence >= leadFence;
  if (isSo || isEnd(found.value.state)) return ok([]);
  const most = Math.max(leadFence, found.value.leadFence);
  return ok([{ type: 'task.shared', taskId, site, leadFence: most }]);
}

function adopt(
  state: DecideReader,
  command: CommandOf<'task.adopt'>,
  ctx: DecideContext,
): Result<Event[]> {
  const { taskId, site, leadFence, why } = command;
  const task = newer(state.task(taskId), command.known?.task);
  if (!task) return fail(rejection('not_found', `there is no ${taskId}`));
  if (!isLedElsewhere(task) && task.site === site) {
    // Others led it in between, and did nothing to it.
    const isAnew = leadFence > task.leadFence && !isEnd(task.state);
    return ok(isAnew ? [{ type: 'task.shared', taskId, site, leadFence }] : []);
  }
  if (task.site === null || leadFence <= task.leadFence) {
    const message = `${taskId} is not to be had under ${leadFence}: it is another one's by now`;
    return fail(rejection('led_elsewhere', message, { id: taskId, site: task.site }));
  }
  const whole = command.known?.task;
  const isHidden = task.security === 'confidential' && (why !== 'taken' || !whole);
  if (isHidden) {
    const message = `${taskId} is confidential: what it says is known to "${task.site}" alone`;
    return fail(rejection('led_elsewhere', message, { id: taskId, site: task.site }));
  }
  if (isEnd(task.state)) return ok([]);
  if (why === 'taken' && task.state !== 'queued') {
    const message = `${taskId} is ${task.state} and waits in no queue`;
    return fail(rejection('illegal_transition', message, { from: task.state }));
  }
  const { told: _, ...known } =
    task.security === 'confidential' && whole ? withWords(task, whole) : task;
  const attempt = attemptOf(state, task, command.known?.attempt);
  const lost = isHeld(task.state) ? attempt : undefined;
  const mayBeMerged = task.state === 'review' && task.merge?.state === 'requested';
  const anew = isHeld(task.state) || (isOutOfReach(task) && !mayBeMerged);
  const moved: Event = {
    type: 'task.moved',
    taskId,
    // What it had so far is in the mirror of another coordinator.
    task: {
      ...known,
      ...(anew && { state: 'failed', change: null, failure: failureOf(task) }),
      ...(task.state === 'analyzing' && { state: 'pending' }),
      ...{ site, leadFence, checkpoint: null, updatedAt: ctx.now },
      // The other one may have merged it, and not have told: whoever asks the repository finds out.
      merge: mayBeMerged ? task.merge : null,
    },
    attempt: lost && !isAttemptEnd(lost.state) ? lostOf(lost, ctx.now) : unknownOf(state, attempt),
    why,
  };
  return ok(anew ? [moved, { type: 'task.queued', taskId, why: 'site_lost' }] : [moved]);
}

/** What is told of it leaves its words out; who takes it was given them. */
function withWords({ state, attempts, attemptId }: Task, whole: Task): Task {
  return { ...whole, state, attempts, attemptId };
}

/** What is known better: here, or in what all share. */
function newer(here: Task | undefined, there: Task | undefined): Task | undefined {
  if (!here || !there || (!isLedElsewhere(here) && here.site === null)) return here ?? there;
  if (there.leadFence !== here.leadFence) return there.leadFence > here.leadFence ? there : here;
  return isLedElsewhere(here) && (there.told ?? 0) > (here.told ?? 0) ? there : here;
}

function attemptOf(
  state: DecideReader,
  { attemptId }: Task,
  known: Attempt | undefined,
): Attempt | undefined {
  if (attemptId === null) return undefined;
  return state.attempt(attemptId) ?? (known?.id === attemptId ? known : undefined);
}

function unknownOf(state: DecideReader, attempt: Attempt | undefined): Attempt | null {
  return attempt && !state.attempt(attempt.id) ? attempt : null;
}

/** In review, with a change that only the coordinator has that is gone. */
function isOutOfReach({ state, pull }: Task): boolean {
  return state === 'review' && pull === null;
}

function failureOf({ site, attemptId }: Task): NonNullable<Task['failure']> {
  const message = `the coordinator "${site ?? ''}" that led it is gone`;
  return { code: 'agent_lost', message, attemptId, retryAt: null };
}

function lostOf(attempt: Attempt, at: number): Attempt {
  const failure = { code: 'agent_lost', message: 'its coordinator is gone' } as const;
  const still = { pausedAt: null, takenOver: null, yieldedTo: null };
  return { ...attempt, ...still, state: 'lost', endedAt: at, failure };
}

/** What follows from what another coordinator told. */
function told(state: DecideReader, here: Site, tell: Tell, ctx: DecideContext): Event[] {
  const { task: _, attempt: __, agent: ___, removedAgent: ____, type: _____, ...about } = tell;
  const task = tell.task?.site === tell.site ? tell.task : undefined;
  const known = task && state.task(task.id);
  const event = { type: 'site.told', ...about, ...agentNews(state, tell) } as const;
  if (!task || !isNews(known, task, tell.seq)) {
    const ended = task && known ? cancelledBefore(known, task, ctx) : [];
    return event.agent || event.removedAgent ? [event, ...ended] : ended;
  }
  const attempt = tell.attempt && attemptHere(state, here, tell.attempt);
  const withTask: Event = {
    ...event,
    task: { ...task, told: tell.seq },
    ...(attempt && { attempt }),
  };
  return [...ownAttemptLost(state, known, tell.site), withTask];
}

function isNews(known: Task | undefined, task: Task, seq: number): boolean {
  if (!known) return true;
  // It bears the number of a task that this one shares with nobody.
  if (!isLedElsewhere(known) && known.site === null) return false;
  if (task.leadFence !== known.leadFence) return task.leadFence > known.leadFence;
  if (known.told === undefined) return false;
  // Said twice it is no news, unless it was given up here in between.
  return seq > known.told || (seq === known.told && task.state !== known.state);
}

/** Somebody cancelled it where it was led before, and that was not heard when it was taken here: it counts. */
function cancelledBefore(known: Task, task: Task, ctx: DecideContext): Event[] {
  const isLate = task.state === 'cancelled' && task.leadFence < known.leadFence;
  if (!isLate || isLedElsewhere(known) || known.state !== 'queued') return [];
  const reason = task.cancelReason ?? '';
  return [{ type: 'task.cancelled', taskId: known.id, reason, by: ctx.actor }];
}

/** An attempt of ours at a task that was taken over counts no more. */
function ownAttemptLost(state: DecideReader, known: Task | undefined, site: SiteId): Event[] {
  if (!known || isLedElsewhere(known) || known.attemptId === null) return [];
  const attempt = state.attempt(known.attemptId);
  if (!attempt || isAttemptEnd(attempt.state)) return [];
  const message = `the coordinator "${site}" took the task over`;
  return [
    {
      type: 'attempt.ended',
      taskId: known.id,
      attemptId: attempt.id,
      reportSeq: null,
      state: 'lost',
      failure: { code: 'agent_lost', message },
      tests: null,
    },
  ];
}

/** Numbers of before we joined, and ids that stand for an attempt of ours already, mean something else here. */
function attemptHere(state: DecideReader, here: Site, attempt: Attempt): Attempt | undefined {
  const mine = state.attempt(attempt.id);
  if (attempt.fence <= here.fence || (mine && mine.fence !== attempt.fence)) return undefined;
  const agentId = agentIdHere(attempt.agentId, here.id);
  return { ...attempt, agentId, reasons: mine?.reasons ?? attempt.reasons };
}

function agentNews(state: DecideReader, tell: Tell): Pick<Tell, 'agent' | 'removedAgent'> {
  const { agent, removedAgent, site, seq } = tell;
  const isTheirs = (id: string): boolean => id.endsWith(`@${site}`);
  if (removedAgent !== undefined) {
    const known = isTheirs(removedAgent) ? state.agent(removedAgent) : undefined;
    return known && (known.told ?? 0) < seq ? { removedAgent } : {};
  }
  if (!agent || !isTheirs(agent.id) || agent.site !== site) return {};
  return (state.agent(agent.id)?.told ?? 0) < seq ? { agent: { ...agent, told: seq } } : {};
}

/** The first attempt of a task, after those that it had, whose id stands for nothing here yet. */
export function nextOrdinal(
  state: Pick<DecideReader, 'attempt'>,
  task: Task,
  idOf: (ordinal: number) => AttemptId,
): number {
  let ordinal = task.attempts + 1;
  // Nobody else ever had it.
  if (task.site === null) return ordinal;
  // One of ours that another coordinator never heard of keeps its name.
  while (state.attempt(idOf(ordinal))) ordinal += 1;
  return ordinal;
}
