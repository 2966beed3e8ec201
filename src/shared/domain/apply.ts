/**
 * The one reducer. Pure: the same state and event give the same change, in the coordinator and in the
 * renderer. It checks nothing; `decide` did. An event about something unknown changes nothing
 * (`undefined`), which a reader with a partial copy takes as "ask the coordinator".
 */
import { assertNever } from '../result.ts';
import { taskNumberOf } from '../ids.ts';
import type { AgentId, AttemptId } from '../ids.ts';
import { agentState, type Agent } from './agent.ts';
import type { Attempt } from './attempt.ts';
import type { Event, EventOf, StoredEvent } from './event.ts';
import type { StateChange, StateReader } from './state.ts';
import type { Task } from './task.ts';

export function apply(state: StateReader, stored: StoredEvent): StateChange | undefined {
  const { event, at } = stored;
  switch (event.type) {
    case 'task.created':
      return applyCreated(state, event, at);
    case 'task.assigned':
      return applyAssigned(state, event, at);
    case 'attempt.started':
    case 'attempt.phase_started':
    case 'attempt.phase_ended':
    case 'attempt.usage_reported':
    case 'attempt.ended':
      return applyAttempt(state, event, at);
    case 'agent.connected':
    case 'agent.disconnected':
    case 'agent.load_changed':
    case 'agent.drain_changed':
    case 'agent.removed':
      return applyAgent(state, event, at);
    case 'queue.paused':
      return { workshop: { ...state.workshop(), queuePaused: true } };
    case 'queue.resumed':
      return { workshop: { ...state.workshop(), queuePaused: false } };
    default: {
      const task = state.task(event.taskId);
      return task && { task: { ...moved(task, event, at), updatedAt: at } };
    }
  }
}

/** Folds one event into a whole state. */
export function applyTo(
  state: StateReader & { put(change: StateChange): void },
  stored: StoredEvent,
): boolean {
  const change = apply(state, stored);
  if (change) state.put(change);
  return change !== undefined;
}

type TaskStep = Exclude<
  Extract<Event, { type: `task.${string}` }>,
  { type: 'task.created' | 'task.assigned' }
>;

function moved(task: Task, event: TaskStep, at: number): Task {
  switch (event.type) {
    case 'task.updated':
      return {
        ...task,
        title: event.title ?? task.title,
        body: event.body ?? task.body,
        priority: event.priority ?? task.priority,
      };
    case 'task.analysis_started':
      return { ...task, state: 'analyzing' };
    case 'task.analysed':
      return { ...task, specialty: event.specialty };
    case 'task.queued':
      return queued(task, event, at);
    case 'task.started':
      return { ...task, state: 'in_progress' };
    case 'task.testing_started':
      return { ...task, state: 'testing' };
    case 'task.review_opened':
      return { ...task, state: 'review', change: event.change, merge: null };
    case 'task.failed':
      return failed(task, event);
    case 'task.feedback_given':
      return { ...task, feedback: [...task.feedback, event.feedback] };
    case 'task.merge_changed':
      return { ...task, merge: event.merge };
    case 'task.completed':
      return { ...task, state: 'completed' };
    case 'task.cancelled':
      return { ...task, state: 'cancelled', queuedAt: null, cancelReason: event.reason };
    default:
      return assertNever(event);
  }
}

function queued(task: Task, event: EventOf<'task.queued'>, at: number): Task {
  const byHand = event.why === 'retry_by_hand' || event.why === 'sent_back';
  return {
    ...task,
    state: 'queued',
    // A task that lost its machine keeps its place: waiting was not its fault.
    queuedAt: event.why === 'agent_lost' ? (task.queuedAt ?? at) : at,
    failures: byHand ? 0 : task.failures,
    losses: byHand ? 0 : task.losses,
    merge: null,
  };
}

function failed(task: Task, event: EventOf<'task.failed'>): Task {
  const lost = event.code === 'agent_lost';
  return {
    ...task,
    state: 'failed',
    failures: task.failures + (lost || event.code === 'changes_requested' ? 0 : 1),
    losses: task.losses + (lost ? 1 : 0),
    failure: {
      code: event.code,
      message: event.message,
      attemptId: event.attemptId,
      retryAt: event.retryAt,
    },
  };
}

