/** Names that renamed repositories have now, for an hour each: somebody may take the old name, and then it is no redirect. */
import type { Clock } from '../../../../../shared/clock.ts';
import type { GitHubCache } from './cache.ts';
import { repoName, type RepoPlace } from './hosts.ts';

export interface Moved {
  /** `acme/new-name`; `null`: nothing is known of another name. */
  get(place: RepoPlace): string | null;
  set(place: RepoPlace, name: string): void;
}

const SPACE = 'moved';
const GOOD_FOR_MS = 3_600_000;

export function createMoved(cache: GitHubCache, clock: Pick<Clock, 'now'>): Moved {
  return {
    get(place) {
      const [at = '', name = ''] = (cache.get(SPACE, keyOf(place)) ?? '').split(' ');
      const age = clock.now() - Number(at);
      return name !== '' && age >= 0 && age < GOOD_FOR_MS ? name : null;
    },
    set: (place, name) => cache.set(SPACE, keyOf(place), `${clock.now()} ${name}`),
  };
}

function keyOf(place: RepoPlace): string {
  return `${place.host}/${repoName(place)}`;
}
