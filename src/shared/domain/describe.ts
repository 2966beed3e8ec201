/** One plain line per event, for terminals and logs. The window has its own words, per language. */
import { wordsOf } from './review-comment.ts';
import type { AgentUpdate } from './agent.ts';
import type { ModelCall } from '../models.ts';
import type { Event, EventOf } from './event.ts';
import type { Origin } from './origin.ts';
import type { PullRequest } from './pull.ts';
import type { TaskState } from './task.ts';

/** The state a task is in after the event; `null` when the event does not change it. */
export function stateAfter(event: Event): TaskState | null {
  switch (event.type) {
    case 'task.created':
      return event.state;
    case 'task.analysis_started':
      return 'analyzing';
    case 'task.queued':
      return 'queued';
    case 'task.blocked':
      return 'blocked';
    case 'task.assigned':
      return 'assigned';
    case 'task.started':
      return 'in_progress';
    case 'task.testing_started':
      return 'testing';
    case 'task.review_opened':
      return 'review';
    case 'task.completed':
      return 'completed';
    case 'task.failed':
      return 'failed';
    case 'task.cancelled':
      return 'cancelled';
    default:
      return null;
  }
}

/** What happened, in words; a person wrote parts of it, so a terminal must print it with care. */
export function describe(event: Event): string {
  if (event.type.startsWith('task.')) return describeTask(event);
  if (event.type.startsWith('workshop.')) return describeWorkshop(event);
  if (event.type.startsWith('agent.')) return describeAgent(event);
  switch (event.type) {
    case 'attempt.started':
      return `${event.attemptId} has started`;
    case 'attempt.phase_started':
      return `${event.phase} …`;
    case 'attempt.phase_ended':
      return `${event.phase} ${event.outcome}${event.detail === null ? '' : `: ${event.detail}`}`;
    case 'attempt.usage_reported':
      return `${event.usage.inputTokens + event.usage.outputTokens} tokens used`;
    case 'attempt.model_called':
      return describeCall(event.call);
    case 'attempt.checkpointed':
      return `work in progress is safe as ${event.commit.slice(0, 10)}`;
    case 'attempt.paused':
      return `${event.attemptId} stands still: its agent could not hear the coordinator`;
    case 'attempt.resumed':
      return `${event.attemptId} goes on`;
    case 'attempt.taken_over':
      return `${event.attemptId} was taken over by ${event.by}, and stands still meanwhile`;
    case 'attempt.handed_back':
      return `${event.attemptId} was handed back`;
    case 'attempt.fenced':
      return `${event.attemptId} on ${event.agentId} counts no more: ${event.what}`;
    case 'attempt.work_kept':
      return `what ${event.attemptId} had done is kept as ${event.commit.slice(0, 10)}`;
    case 'attempt.ended':
      return `${event.attemptId} ${event.state}`;
    case 'queue.paused':
      return 'the queue is paused';
    case 'queue.resumed':
      return 'the queue goes on';
    case 'recurring.saved':
      return `${event.by} saved ${event.recurring.id}: ${event.recurring.pattern.title}`;
    case 'recurring.fired':
      return event.made === null
        ? `the time of ${event.recurringId} was left out: the task before is still open`
        : `the time of ${event.recurringId} has come: ${event.made}`;
    case 'recurring.removed':
      return `${event.by} removed ${event.recurringId}`;
    case 'workflow.started':
      return `${event.by} started ${event.workflowId} (${event.name}) with ${event.tasks.length} tasks`;
    case 'access.granted':
      return `${event.by} let ${event.name} in as ${event.role}`;
    case 'access.revoked':
      return `${event.by} put ${event.name} out`;
    default:
      return event.type;
  }
}

function describeAgent(event: Event): string {
  switch (event.type) {
    case 'agent.connected':
      return `${event.agentId} connected with ${event.slots} ${event.slots === 1 ? 'slot' : 'slots'}`;
    case 'agent.enrolled':
      return event.enrolment.via === 'ssh'
        ? `${event.agentId} was added over SSH (${event.enrolment.host ?? 'no address'})`
        : `${event.agentId} joined by invitation`;
    case 'agent.changed':
      return `${event.agentId} was changed`;
    case 'agent.update_changed':
      return describeUpdate(event.agentId, event.update);
    case 'agent.disconnected':
      return `${event.agentId} disconnected: ${event.why}`;
    case 'agent.load_changed':
      return `${event.agentId} is ${event.overloaded ? 'overloaded' : 'no longer overloaded'}`;
    case 'agent.conditions_changed':
      return event.conditions.length === 0
        ? `${event.agentId} has no troubles any more`
        : `${event.agentId}: ${event.conditions.map(({ message }) => message).join('; ')}`;
    case 'agent.drain_changed':
      return `${event.agentId} ${event.draining ? 'takes no new work' : 'takes work again'}`;
    case 'agent.removed':
      return `${event.agentId} was removed`;
    case 'agent.shell_opened':
      return `${event.by} opened a shell on ${event.agentId}`;
    case 'agent.shell_closed':
      return `a shell on ${event.agentId} was closed: ${event.why}`;
    default:
      return event.type;
  }
}

