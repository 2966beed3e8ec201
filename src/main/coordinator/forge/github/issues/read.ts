/**
 * Reads issues and pull requests, up to 50 with one request, and which of those that they wait for are open with one more. What
 * cannot be read says why, each for itself.
 */
import type { Origin } from '../../../../../shared/domain/origin.ts';
import { readReference } from '../../../../../shared/import/reference.ts';
import { fail, ok, type Result } from '../../../../../shared/result.ts';
import type { Issue } from '../../port.ts';
import { repoName } from '../api/hosts.ts';
import type { GitHubClient } from '../api/port.ts';
import type { GitHubProblem } from '../api/problem.ts';
import { given, type Read } from './given.ts';
import { placeOfIssue, placed, type Placed } from './place.ts';
import { IssuesAnswer, issuesQuery, StatesAnswer, statesQuery, type AskedRepo } from './query.ts';
import { issueOf, waitsFor } from './to-task.ts';

/** The most that are asked for at once: GitHub ends what takes it longer than ten seconds. */
export const MOST_AT_ONCE = 50;

export type ReadIssue = Result<Issue, GitHubProblem>;

/**
 * @param origins of one host, which the client is signed in to
 * @returns an answer for each that is an address of an issue, by the address that was asked for
 */
export async function readIssues(
  client: GitHubClient,
  origins: readonly Origin[],
): Promise<ReadonlyMap<string, ReadIssue>> {
  const found = new Map<string, ReadIssue>();
  for (const some of inParts(placed(origins))) {
    const read = await readSome(client, some);
    const issues = [...read.values()].flatMap((one) => (one.ok ? [one.value] : []));
    const open = await openOf(client, issues);
    for (const [url, one] of read) {
      if (!one.ok) found.set(url, one);
      else found.set(url, open.ok ? ok(issueOf(one.value, open.value)) : open);
    }
  }
  return found;
}

/** Of the given ones those that are open, by address; what cannot be read counts as open: nobody knows that it is done. */
export async function openAmong(
  client: GitHubClient,
  origins: readonly Origin[],
): Promise<Result<ReadonlySet<string>, GitHubProblem>> {
  const open = new Set(origins.map(({ url }) => url));
  for (const some of inParts(placed(origins))) {
    const repos = byRepo(some);
    const answer = await client.graphql(statesQuery(repos), {}, StatesAnswer);
    // Not one of them is to be seen.
    if (!answer.ok && answer.error.code === 'not_found') continue;
    if (!answer.ok) return answer;
    for (const { origin, place } of some) {
      const node = answer.value.data[aliasOf(repos, place)]?.[`i${place.number}`];
      if (typeof node === 'object' && node && node.state !== 'OPEN') open.delete(origin.url);
    }
  }
  return ok(open);
}

function* inParts(all: readonly Placed[]): Generator<Placed[]> {
  for (let from = 0; from < all.length; from += MOST_AT_ONCE)
    yield all.slice(from, from + MOST_AT_ONCE);
}

/** What the issues wait for: sub-issues come with their state, all others are asked for. */
async function openOf(
  client: GitHubClient,
  issues: readonly Read[],
): Promise<Result<ReadonlySet<string>, GitHubProblem>> {
  const related = new Set(issues.flatMap(({ relations }) => relations.map(({ url }) => url)));
  const others = issues.flatMap((issue) => waitsFor(issue)).filter(({ url }) => !related.has(url));
  const open = await openAmong(client, others);
  return open.ok
    ? ok(new Set([...open.value, ...issues.flatMap((one) => one.openRelations)]))
    : open;
}

type ReadSome = ReadonlyMap<string, Result<Read, GitHubProblem>>;

async function readSome(
  client: GitHubClient,
  some: readonly Placed[],
  isLast = false,
): Promise<ReadSome> {
  const repos = byRepo(some);
  const answer = await ask(client, repos);
  const found = new Map<string, Result<Read, GitHubProblem>>();
  for (const one of some) {
    const { origin, place } = one;
    const repo = answer.ok ? answer.value[aliasOf(repos, place)] : null;
    const node = repo?.[`i${place.number}`];
    if (repo && typeof node === 'object' && node)
      found.set(origin.url, ok(given(client.host, origin, repo, node)));
    else if (!answer.ok && answer.error.code !== 'not_found') found.set(origin.url, answer);
    else found.set(origin.url, await elsewhere(client, one, isLast));
  }
  return found;
}

/** Old Enterprise servers know no sub-issues, and refuse the whole question for it. */
async function ask(
  client: GitHubClient,
  repos: readonly AskedRepo[],
): Promise<Result<IssuesAnswer, GitHubProblem>> {
  const answer = await client.graphql(issuesQuery(repos, true), {}, IssuesAnswer);
  const isOld = !answer.ok && /subIssues/.test(answer.error.said ?? answer.error.message);
  const best = isOld ? await client.graphql(issuesQuery(repos, false), {}, IssuesAnswer) : answer;
  return best.ok ? ok(best.value.data) : best;
}

/** REST leads to where an issue was moved, and says why there is none. */
async function elsewhere(
  client: GitHubClient,
  { origin, place }: Placed,
  isLast: boolean,
): Promise<Result<Read, GitHubProblem>> {
  const { owner, repo, number } = place;
  const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}';
  const answer = await client.rest(route, { owner, repo, issue_number: number });
  if (!answer.ok) return answer;
  const moved = readReference(answer.value.data.html_url)?.origin;
  const there = moved && placeOfIssue(moved);
  if (!isLast && moved && there && moved.url !== origin.url) {
    const read = (await readSome(client, [{ origin: moved, place: there }], true)).get(moved.url);
    if (read) return read;
  }
  const message = `${origin.ref} is at ${client.host.name}, but this account may not read all of it: give it the right to read issues and pull requests`;
  return fail({
    ...{ code: 'forbidden', message, retryAt: null, status: null, said: null, fields: [] },
    ...{ give: 'issues=read', mayHaveActed: false },
  });
}

function byRepo(some: readonly Placed[]): AskedRepo[] {
  const repos = new Map<string, { owner: string; repo: string; numbers: Set<number> }>();
  for (const { place } of some) {
    const { owner, repo } = place;
    const known = repos.get(repoName(place)) ?? { owner, repo, numbers: new Set<number>() };
    known.numbers.add(place.number);
    repos.set(repoName(place), known);
  }
  return [...repos.values()].map((one) => ({ ...one, numbers: [...one.numbers] }));
}

function aliasOf(repos: readonly AskedRepo[], place: Placed['place']): string {
  return `r${repos.findIndex((one) => repoName(one) === repoName(place))}`;
}
