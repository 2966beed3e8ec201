/**
 * The one place where it is decided what happens. Pure: no I/O, no clock; reads the state, answers with
 * events or a refusal that says what to do. Each rule stands in a small function of its own below.
 */
import { rejection, type FailureCode, type Rejection } from '../errors.ts';
import { attemptIdOf } from '../ids.ts';
import { assertNever, fail, ok, type Result } from '../result.ts';
import type { Command, CommandOf, DecideContext } from './command.ts';
import { blockingOf } from './condition.ts';
import { decideAccess } from './decide-access.ts';
import { analysed, editedFacts } from './decide-analysis.ts';
import { callModel, decideReport, fenceOff, giveUp, keepWork } from './decide-attempt.ts';
import { decideAgent } from './decide-agent.ts';
import { decideSighting } from './decide-forge.ts';
import { decideCreation } from './decide-create.ts';
import { cancelAll, decideMany } from './decide-many.ts';
import { decideQueue } from './decide-queue.ts';
import { decideRecurring } from './decide-recurring.ts';
import { decideScale } from './decide-scale.ts';
import { decideSite, nextOrdinal } from './decide-site.ts';
import { decideStop, refuseWhileStopped } from './decide-stop.ts';
import { busySlots, decideYield } from './decide-yield.ts';
import { refuseCancellation } from './decide-order.ts';
import { followUpstream, refuseOtherAfter } from './decide-waiting.ts';
import type { Agent } from './agent.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { Event, QueuedWhy } from './event.ts';
import { decideElsewhere, isLedElsewhere, refuseUntaken } from './led-elsewhere.ts';
import { illegalMove, requireMove, requireTask } from './require.ts';
import { heldTo, refuseAway } from './local-only.ts';
import { longestPause, wasInterrupted } from './retry.ts';
import type { DecideReader, StateReader } from './state.ts';
import { isHeld, type Task } from './task.ts';

export type Decision = Result<Event[]>;

/** Events that follow from `command`; an empty list means "already so", which is not an error. */
export function decide(state: DecideReader, command: Command, ctx: DecideContext): Decision {
  switch (command.type) {
    case 'task.create':
      return one(decideCreation(state, command, ctx));
    case 'task.assign':
      return assign(state, command);
    case 'attempt.report':
      return decideReport(state, command, ctx);
    case 'attempt.give_up':
      return giveUp(state, command, ctx);
    case 'attempt.call_model':
      return callModel(state, command);
    case 'attempt.fence_off':
      return fenceOff(state, command);
    case 'attempt.keep_work':
      return keepWork(state, command);
    case 'agent.enrol':
    case 'agent.change':
    case 'agent.update':
    case 'agent.connect':
    case 'agent.disconnect':
    case 'agent.load':
    case 'agent.conditions':
    case 'agent.drain':
    case 'agent.remove':
    case 'agent.open_shell':
    case 'agent.close_shell':
      return decideAgent(state, command, ctx);
    case 'attempt.yield':
    case 'attempt.continue':
      return decideYield(state, command);
    case 'agent.set_slots':
    case 'agent.rest':
      return decideScale(state, command);
    case 'queue.pause':
    case 'queue.resume':
      return decideQueue(state, command, ctx);
    case 'recurring.save':
    case 'recurring.fire':
    case 'recurring.remove':
      return decideRecurring(state, command, ctx);
    case 'workflow.start':
    case 'task.create_all':
      return decideMany(state, command, ctx);
    case 'site.join':
    case 'site.leave':
    case 'site.tell':
    case 'task.share':
    case 'task.adopt':
      return decideSite(state, command, ctx);
    case 'workshop.stop':
    case 'workshop.restart':
      return decideStop(state, command, ctx);
    case 'access.grant':
    case 'access.revoke':
      return decideAccess(command, ctx);
    default:
      return decideTask(state, command, ctx);
  }
}

type TaskCommand = Exclude<
  Extract<Command, { type: `task.${string}` }>,
  { type: 'task.create' | 'task.assign' | 'task.create_all' | 'task.share' | 'task.adopt' }
>;

function decideTask(state: StateReader, command: TaskCommand, ctx: DecideContext): Decision {
  if (command.type === 'task.cancel_all')
    return ok(cancelAll(command, (each) => decideTask(state, each, ctx)));
  const found = requireTask(state, command.taskId);
  if (!found.ok) return found;
  const task = found.value;
  if (isLedElsewhere(task)) return decideElsewhere(state, task, command, ctx);
  switch (command.type) {
    case 'task.update':
      return update(state, task, command, ctx);
    case 'task.analyse':
      return analysed(task, command);
    case 'task.due':
      return due(state, task, ctx);
    case 'task.unblock':
      return ok(unblock(state, task, ctx));
    case 'task.cancel': {
      const { reason, orderedBy: by, onlyIn } = command;
      if (onlyIn && !onlyIn.includes(task.state)) return ok([]);
      const refused = by && refuseCancellation(state, by, task);
      return refused ? fail(refused) : cancel(state, task, reason, ctx);
    }
    case 'task.retry':
      return retry(task);
    case 'task.approve':
      return approve(state, task, ctx);
    case 'task.send_back':
      return sendBack(task, command, ctx);
    case 'task.reject':
      return reject(state, task, command.comment, ctx);
    case 'task.merge_result':
      return mergeResult(state, task, command);
    case 'task.source_seen':
    case 'task.blockers_seen':
    case 'task.pull_seen':
      return decideSighting(state, task, command, ctx);
    default:
      return assertNever(command);
  }
}

