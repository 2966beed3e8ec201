/** What rules ask of GitHub by themselves: a search again and again; of a repository once, since its polls tell what comes. */
import { ok, type Result } from '../../../../../shared/result.ts';
import type { Settings } from '../../../../../shared/settings.ts';
import type { Accounts } from '../accounts/port.ts';
import { repoName, type RepoPlace } from '../api/hosts.ts';
import type { GitHubCache } from '../api/cache.ts';
import type { GitHubProblem } from '../api/problem.ts';
import { needsPerson, pauseAfter, type Troubles } from './deps.ts';
import { nameOfRule, placeOfRule, type RepoRule } from './rules.ts';
import type { Searches } from './search.ts';

export interface RuleLookDeps {
  readonly accounts: Pick<Accounts, 'clientFor'>;
  readonly cache: Pick<GitHubCache, 'get' | 'set'>;
  readonly searches: Pick<Searches, 'look'>;
  readonly settings: () => Settings['github'];
  /** An issue that a rule means. */
  readonly seen: (url: string) => void;
  readonly troubles: Troubles;
  readonly now: () => number;
}

const LIST = 'GET /repos/{owner}/{repo}/issues';
/** Rules whose open issues were all looked at once. */
const SPACE = 'swept';
const PAGE = 100;

/** Asks what the rule of that name asks. @returns ms until it asks again; `null`: it does not */
export async function lookByRule(name: string, deps: RuleLookDeps): Promise<number | null> {
  const { settings, searches, cache, troubles } = deps;
  const { rules, host, pollSeconds } = settings();
  const rule = rules.find((one) => nameOfRule(one) === name);
  const key = `rule ${name}`;
  if (!rule) {
    troubles(key, null);
    return null;
  }
  const isQuery = 'query' in rule;
  if (!isQuery && cache.get(SPACE, name) !== undefined) return null;
  const place = isQuery ? null : placeOfRule(rule, host);
  if (!isQuery && !place) return null;
  const done = isQuery
    ? await searches.look(rule)
    : place
      ? await sweep(rule, place, deps)
      : ok(null);
  troubles(key, !done.ok && needsPerson(done.error) ? done.error.message : null);
  if (!done.ok) return pauseAfter(done.error, deps.now());
  if (isQuery) return pollSeconds * 1_000;
  cache.set(SPACE, name, '');
  return null;
}

/** All that are open now. */
async function sweep(
  { label, assignee }: RepoRule,
  place: RepoPlace,
  { accounts, seen }: RuleLookDeps,
): Promise<Result<null, GitHubProblem>> {
  const client = await accounts.clientFor(place.host, repoName(place));
  if (!client.ok) return client;
  const { owner, repo } = place;
  const filter = {
    ...(label !== undefined && { labels: label }),
    ...(assignee !== undefined && { assignee }),
  };
  // The oldest first: others refer to them.
  const order = { sort: 'created', direction: 'asc' } as const;
  const params = { owner, repo, state: 'open', per_page: PAGE, ...order, ...filter } as const;
  let answer = await client.value.rest(LIST, params);
  while (answer.ok) {
    for (const one of answer.value.data) if (!one.pull_request) seen(one.html_url);
    const { nextPage } = answer.value;
    if (nextPage === null) return ok(null);
    answer = await client.value.page(LIST, nextPage);
  }
  return answer;
}
