/**
 * The one reducer. Pure: the same state and event give the same change, in the coordinator and in the
 * renderer. It checks nothing; `decide` did. An event about something unknown changes nothing
 * (`undefined`), which a reader with a partial copy takes as "ask the coordinator".
 */
import { assertNever } from '../result.ts';
import { ordinalOfAttempt, taskNumberOf } from '../ids.ts';
import type { AgentId, AttemptId } from '../ids.ts';
import { agentState, type Agent } from './agent.ts';
import { applyAgent } from './apply-agent.ts';
import { applyQueue } from './apply-queue.ts';
import { applySite } from './apply-site.ts';
import { applyTask } from './apply-task.ts';
import type { Attempt } from './attempt.ts';
import type { Checkpoint } from './checkpoint.ts';
import { sumOf } from './engine.ts';
import type { Event, EventOf, StoredEvent } from './event.ts';
import type { StateChange, StateReader, Workshop } from './state.ts';
import { isEnd, type Task } from './task.ts';

export function apply(state: StateReader, { event, at }: StoredEvent): StateChange | undefined {
  switch (event.type) {
    case 'task.created':
      return applyCreated(state, event, at);
    case 'task.assigned':
      return applyAssigned(state, event, at);
    case 'attempt.started':
    case 'attempt.phase_started':
    case 'attempt.phase_ended':
    case 'attempt.usage_reported':
    case 'attempt.checkpointed':
    case 'attempt.paused':
    case 'attempt.resumed':
    case 'attempt.yielded':
    case 'attempt.continued':
    case 'attempt.taken_over':
    case 'attempt.handed_back':
    case 'attempt.ended':
      return applyAttempt(state, event, at);
    case 'attempt.model_called':
      return applyCall(state, event);
    case 'attempt.fenced':
    case 'attempt.work_kept':
      return applyAfterEnd(state, event, at);
    case 'agent.enrolled':
    case 'agent.changed':
    case 'agent.update_changed':
    case 'agent.connected':
    case 'agent.disconnected':
    case 'agent.load_changed':
    case 'agent.conditions_changed':
    case 'agent.slots_changed':
    case 'agent.rest_changed':
    case 'agent.drain_changed':
    case 'agent.removed':
    case 'agent.shell_opened':
    case 'agent.shell_closed':
      return applyAgent(state, event, at);
    case 'queue.paused':
    case 'queue.resumed':
    case 'recurring.saved':
    case 'recurring.fired':
    case 'recurring.removed':
    case 'workflow.started':
      return applyQueue(state, event);
    case 'site.joined':
    case 'site.left':
    case 'site.told':
    case 'task.moved':
      return applySite(state, event);
    case 'access.granted':
    case 'access.revoked':
    case 'workshop.stopped':
    case 'workshop.restarted':
    case 'workshop.restored':
      return applyWorkshop(state, event, at);
    default:
      return applyTask(state, event, at);
  }
}

