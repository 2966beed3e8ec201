/** Issues and repositories that have another name now than tasks know them by: kept in `cache.db`, learned again when it is lost. */
import type { GitHubCache } from '../api/cache.ts';
import { repoOfIssue } from './keys.ts';

export interface Moves {
  /** Keys as GitHub has them now, to those that tasks have. */
  known(issueOrRepo: string): string;
  /** Where a repository that tasks know by that key is now. */
  now(repo: string): string;
  learn(was: string, now: string): void;
}

const SPACE = 'moved';
/** Renamed again and again; also ends a circle of names. */
const MOST_STEPS = 10;

export function openMoves(cache: Pick<GitHubCache, 'get' | 'set' | 'delete' | 'entries'>): Moves {
  const before = new Map(cache.entries(SPACE));

  function follow(key: string, step: (at: string) => string | undefined): string {
    let at = key;
    for (let i = 0; i < MOST_STEPS; i += 1) {
      const next = step(at);
      if (next === undefined || next === at) break;
      at = next;
    }
    return at;
  }

  const back = (key: string): string => follow(key, (at) => before.get(at));
  return {
    known(key) {
      const whole = back(key);
      const repo = repoOfIssue(whole);
      return repo === whole ? whole : `${back(repo)}${whole.slice(repo.length)}`;
    },
    now(repo) {
      const ahead = new Map([...before].map(([now, was]) => [was, now]));
      return follow(repo, (at) => ahead.get(at));
    },
    learn(was, now) {
      if (was === now || before.get(now) === was) return;
      // A name that is used again is that of something else now.
      before.delete(was);
      cache.delete(SPACE, was);
      before.set(now, was);
      cache.set(SPACE, now, was);
    },
  };
}