function one(decided: Result<Event>): Decision {
  return decided.ok ? ok([decided.value]) : decided;
}

function update(
  state: StateReader,
  task: Task,
  command: CommandOf<'task.update'>,
  ctx: DecideContext,
): Decision {
  if (isHeld(task.state) || task.state === 'completed' || task.state === 'cancelled') {
    return fail(
      rejection('illegal_transition', `${task.id} is ${task.state} and cannot be edited any more`, {
        from: task.state,
      }),
    );
  }
  const { engine = task.engine, localOnly = task.localOnly } = command;
  const { after = task.after, upstream = task.upstream } = command;
  const refused =
    refuseAway({ engine, localOnly }) ??
    (command.after ? refuseOtherAfter(state, task, command.after) : null);
  if (refused) return fail(refused);
  const { type: _, taskId, analysis: __, ...fields } = command;
  const given = Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  );
  const facts = editedFacts(task, command, ctx.actor);
  const updated = { type: 'task.updated', taskId, ...given, ...facts } as const;
  return ok([updated, ...followUpstream(state, { ...task, after, upstream }, ctx)]);
}

/** A timer that fires early or twice does nothing: the state says what is due. */
function due(state: StateReader, task: Task, ctx: DecideContext): Decision {
  if (task.state === 'scheduled') {
    if (task.at !== null && task.at > ctx.now) return ok([]);
    return ok([{ type: 'task.queued', taskId: task.id, why: 'due' }]);
  }
  if (task.state === 'blocked') return ok(unblock(state, task, ctx));
  const at = task.state === 'failed' ? (task.failure?.retryAt ?? null) : null;
  const code = task.failure?.code;
  // No pause is so long: the clock was set back since, and nobody knows how much of it is over.
  const isOdd = at !== null && at - ctx.now > longestPause(code);
  if (at === null || (at > ctx.now && !isOdd)) return ok([]);
  return ok([{ type: 'task.queued', taskId: task.id, why: queuedAgainAfter(code) }]);
}

function queuedAgainAfter(code: FailureCode | undefined): QueuedWhy {
  if (code === 'emergency_stopped') return 'stopped';
  return code === 'agent_lost' || code === 'supervisor_died' ? 'agent_lost' : 'retry';
}

/** A task that waits for others and for a time waits for both. */
function unblock(state: StateReader, task: Task, ctx: DecideContext): Event[] {
  return task.state === 'blocked' ? followUpstream(state, task, ctx) : [];
}

function assign(state: StateReader, command: CommandOf<'task.assign'>): Decision {
  const found = requireTask(state, command.taskId);
  if (!found.ok) return found;
  const task = found.value;
  const untaken = refuseUntaken(task, command);
  if (untaken) return fail(untaken);
  const move = requireMove(task, 'assigned');
  if (!move.ok) return move;
  const stopped = refuseWhileStopped(state);
  if (stopped) return fail(stopped);
  const agent = state.agent(command.agentId);
  const why = whyUnavailable(state, agent, task);
  if (!agent || why !== null) {
    const { agentId } = command;
    return fail(rejection('agent_unavailable', `${agentId} ${why}`, { agentId }));
  }
  const named = heldTo(task);
  const engine = named.kind === 'auto' ? command.engine : named;
  if (!engine || refuseAway({ engine, localOnly: task.localOnly }))
    return fail(rejection('invalid_input', `engine: ${task.id} cannot be worked on by this one`));
  const from = resumableFrom(task);
  const ordinal = nextOrdinal(state, task, (n) => attemptIdOf(task.id, n));
  return ok([
    {
      type: 'task.assigned',
      taskId: task.id,
      attemptId: attemptIdOf(task.id, ordinal),
      agentId: agent.id,
      fence: command.fence ?? state.workshop().lastFence + 1,
      reasons: command.reasons,
      ...(command.passed && { passed: command.passed }),
      engine,
      ...(from && { from }),
    },
  ]);
}

function whyUnavailable(
  state: StateReader,
  agent: Agent | undefined,
  { priority }: Task,
): string | null {
  if (!agent) return 'is not known';
  if (agent.site !== null) return `belongs to the coordinator "${agent.site}"`;
  if (!agent.connected) return 'is offline';
  if (agent.draining) return 'is draining';
  if (agent.resting) return 'rests';
  const trouble = blockingOf(agent.conditions);
  if (trouble) return `is in trouble: ${trouble.message}`;
  // What stands still for urgent tasks leaves its slot to them, and to nobody else.
  const taken = priority === 'urgent' ? busySlots(state, agent) : agent.running.length;
  return taken >= agent.slots ? 'has no free slot' : null;
}

