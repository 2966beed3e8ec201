/**
 * Which notices the operating system shows for what needs a person who is not looking. What comes within a few seconds is one
 * notice, and a thing is told once; after that there is none for a minute. Only the emergency stop does not wait. Pure
 * but for the clock; `use-attention.ts` feeds it.
 */
import type { Clock } from '../../shared/clock.ts';
import { CONDITIONS, type Condition } from '../../shared/domain/condition.ts';
import type { StoredEvent } from '../../shared/domain/event.ts';
import type { AgentId, AttemptId } from '../../shared/ids.ts';
import type { PullTrouble } from './pull-troubles.ts';
import type { Hosts } from '../store/hosts.ts';

export const ATTENTION_KINDS = [
  'review',
  'checks',
  'changes',
  'parked',
  'failed',
  'storage',
  'models',
  'asking',
  'lost',
  'stopped',
] as const;
export type AttentionKind = (typeof ATTENTION_KINDS)[number];

export interface Matter {
  readonly kind: AttentionKind;
  /** What it is about: the same thing is told once per notice. */
  readonly subject: string;
  /** Where in the window it is seen. */
  readonly path: string;
}

export interface AttentionDeps {
  readonly clock: Pick<Clock, 'monotonic' | 'after'>;
  /** True while nobody looks at the window. */
  readonly isAway: () => boolean;
  /** Shows one notice; `matters` are never none. */
  readonly show: (matters: readonly [Matter, ...Matter[]]) => void;
}

export interface Attention {
  tell(matters: readonly Matter[]): void;
  close(): void;
}

/** What comes within this time is told together. */
const GATHER_MS = 5_000;
const LEAST_PAUSE_MS = 60_000;

export function createAttention({ clock, isAway, show }: AttentionDeps): Attention {
  let shownAt = Number.NEGATIVE_INFINITY;
  let waiting: Matter[] = [];
  let cancel: (() => void) | null = null;

  function flush(): void {
    cancel?.();
    cancel = null;
    const [first, ...more] = waiting;
    waiting = [];
    // Whoever came back meanwhile has seen it.
    if (!first || !isAway()) return;
    shownAt = clock.monotonic();
    show([first, ...more]);
  }

  return {
    tell(matters) {
      if (!isAway()) return;
      for (const matter of matters) {
        // The newest of a thing is what holds: a task that was in review may have failed since.
        waiting = [...waiting.filter(({ subject }) => subject !== matter.subject), matter];
      }
      if (waiting.some(({ kind }) => kind === 'stopped')) return flush();
      if (cancel || waiting.length === 0) return;
      const left = shownAt + LEAST_PAUSE_MS - clock.monotonic();
      cancel = clock.after(Math.max(left, GATHER_MS), flush);
    },
    close: () => cancel?.(),
  };
}

/**
 * What needs a person, of what has just happened.
 * @param agentOf whose an attempt was, as far as the window knows
 */
export function mattersOf(
  events: readonly StoredEvent[],
  agentOf: (id: AttemptId) => AgentId | undefined,
): Matter[] {
  return events.flatMap(({ event }): Matter[] => {
    if (event.type === 'workshop.stopped')
      return [{ kind: 'stopped', subject: 'workshop', path: '/overview' }];
    if (event.type === 'attempt.ended' && event.failure?.code === 'agent_lost') {
      const agentId = agentOf(event.attemptId);
      return agentId ? [{ kind: 'lost', subject: agentId, path: `/agents/${agentId}` }] : [];
    }
    if (event.type === 'task.review_opened') {
      const path = `/tasks/${event.taskId}/changes`;
      return [{ kind: 'review', subject: event.taskId, path }];
    }
    // One that is tried again by itself needs nobody.
    if (event.type !== 'task.failed' || event.retryAt !== null) return [];
    const kind = event.code === 'kills_agents' ? 'parked' : 'failed';
    return [{ kind, subject: event.taskId, path: `/tasks/${event.taskId}/timeline` }];
  });
}

/** Where the troubles of pull requests are seen. */
export function mattersOfPulls(troubles: readonly PullTrouble[]): Matter[] {
  return troubles.map(({ taskId, kind }) => ({
    ...{ kind, subject: taskId },
    path: kind === 'checks' ? `/tasks/${taskId}/timeline` : `/tasks/${taskId}/changes`,
  }));
}

/** The hosts that ask something in `after` that they did not ask before. */
export function newQuestions(before: Hosts, after: Hosts): Matter[] {
  return [...after.provisionings.values()]
    .filter(({ id, question }) => {
      const asked = before.provisionings.get(id)?.question;
      return question !== null && question.n !== asked?.n;
    })
    .map(({ target }) => ({ kind: 'asking', subject: target, path: '/agents' }));
}

/** The storage troubles that are new in `after`. A network that fails is not one: it mostly mends itself. */
export function newStorageTroubles(
  before: readonly Condition[],
  after: readonly Condition[],
): Matter[] {
  const known = new Set(before.map(({ kind }) => kind));
  return after
    .filter(({ kind }) => !known.has(kind) && (CONDITIONS[kind].blocking || kind === 'disk_low'))
    .map(({ kind }) => ({ kind: 'storage', subject: kind, path: '/tasks' }));
}

/** Accounts that are signed out, and limits that are near, when they are new in `after`; of limits each new word, too. */
export function newModelTroubles(
  before: readonly Condition[],
  after: readonly Condition[],
): Matter[] {
  const wordOf = ({ kind, message }: Condition): string =>
    kind === 'limit_near' ? `${kind} ${message}` : kind;
  const known = new Set(before.map(wordOf));
  return after
    .filter(({ kind }) => kind === 'model_sign_in' || kind === 'limit_near')
    .filter((condition) => !known.has(wordOf(condition)))
    .map(({ kind }) => ({ kind: 'models', subject: kind, path: PLACES[kind] ?? '/usage' }));
}

const PLACES: Partial<Record<Condition['kind'], string>> = { model_sign_in: '/settings/accounts' };
