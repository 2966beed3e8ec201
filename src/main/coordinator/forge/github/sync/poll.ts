/**
 * Asks each watched repository what changed since the last time: one conditional request, which costs nothing while nothing
 * did, and tells pull requests as well. The place in the list is kept in `cache.db`; what is found is only noted for others.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../../../../../shared/clock.ts';
import { ok, type Result } from '../../../../../shared/result.ts';
import type { Settings } from '../../../../../shared/settings.ts';
import type { Accounts } from '../accounts/port.ts';
import type { GitHubCache } from '../api/cache.ts';
import type { GitHubClient, RestAnswer, RouteData } from '../api/port.ts';
import type { GitHubProblem } from '../api/problem.ts';
import { needsPerson, pauseAfter, type Troubles } from './deps.ts';
import { repoKeyOf } from './keys.ts';
import type { Moves } from './moves.ts';

export interface PollDeps {
  readonly accounts: Pick<Accounts, 'clientFor'>;
  readonly cache: Pick<GitHubCache, 'get' | 'set'>;
  readonly moves: Moves;
  readonly settings: () => Pick<Settings['github'], 'pollSeconds'>;
  readonly isWatched: (repo: string) => boolean;
  /** An issue or pull request that changed. */
  readonly seen: (url: string) => void;
  /** The first look at a repository: what was known of it before may be old. */
  readonly begun: (repo: string) => void;
  readonly troubles: Troubles;
  readonly clock: Clock;
}

export interface Poll {
  /** One look at a repository. @returns ms until the next; `null`: nobody watches it, or it waits for a sign-in */
  look(repo: string): Promise<number | null>;
  /** A webhook told something of it: what it tells need not be asked for. */
  heard(repo: string): void;
}

const LIST = 'GET /repos/{owner}/{repo}/issues';
type Listed = Result<RestAnswer<RouteData<typeof LIST>>, GitHubProblem>;
type Looked = Promise<Result<null, GitHubProblem>>;

const SPACE = 'cursor';
const PAGE = 100;
/** So many pages in one look; the rest with the next. */
const MOST_PAGES = 20;
/** So often in a row a look is left out because of webhooks: one may have been lost. */
const MOST_SKIPPED = 4;
/** GitHub was there before 2008: everything. */
const EVER = '2000-01-01T00:00:00Z';

interface Times {
  /** Monotonic ms. */
  heardAt: number;
  skipped: number;
  isStarted: boolean;
}

export function createPoll(deps: PollDeps): Poll {
  const { clock, cache, accounts } = deps;
  const all = new Map<string, Times>();
  const timesOf = (repo: string): Times => {
    const known = all.get(repo) ?? { heardAt: -Infinity, skipped: 0, isStarted: false };
    all.set(repo, known);
    return known;
  };

  return {
    async look(repo) {
      const interval = deps.settings().pollSeconds * 1_000;
      if (!deps.isWatched(repo)) {
        all.delete(repo);
        deps.troubles(repo, null);
        return null;
      }
      const times = timesOf(repo);
      // After a start they are not all asked in the same second.
      const isKnown = cache.get(SPACE, repo) !== undefined;
      if (!times.isStarted && isKnown) {
        times.isStarted = true;
        return Math.floor(interval * shareOf(repo));
      }
      times.isStarted = true;
      const isFresh = clock.monotonic() - times.heardAt < interval;
      if (isFresh && isKnown && times.skipped < MOST_SKIPPED) {
        times.skipped += 1;
        return interval;
      }
      times.skipped = 0;
      const place = placeIn(deps.moves.now(repo));
      const client = await accounts.clientFor(place.host, `${place.owner}/${place.repo}`);
      const done = client.ok ? await lookAt(repo, place, client.value, deps) : client;
      deps.troubles(repo, !done.ok && needsPerson(done.error) ? troubleOf(done.error) : null);
      if (done.ok) return interval;
      const pause = pauseAfter(done.error, clock.now());
      return pause === null ? null : Math.max(interval, pause);
    },
    heard(repo) {
      timesOf(repo).heardAt = clock.monotonic();
    },
  };
}

interface Place {
  readonly host: string;
  readonly owner: string;
  readonly repo: string;
}

export function placeIn(key: string): Place {
  const [host = '', owner = '', repo = ''] = key.split('/');
  return { host, owner, repo };
}

async function lookAt(key: string, place: Place, client: GitHubClient, deps: PollDeps): Looked {
  const { cache } = deps;
  const { owner, repo } = place;
  const cursor = cache.get(SPACE, key);
  const common = { owner, repo, state: 'all', sort: 'updated' } as const;
  if (cursor === undefined) {
    const newest = await client.rest(LIST, { ...common, direction: 'desc', per_page: 1 });
    if (!newest.ok) return newest;
    learn(newest.value, key, place, deps);
    deps.begun(key);
    cache.set(SPACE, key, newest.value.data[0]?.updated_at ?? EVER);
    return ok(null);
  }
  const ask = async (since: string): Promise<Listed> =>
    await client.rest(LIST, { ...common, direction: 'asc', since, per_page: PAGE });
  let since = cursor;
  let answer = await ask(since);
  for (let page = 1; answer.ok; page += 1) {
    const { data, isUnchanged, nextPage } = answer.value;
    learn(answer.value, key, place, deps);
    if (isUnchanged) break;
    for (const one of data) deps.seen(one.html_url);
    const last = data.at(-1)?.updated_at ?? since;
    const isMoving = last > since;
    if (isMoving) cache.set(SPACE, key, last);
    if (nextPage === null || (page >= MOST_PAGES && isMoving)) break;
    // By time where that leads on, since pages shift under who reads them; by page where a hundred share one second.
    answer = isMoving ? await ask(last) : await client.page(LIST, nextPage);
    since = last;
  }
  return answer.ok ? ok(null) : answer;
}

function learn(
  { movedTo }: RestAnswer<unknown>,
  key: string,
  { host }: Place,
  { moves }: PollDeps,
): void {
  const [owner, repo] = movedTo?.split('/') ?? [];
  if (owner !== undefined && repo !== undefined) moves.learn(key, repoKeyOf({ host, owner, repo }));
}

/** Issues that are switched off are no trouble: there are none to follow. */
function troubleOf({ code, message }: GitHubProblem): string | null {
  return code === 'gone' ? null : message;
}

/** The same for one repository each time, between 0 and 1. */
function shareOf(key: string): number {
  return createHash('sha256').update(key).digest().readUInt32BE(0) / 2 ** 32;
}