/** The work in progress that the next attempt goes on with: only when the last one was no failure of its own. */
function resumableFrom({ failure, checkpoint }: Task): Checkpoint | null {
  return failure && wasInterrupted(failure.code) ? checkpoint : null;
}

function cancel(state: StateReader, task: Task, reason: string, ctx: DecideContext): Decision {
  if (task.state === 'cancelled') return ok([]);
  const busy = notWhileMerging(task);
  if (busy) return fail(busy);
  const move = requireMove(task, 'cancelled');
  if (!move.ok) return move;
  const events: Event[] = [];
  const attempt = task.attemptId ? state.attempt(task.attemptId) : undefined;
  if (attempt && isHeld(task.state)) {
    events.push({
      type: 'attempt.ended',
      taskId: task.id,
      attemptId: attempt.id,
      reportSeq: null,
      state: 'cancelled',
      failure: null,
      tests: null,
    });
  }
  events.push({ type: 'task.cancelled', taskId: task.id, reason, by: ctx.actor });
  return ok(events);
}

function retry(task: Task): Decision {
  if (task.state !== 'failed')
    return fail(illegalMove(task, 'queued', 'only a failed task can be retried'));
  return ok([{ type: 'task.queued', taskId: task.id, why: 'retry_by_hand' }]);
}

function approve(state: StateReader, task: Task, ctx: DecideContext): Decision {
  if (task.state === 'completed' || task.merge?.state === 'requested') return ok([]);
  const stopped = refuseWhileStopped(state);
  if (stopped) return fail(stopped);
  if (task.state !== 'review') {
    return fail(illegalMove(task, 'completed', 'only a task in review can be approved'));
  }
  const merge = { state: 'requested', at: ctx.now, by: ctx.actor } as const;
  return ok([{ type: 'task.merge_changed', taskId: task.id, merge }]);
}

function sendBack(
  task: Task,
  { comment, comments = [] }: CommandOf<'task.send_back'>,
  ctx: DecideContext,
): Decision {
  const [first] = comments;
  if (comment.trim() === '' && !first) {
    return fail(rejection('invalid_input', 'comment: say what is to be different'));
  }
  const busy = notWhileMerging(task);
  if (busy) return fail(busy);
  if (task.state !== 'review') {
    return fail(illegalMove(task, 'queued', 'only a task in review can be sent back'));
  }
  const { id: taskId, attemptId } = task;
  return ok([
    {
      type: 'task.feedback_given',
      taskId,
      feedback: {
        at: ctx.now,
        by: ctx.actor,
        attemptId,
        comment,
        ...(first && { comments: [...comments] }),
      },
    },
    {
      type: 'task.failed',
      taskId,
      code: 'changes_requested',
      message:
        comment.trim() === '' && first ? `${first.path}:${first.line} ${first.text}` : comment,
      attemptId,
      retryAt: ctx.now,
    },
    { type: 'task.queued', taskId, why: 'sent_back' },
  ]);
}

function reject(state: StateReader, task: Task, comment: string, ctx: DecideContext): Decision {
  if (task.state !== 'review') {
    return fail(illegalMove(task, 'cancelled', 'only a task in review can be rejected'));
  }
  return cancel(
    state,
    task,
    comment === '' ? 'rejected in review' : `rejected in review: ${comment}`,
    ctx,
  );
}

function mergeResult(
  state: StateReader,
  task: Task,
  command: CommandOf<'task.merge_result'>,
): Decision {
  // A result that comes twice (the forge repeats until its result is committed) changes nothing.
  if (task.state !== 'review' || task.merge?.state !== 'requested') return ok([]);
  const events: Event[] = [{ type: 'task.merge_changed', taskId: task.id, merge: command.merge }];
  if (command.merge.state === 'merged') events.push({ type: 'task.completed', taskId: task.id });
  else events.push(...madeAnew(state, task, command.merge));
  return ok(events);
}

/** The change was never here: another coordinator had it that is gone. It is not merged, so the task begins anew. */
function madeAnew(
  state: StateReader,
  { id: taskId, attemptId }: Task,
  merge: CommandOf<'task.merge_result'>['merge'],
): Event[] {
  if (merge.state !== 'refused' || merge.code !== 'change_gone' || attemptId === null) return [];
  if (!state.attempt(attemptId)?.agentId.includes('@')) return [];
  const { message } = merge;
  return [
    { type: 'task.failed', taskId, code: 'agent_lost', message, attemptId, retryAt: null },
    { type: 'task.queued', taskId, why: 'site_lost' },
  ];
}

function notWhileMerging(task: Task): Rejection | null {
  if (task.merge?.state !== 'requested') return null;
  return rejection('merge_in_progress', `${task.id} is being merged; wait for the result`, {
    id: task.id,
  });
}
