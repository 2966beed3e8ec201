/**
 * Which notices the operating system shows for what needs a person who is not looking. Of each kind at most one a minute:
 * what comes sooner is gathered into one. Pure but for the clock; `use-attention.ts` feeds it.
 */
import type { Clock } from '../../shared/clock.ts';
import { CONDITIONS, type Condition } from '../../shared/domain/condition.ts';
import type { StoredEvent } from '../../shared/domain/event.ts';
import type { Hosts } from '../store/hosts.ts';

export const ATTENTION_KINDS = ['review', 'parked', 'failed', 'storage', 'asking'] as const;
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
  /** Shows one notice; `matters` are of one kind and never none. */
  readonly show: (kind: AttentionKind, matters: readonly Matter[]) => void;
}

export interface Attention {
  tell(matters: readonly Matter[]): void;
  close(): void;
}

const LEAST_PAUSE_MS = 60_000;

export function createAttention({ clock, isAway, show }: AttentionDeps): Attention {
  const kinds = new Map(ATTENTION_KINDS.map((kind) => [kind, createGatherer(kind)]));

  function createGatherer(kind: AttentionKind) {
    let shownAt = Number.NEGATIVE_INFINITY;
    let waiting: Matter[] = [];
    let cancel: (() => void) | null = null;

    function flush(): void {
      cancel = null;
      const matters = waiting;
      waiting = [];
      // Whoever came back meanwhile has seen it.
      if (!isAway()) return;
      shownAt = clock.monotonic();
      show(kind, matters);
    }

    return {
      add(matters: readonly Matter[]): void {
        const known = new Set(waiting.map(({ subject }) => subject));
        waiting.push(...matters.filter(({ subject }) => !known.has(subject)));
        if (cancel || waiting.length === 0) return;
        const left = shownAt + LEAST_PAUSE_MS - clock.monotonic();
        if (left <= 0) flush();
        else cancel = clock.after(left, flush);
      },
      close: () => cancel?.(),
    };
  }

  return {
    tell(matters) {
      if (!isAway()) return;
      for (const [kind, gatherer] of kinds) {
        gatherer.add(matters.filter((matter) => matter.kind === kind));
      }
    },
    close() {
      for (const gatherer of kinds.values()) gatherer.close();
    },
  };
}

/** What needs a person, of what has just happened. */
export function mattersOf(events: readonly StoredEvent[]): Matter[] {
  return events.flatMap(({ event }): Matter[] => {
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