function applyCreated(state: StateReader, event: EventOf<'task.created'>, at: number): StateChange {
  const workshop = state.workshop();
  const task: Task = {
    id: event.taskId,
    title: event.title,
    body: event.body,
    repo: event.repo,
    priority: event.priority,
    engine: event.engine,
    needs: event.needs,
    after: event.after,
    at: event.at,
    state: event.state,
    specialty: null,
    createdAt: at,
    createdBy: event.by,
    updatedAt: at,
    queuedAt: null,
    attemptId: null,
    attempts: 0,
    failures: 0,
    losses: 0,
    change: null,
    failure: null,
    merge: null,
    feedback: [],
    cancelReason: null,
  };
  const lastTask = Math.max(workshop.lastTask, taskNumberOf(event.taskId));
  return { task, workshop: { ...workshop, lastTask } };
}

function applyAssigned(
  state: StateReader,
  event: EventOf<'task.assigned'>,
  at: number,
): StateChange | undefined {
  const workshop = state.workshop();
  const task = state.task(event.taskId);
  if (!task) return undefined;
  const attempt: Attempt = {
    id: event.attemptId,
    taskId: event.taskId,
    agentId: event.agentId,
    fence: event.fence,
    ordinal: task.attempts + 1,
    state: 'assigned',
    phases: [],
    reasons: event.reasons,
    assignedAt: at,
    startedAt: null,
    endedAt: null,
    reportSeq: 0,
    usage: null,
    failure: null,
  };
  const agent = state.agent(event.agentId);
  return {
    task: {
      ...task,
      state: 'assigned',
      updatedAt: at,
      attemptId: event.attemptId,
      attempts: task.attempts + 1,
    },
    attempt,
    ...(agent && { agent: withRunning(agent, [...agent.running, event.attemptId]) }),
    workshop: { ...workshop, lastFence: Math.max(workshop.lastFence, event.fence) },
  };
}

function applyAttempt(
  state: StateReader,
  event: Extract<Event, { type: `attempt.${string}` }>,
  at: number,
): StateChange | undefined {
  const before = state.attempt(event.attemptId);
  if (!before) return undefined;
  const attempt = { ...before, reportSeq: event.reportSeq ?? before.reportSeq };
  switch (event.type) {
    case 'attempt.started':
      return { attempt: { ...attempt, state: 'running', startedAt: at } };
    case 'attempt.phase_started': {
      const run = { phase: event.phase, startedAt: at, endedAt: null, outcome: null, detail: null };
      return { attempt: { ...attempt, phases: [...attempt.phases, run] } };
    }
    case 'attempt.phase_ended': {
      const phases = attempt.phases.map((run) =>
        run.phase === event.phase && run.endedAt === null
          ? { ...run, endedAt: at, outcome: event.outcome, detail: event.detail }
          : run,
      );
      return { attempt: { ...attempt, phases } };
    }
    case 'attempt.usage_reported':
      return { attempt: { ...attempt, usage: event.usage } };
    case 'attempt.ended':
      return {
        attempt: { ...attempt, state: event.state, endedAt: at, failure: event.failure },
        ...freed(state, attempt.agentId, attempt.id),
      };
    default:
      return assertNever(event);
  }
}

function applyAgent(
  state: StateReader,
  event: Extract<Event, { type: `agent.${string}` }>,
  at: number,
): StateChange | undefined {
  const before = state.agent(event.agentId);
  switch (event.type) {
    case 'agent.connected': {
      const { name, version, address, slots, capabilities } = event;
      const agent: Agent = {
        id: event.agentId,
        name,
        version,
        address,
        slots,
        capabilities,
        state: 'idle',
        connected: true,
        overloaded: false,
        draining: before?.draining ?? false,
        running: before?.running ?? [],
        firstSeenAt: before?.firstSeenAt ?? at,
        since: at,
      };
      return { agent: { ...agent, state: agentState(agent) } };
    }
    case 'agent.disconnected':
      return before && changed({ ...before, connected: false, overloaded: false, since: at });
    case 'agent.load_changed':
      return before && changed({ ...before, overloaded: event.overloaded });
    case 'agent.drain_changed':
      return before && changed({ ...before, draining: event.draining });
    case 'agent.removed':
      return { removedAgent: event.agentId };
    default:
      return assertNever(event);
  }
}

function freed(state: StateReader, agentId: AgentId, attemptId: AttemptId): StateChange {
  const agent = state.agent(agentId);
  if (!agent) return {};
  return {
    agent: withRunning(
      agent,
      agent.running.filter((id) => id !== attemptId),
    ),
  };
}

function withRunning(agent: Agent, running: AttemptId[]): Agent {
  const next = { ...agent, running };
  return { ...next, state: agentState(next) };
}

function changed(agent: Agent): StateChange {
  return { agent: { ...agent, state: agentState(agent) } };
}
