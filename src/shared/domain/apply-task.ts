/**
 * The part of the one reducer that moves a task on: what people, the analysis and the queue change of it, and how it goes.
 * Pure, as `apply.ts`, which alone asks it.
 */
import { FAILURES } from '../errors.ts';
import { assertNever } from '../result.ts';
import type { Event, EventOf } from './event.ts';
import type { StateChange, StateReader } from './state.ts';
import type { Task } from './task.ts';

type TaskStep = Exclude<
  Extract<Event, { type: `task.${string}` }>,
  { type: 'task.created' | 'task.assigned' | 'task.moved' }
>;

export function applyTask(
  state: StateReader,
  event: TaskStep,
  at: number,
): StateChange | undefined {
  const task = state.task(event.taskId);
  return task && { task: { ...moved(task, event, at), updatedAt: at } };
}

function moved(task: Task, event: TaskStep, at: number): Task {
  switch (event.type) {
    case 'task.updated':
      return updated(task, event);
    case 'task.shared':
      return { ...task, site: event.site, leadFence: event.leadFence };
    case 'task.source_changed':
      return { ...task, source: event.source };
    case 'task.blockers_changed':
      return { ...task, blockers: event.blockers };
    case 'task.pull_changed':
      return { ...task, pull: event.pull };
    case 'task.analysis_started':
      return { ...task, state: 'analyzing' };
    case 'task.analysed':
      return analysed(task, event);
    case 'task.queued':
      return queued(task, event, at);
    case 'task.blocked':
      return { ...task, state: 'blocked', queuedAt: null };
    case 'task.started':
      return { ...task, state: 'in_progress' };
    case 'task.testing_started':
      return { ...task, state: 'testing' };
    case 'task.review_opened':
      return { ...task, state: 'review', change: event.change, merge: null, checkpoint: null };
    case 'task.failed':
      return failed(task, event);
    case 'task.feedback_given':
      return { ...task, feedback: [...task.feedback, event.feedback] };
    case 'task.merge_changed':
      return { ...task, merge: event.merge };
    case 'task.completed':
      return { ...task, state: 'completed' };
    case 'task.restored':
      return { ...task, attempts: Math.max(task.attempts, event.attempts) };
    case 'task.cancelled':
      return { ...task, state: 'cancelled', queuedAt: null, cancelReason: event.reason };
    default:
      return assertNever(event);
  }
}

function updated(task: Task, event: EventOf<'task.updated'>): Task {
  return {
    ...task,
    title: event.title ?? task.title,
    body: event.body ?? task.body,
    priority: event.priority ?? task.priority,
    engine: event.engine ?? task.engine,
    localOnly: event.localOnly ?? task.localOnly,
    needs: event.needs ?? task.needs,
    specialty: event.specialty ?? task.specialty,
    after: event.after ?? task.after,
    security: event.security ?? task.security,
    location: event.location === undefined ? task.location : event.location,
    concurrency: event.concurrency ?? task.concurrency,
    upstream: event.upstream ?? task.upstream,
    analysis: event.analysis ?? task.analysis,
  };
}

function analysed(task: Task, event: EventOf<'task.analysed'>): Task {
  return {
    ...task,
    specialty: event.specialty,
    analysis: event.analysis ?? task.analysis,
    needs: event.needs ?? task.needs,
    security: event.security ?? task.security,
    location: event.location ?? task.location,
    concurrency: event.concurrency ?? task.concurrency,
  };
}

function queued(task: Task, event: EventOf<'task.queued'>, at: number): Task {
  const byHand =
    event.why === 'retry_by_hand' || event.why === 'sent_back' || event.why === 'reopened';
  const keepsPlace =
    event.why === 'agent_lost' || event.why === 'stopped' || event.why === 'site_lost';
  return {
    ...task,
    state: 'queued',
    // A task that lost its machine, or was stopped, keeps its place: that was not its fault.
    queuedAt: keepsPlace ? (task.queuedAt ?? at) : at,
    failures: byHand ? 0 : task.failures,
    losses: byHand ? 0 : task.losses,
    kills: byHand ? 0 : task.kills,
    merge: null,
  };
}

function failed(task: Task, event: EventOf<'task.failed'>): Task {
  const { code } = event;
  const lost = code === 'agent_lost';
  const killed = code === 'supervisor_died' || code === 'kills_agents';
  const stopped = code === 'emergency_stopped';
  const isOwn = code !== 'changes_requested' && FAILURES[code] !== 'later';
  const counts = !lost && !killed && !stopped && isOwn;
  return {
    ...task,
    state: 'failed',
    failures: task.failures + (counts ? 1 : 0),
    losses: task.losses + (lost ? 1 : 0),
    // Another end in between shows that it does not always kill; a lost machine or a stop shows nothing.
    kills: killed ? task.kills + 1 : lost || stopped ? task.kills : 0,
    failure: {
      code,
      message: event.message,
      attemptId: event.attemptId,
      retryAt: event.retryAt,
    },
  };
}
