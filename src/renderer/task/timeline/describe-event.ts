/** One line per event in the window's language. Pure. */
import { stateAfter } from '../../../shared/domain/describe.ts';
import type { PlacementReason } from '../../../shared/domain/attempt.ts';
import type { Event } from '../../../shared/domain/event.ts';
import type { PullRequest } from '../../../shared/domain/pull.ts';
import { shortCommit } from '../../format/repo.ts';
import type { Text } from '../../i18n/en.ts';
import { placementWords } from '../reasons.ts';

export interface EventLine {
  readonly text: string;
  /** What a person or program said, as it is. */
  readonly detail: string | null;
  /** Colours the dot: a name of the state scale, or an empty one. */
  readonly state: string;
}

export function describeEvent(event: Event, text: Text): EventLine {
  const { words, detail } = wordsOf(event, text);
  return { text: words, detail: detail ?? null, state: toneOf(event) };
}

interface Words {
  readonly words: string;
  readonly detail?: string | null;
}

function wordsOf(event: Event, text: Text): Words {
  if (event.type.startsWith('workshop.')) return stopWords(event, text);
  return event.type.startsWith('attempt.') ? attemptWords(event, text) : taskWords(event, text);
}

/** The emergency stop, which every task that is there then tells of. */
function stopWords(event: Event, { events, overview }: Text): Words {
  if (event.type === 'workshop.stopped') {
    return { words: overview.events.stopped, detail: event.reason === '' ? null : event.reason };
  }
  if (event.type === 'workshop.restarted') return { words: overview.events.unstopped };
  return { words: events.other(event.type) };
}

function taskWords(event: Event, text: Text): Words {
  const { events, specialties, failures } = text;
  switch (event.type) {
    case 'task.created':
      return { words: events.created(event.by) };
    case 'task.updated':
      return { words: events.updated };
    case 'task.analysis_started':
      return { words: events.analysisStarted };
    case 'task.analysed':
      return { words: events.analysed(specialties[event.specialty]) };
    case 'task.queued':
      return { words: events.queued[event.why] };
    case 'task.blocked':
      return { words: events.blocked };
    case 'task.assigned':
      return {
        words: events.assigned(event.attemptId, event.agentId),
        detail: event.from ? events.goesOn(event.from.attemptId) : chosenWords(event.reasons, text),
      };
    case 'task.started':
      return { words: events.started };
    case 'task.testing_started':
      return { words: events.testingStarted };
    case 'task.review_opened':
      return { words: events.reviewOpened(event.change.branch) };
    case 'task.failed':
      return { words: events.failed(failures[event.code].title), detail: firstLine(event.message) };
    case 'task.feedback_given':
      return { words: events.feedback(event.feedback.by), detail: event.feedback.comment };
    case 'task.merge_changed':
      return mergeWords(event.merge, text);
    case 'task.completed':
      return { words: events.completed };
    case 'task.restored':
      return { words: events.restored };
    case 'task.cancelled':
      return { words: events.cancelled(event.by), detail: event.reason };
    case 'task.source_changed':
      return {
        words: event.source.state === 'closed' ? events.issueClosed : events.sourceChanged,
      };
    case 'task.blockers_changed': {
      const refs = event.blockers.map(({ ref }) => ref).join(', ');
      return { words: refs === '' ? events.waitsForNoIssue : events.waitsForIssues(refs) };
    }
    case 'task.pull_changed':
      return { words: pullWords(event.pull, text), detail: pullDetail(event.pull, text) };
    default:
      return { words: events.other(event.type) };
  }
}

function pullWords(
  { repo, number, state, isDraft, endedBy }: PullRequest,
  { events }: Text,
): string {
  const ref = `${repo}#${number}`;
  if (state === 'open') return isDraft ? events.pullDraft(ref) : events.pullOpen(ref);
  const by = endedBy ?? events.somebody;
  return state === 'merged' ? events.pullMerged(ref, by) : events.pullClosed(ref, by);
}

/** How it stands with what is asked before it may be merged; nothing for one that has ended. */
function pullDetail(
  { state, checks, review, mergeable }: PullRequest,
  { pull }: Text,
): string | null {
  if (state !== 'open') return null;
  const said = [
    ...(checks === 'none' ? [] : [pull.checks[checks]]),
    ...(review === 'none' ? [] : [pull.review[review]]),
    ...(mergeable === 'conflict' || mergeable === 'behind' ? [pull.mergeable[mergeable]] : []),
  ];
  return said.length > 0 ? said.join(' · ') : null;
}

function attemptWords(event: Event, text: Text): Words {
  const { events, phases, outcomes, attemptStates } = text;
  switch (event.type) {
    case 'attempt.started':
      return { words: events.attemptStarted(event.attemptId) };
    case 'attempt.phase_started':
      return { words: events.phaseStarted(phases[event.phase]) };
    case 'attempt.phase_ended':
      return {
        words: events.phaseEnded(phases[event.phase], outcomes[event.outcome]),
        detail: event.detail,
      };
    case 'attempt.usage_reported':
      return { words: events.usage(String(event.usage.inputTokens + event.usage.outputTokens)) };
    case 'attempt.model_called': {
      const { model, provider, usage } = event.call;
      const tokens = String(usage.inputTokens + usage.outputTokens);
      return { words: events.modelCalled(model || provider, tokens) };
    }
    case 'attempt.checkpointed':
      return { words: events.checkpointed(shortCommit(event.commit)) };
    case 'attempt.paused':
      return { words: events.paused(event.attemptId) };
    case 'attempt.resumed':
      return { words: events.resumed(event.attemptId) };
    case 'attempt.taken_over':
      return { words: events.takenOver(event.attemptId, event.by) };
    case 'attempt.handed_back':
      return { words: events.handedBack(event.attemptId) };
    case 'attempt.fenced':
      return {
        words: events.fenced(event.attemptId, event.agentId),
        detail: events.fencedWhat(event.what),
      };
    case 'attempt.work_kept':
      return { words: events.workKept(event.attemptId, shortCommit(event.commit)) };
    case 'attempt.ended':
      return {
        words: events.attemptEnded(event.attemptId, attemptStates[event.state]),
        detail: event.failure && firstLine(event.failure.message),
      };
    default:
      return { words: events.other(event.type) };
  }
}

function mergeWords(
  merge: Extract<Event, { type: 'task.merge_changed' }>['merge'],
  { events, task }: Text,
): Words {
  if (merge.state === 'requested') return { words: events.mergeRequested(merge.by) };
  if (merge.state === 'refused') return { words: events.mergeRefused, detail: merge.message };
  return { words: events.merged(shortCommit(merge.commit), task.how[merge.how]) };
}

function chosenWords([chosen]: readonly PlacementReason[], text: Text): string | null {
  return chosen ? placementWords(chosen, text) : null;
}

function toneOf(event: Event): string {
  if (event.type === 'attempt.phase_ended') return event.outcome === 'failed' ? 'failed' : '';
  if (event.type === 'attempt.ended') return event.state;
  if (event.type === 'workshop.stopped') return 'failed';
  if (event.type === 'attempt.paused' || event.type === 'attempt.fenced') return 'trouble';
  if (event.type === 'attempt.checkpointed' || event.type === 'attempt.work_kept') return 'kept';
  if (event.type === 'task.merge_changed' && event.merge.state === 'refused') return 'failed';
  return stateAfter(event) ?? '';
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
