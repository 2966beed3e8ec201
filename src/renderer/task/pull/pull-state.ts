/** What a pull request is called in one word, and the addresses that the browser may open. Pure. */
import type { PullRequest } from '../../../shared/domain/pull.ts';

export type PullState = PullRequest['state'] | 'draft';

export function pullState({ state, isDraft }: Pick<PullRequest, 'state' | 'isDraft'>): PullState {
  return state === 'open' && isDraft ? 'draft' : state;
}

/** An address for the browser; `null` where it is none: an issue may also be a file. */
export function webAddress(url: string | null): string | null {
  return url !== null && /^https?:\/\//i.test(url) ? url : null;
}
