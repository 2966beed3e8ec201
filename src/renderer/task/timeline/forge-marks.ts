/** What came from the forge while a task was there: steps of its pull request, changes of its issue. From its events. Pure. */
import type { StoredEvent } from '../../../shared/domain/event.ts';
import type { PullRequest } from '../../../shared/domain/pull.ts';
import type { Text } from '../../i18n/en.ts';
import { describeEvent } from './describe-event.ts';

export interface ForgeMark {
  readonly kind: 'pull' | 'source';
  /** Epoch ms. */
  readonly at: number;
  /** Colours it: `good`, `bad`, or neither. */
  readonly tone: 'good' | 'bad' | 'plain';
  readonly words: string;
}

/** A pull request is told again with each check that ends: those that say nothing new to a reader are left out. */
export function forgeMarksOf(events: readonly StoredEvent[], text: Text): ForgeMark[] {
  let said = '';
  return events.flatMap(({ event, at }): ForgeMark[] => {
    if (event.type === 'task.pull_changed') {
      const { text: words, detail } = describeEvent(event, text);
      const line = detail === null ? words : `${words} · ${detail}`;
      if (line === said) return [];
      said = line;
      return [{ kind: 'pull', at, tone: toneOf(event.pull), words: line }];
    }
    if (event.type !== 'task.source_changed' && event.type !== 'task.blockers_changed') return [];
    return [{ kind: 'source', at, tone: 'plain', words: describeEvent(event, text).text }];
  });
}

function toneOf({ state, checks, review, mergeable }: PullRequest): ForgeMark['tone'] {
  if (state === 'merged') return 'good';
  const isBad =
    state === 'closed' ||
    checks === 'failed' ||
    review === 'changes_requested' ||
    mergeable === 'conflict';
  if (isBad) return 'bad';
  return review === 'approved' || checks === 'passed' ? 'good' : 'plain';
}