function describeWorkshop(event: Event): string {
  switch (event.type) {
    case 'workshop.stopped': {
      const { by, how, reason } = event;
      const what = how === 'freeze' ? 'stand still' : 'end';
      const why = reason === '' ? '' : ` (${reason})`;
      return `${by} stopped the whole workshop: running attempts ${what}${why}`;
    }
    case 'workshop.restarted':
      return `${event.by} let the workshop go on`;
    case 'workshop.restored':
      return `restored to event ${event.seq}${event.backup === null ? '' : ` from the backup ${event.backup}`}`;
    default:
      return event.type;
  }
}

function describeAnalysis({ specialty, analysis, needs }: EventOf<'task.analysed'>): string {
  if (!analysis) return `specialty: ${specialty}`;
  const { from, why } = analysis.specialty;
  const needed = needs ? `; needs ${needs.join(', ')}` : '';
  return `${analysis.size.value} ${specialty} task (${why === undefined ? from : `${from}: ${why}`})${needed}`;
}

function describeTask(event: Event): string {
  switch (event.type) {
    case 'task.created':
      return event.title;
    case 'task.updated':
      return 'edited';
    case 'task.source_changed':
      return `its issue is ${event.source.state}, and was changed there`;
    case 'task.blockers_changed':
      return describeBlockers(event.blockers);
    case 'task.pull_changed':
      return describePull(event.pull);
    case 'task.analysis_started':
      return 'looking at what is asked';
    case 'task.analysed':
      return describeAnalysis(event);
    case 'task.queued':
      return `waits for an agent (${event.why.replaceAll('_', ' ')})`;
    case 'task.blocked':
      return 'waits for other tasks';
    case 'task.assigned':
      return `${event.attemptId} goes to ${event.agentId}: ${event.reasons[0]?.why ?? 'it was free'}${
        event.from ? `; goes on from what ${event.from.attemptId} had done` : ''
      }`;
    case 'task.started':
      return 'the agent is at work';
    case 'task.testing_started':
      return 'the tests run';
    case 'task.review_opened': {
      const { stats, branch } = event.change;
      return `${branch}: ${stats.files} ${stats.files === 1 ? 'file' : 'files'}, +${stats.insertions} −${stats.deletions}`;
    }
    case 'task.failed':
      return `${event.code}: ${event.message}`;
    case 'task.feedback_given':
      return `${event.feedback.by} said: ${wordsOf(event.feedback)}`;
    case 'task.merge_changed':
      return describeMerge(event.merge);
    case 'task.completed':
      return 'the change is merged';
    case 'task.cancelled':
      return event.reason;
    case 'task.restored':
      return 'stands as it did before; attempts made since then are gone, their numbers are not used again';
    default:
      return event.type;
  }
}

function describeBlockers(blockers: readonly Origin[]): string {
  return blockers.length === 0
    ? 'waits for no issue any more'
    : `waits for ${blockers.map(({ ref }) => ref).join(', ')}`;
}

function describePull({ repo, number, state, isDraft, checks, review }: PullRequest): string {
  const name = `pull request ${repo}#${number} is ${state}`;
  if (state !== 'open') return name;
  const about = [
    ...(isDraft ? ['a draft'] : []),
    ...(checks === 'none' ? [] : [`checks ${checks}`]),
    ...(review === 'none' ? [] : [`review ${review.replaceAll('_', ' ')}`]),
  ];
  return about.length === 0 ? name : `${name}: ${about.join(', ')}`;
}

function describeMerge(merge: Extract<Event, { type: 'task.merge_changed' }>['merge']): string {
  if (merge.state === 'requested') return `approved by ${merge.by}`;
  if (merge.state === 'merged')
    return `merged as ${merge.commit.slice(0, 10)} (${merge.how.replaceAll('_', ' ')})`;
  return `not merged: ${merge.message}`;
}

function describeUpdate(agentId: string, { state, version, build, why }: AgentUpdate): string {
  const program = `${version} (${build})`;
  if (state === 'running') return `${agentId} tries ${program} beside what runs`;
  if (state === 'done') return `${agentId} runs ${program}`;
  return `${agentId} keeps what it has, ${program} failed: ${why ?? 'no reason given'}`;
}

function describeCall({ model, usage, waitMs, trouble }: ModelCall): string {
  const waited = waitMs < WORTH_TELLING_MS ? '' : `, after ${Math.round(waitMs / 1_000)} s in line`;
  if (trouble !== null) return `${model} was asked, and failed: ${trouble}${waited}`;
  return `${model} was asked: ${usage.inputTokens} tokens in, ${usage.outputTokens} out${waited}`;
}

/** Shorter waits belong to every call. */
const WORTH_TELLING_MS = 1_000;