/** Who may come in is no part of the state: it is kept apart, so that a restored one lets nobody in again. */
function applyWorkshop(
  state: StateReader,
  event: EventOf<
    | 'access.granted'
    | 'access.revoked'
    | 'workshop.stopped'
    | 'workshop.restarted'
    | 'workshop.restored'
  >,
  at: number,
): StateChange {
  if (event.type === 'access.granted' || event.type === 'access.revoked') return {};
  return { workshop: workshopAfter(state.workshop(), event, at) };
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

function workshopAfter(
  workshop: Workshop,
  event: Extract<Event, { type: `workshop.${string}` }>,
  at: number,
): Workshop {
  switch (event.type) {
    case 'workshop.stopped': {
      const { by, how, reason } = event;
      return { ...workshop, stopped: { by, how, reason, at } };
    }
    case 'workshop.restarted':
      return { ...workshop, stopped: null };
    case 'workshop.restored': {
      const lastTask = Math.max(workshop.lastTask, event.lastTask);
      return { ...workshop, lastTask, lastFence: Math.max(workshop.lastFence, event.lastFence) };
    }
    default:
      return assertNever(event);
  }
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
    localOnly: event.localOnly ?? false,
    needs: event.needs,
    after: event.after,
    at: event.at,
    state: event.state,
    specialty: event.specialty ?? null,
    createdAt: at,
    createdBy: event.by,
    updatedAt: at,
    queuedAt: null,
    attemptId: null,
    attempts: 0,
    failures: 0,
    losses: 0,
    kills: 0,
    checkpoint: null,
    change: null,
    failure: null,
    merge: null,
    feedback: [],
    cancelReason: null,
    origin: event.origin ?? null,
    source: event.source ?? null,
    blockers: event.blockers ?? [],
    pull: null,
    security: event.security ?? 'internal',
    location: event.location ?? null,
    concurrency: event.concurrency ?? [],
    upstream: event.upstream ?? 'wait',
    analysis: null,
    workflow: event.workflow ?? null,
    batch: event.batch ?? null,
    recurring: event.recurring ?? null,
    site: event.site ?? null,
    leadFence: 0,
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
  const ordinal = ordinalOfAttempt(event.attemptId);
  const attempt: Attempt = {
    id: event.attemptId,
    taskId: event.taskId,
    agentId: event.agentId,
    fence: event.fence,
    ordinal,
    state: 'assigned',
    phases: [],
    reasons: event.reasons,
    ...(event.passed && { passed: event.passed }),
    assignedAt: at,
    startedAt: null,
    endedAt: null,
    reportSeq: 0,
    usage: null,
    ...(event.engine && { engine: event.engine }),
    failure: null,
    resumedFrom: event.from ?? null,
    checkpoint: null,
    pausedAt: null,
    takenOver: null,
    yieldedTo: null,
    fenced: null,
    kept: null,
  };
  const agent = state.agent(event.agentId);
  return {
    task: {
      ...task,
      state: 'assigned',
      updatedAt: at,
      attemptId: event.attemptId,
      attempts: ordinal,
    },
    attempt,
    ...(agent && { agent: withRunning(agent, [...agent.running, event.attemptId]) }),
    workshop: { ...workshop, lastFence: Math.max(workshop.lastFence, event.fence) },
  };
}

type AttemptStep = Exclude<
  Extract<Event, { type: `attempt.${string}` }>,
  { type: 'attempt.fenced' | 'attempt.work_kept' | 'attempt.model_called' }
>;

function applyAttempt(state: StateReader, event: AttemptStep, at: number): StateChange | undefined {
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
      return { attempt: attempt.metered ? attempt : { ...attempt, usage: event.usage } };
    case 'attempt.checkpointed': {
      const checkpoint = { attemptId: attempt.id, commit: event.commit, at };
      return { attempt: { ...attempt, checkpoint }, ...taskLearns(state, attempt, checkpoint) };
    }
    case 'attempt.paused':
      return { attempt: { ...attempt, pausedAt: at } };
    case 'attempt.resumed':
      return { attempt: { ...attempt, pausedAt: null } };
    case 'attempt.yielded':
      return { attempt: { ...attempt, yieldedTo: { taskId: event.to, at } } };
    case 'attempt.continued':
      return { attempt: { ...attempt, yieldedTo: null } };
    case 'attempt.taken_over':
      return { attempt: { ...attempt, takenOver: { by: event.by, at } } };
    case 'attempt.handed_back':
      return { attempt: { ...attempt, takenOver: null } };
    case 'attempt.ended':
      return {
        attempt: {
          ...attempt,
          state: event.state,
          endedAt: at,
          failure: event.failure,
          pausedAt: null,
          takenOver: null,
          yieldedTo: null,
        },
        ...freed(state, attempt.agentId, attempt.id),
      };
    default:
      return assertNever(event);
  }
}

function applyCall(
  state: StateReader,
  { attemptId, call }: EventOf<'attempt.model_called'>,
): StateChange | undefined {
  const attempt = state.attempt(attemptId);
  if (!attempt) return undefined;
  // What the engine had said of itself before is in what is counted now.
  const before = attempt.metered ? attempt.usage : null;
  return { attempt: { ...attempt, metered: true, usage: sumOf(before, call.usage) } };
}

function applyAfterEnd(
  state: StateReader,
  event: EventOf<'attempt.fenced' | 'attempt.work_kept'>,
  at: number,
): StateChange | undefined {
  const attempt = state.attempt(event.attemptId);
  if (!attempt) return undefined;
  if (event.type === 'attempt.fenced') {
    return { attempt: { ...attempt, fenced: { at, what: event.what } } };
  }
  const kept = { attemptId: attempt.id, commit: event.commit, at };
  return { attempt: { ...attempt, kept }, ...taskLearns(state, attempt, kept) };
}

/** A newer attempt, or a change that is in review, has gone beyond what an older one did. */
function taskLearns(state: StateReader, attempt: Attempt, checkpoint: Checkpoint): StateChange {
  const task = state.task(attempt.taskId);
  const isNews = task?.attemptId === attempt.id && task.state !== 'review' && !isEnd(task.state);
  return isNews ? { task: { ...task, checkpoint } } : {};
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
