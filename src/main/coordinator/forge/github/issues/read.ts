/**
 * Reads issues and pull requests, up to 50 with one request, and which of those that they wait for are open with one more. What
 * cannot be read says why, each for itself.
 */
import type { Origin } from '../../../../../shared/domain/origin.ts';
import { ok, type Result } from '../../../../../shared/result.ts';
import { inTurn } from '../../import/in-turn.ts';
import type { Issue } from '../../port.ts';
import { repoName } from '../api/hosts.ts';
import type { GitHubClient } from '../api/port.ts';
import type { GitHubProblem } from '../api/problem.ts';
import { given, type Read } from './given.ts';
import { originAt, placeOfIssue, placed, type IssuePlace, type Placed } from './place.ts';
import {
  isOpen,
  IssuesAnswer,
  issuesQuery,
  RELATIONS,
  StatesAnswer,
  statesQuery,
  type AskedRepo,
  type Relation,
} from './query.ts';
import { readOne, withComments } from './read-rest.ts';
import { issueOf, waitsFor, type States } from './to-task.ts';

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
): Promise<ReadonlyMap<Origin['url'], ReadIssue>> {
  const asker: Asker = { client, relations: RELATIONS };
  const [first, ...rest] = inParts(placed(origins));
  if (!first) return new Map();
  // The first alone: from it the others know what not to ask.
  const found = [await readPart(asker, first)];
  found.push(...(await inTurn(rest, async (some) => await readPart(asker, some))));
  return new Map(found.flatMap((part) => [...part]));
}

async function readPart(
  asker: Asker,
  some: readonly Placed[],
): Promise<Map<Origin['url'], ReadIssue>> {
  const read = await readSome(asker, some);
  const issues = [...read.values()].flatMap((one) => (one.ok ? [one.value] : []));
  const states = await statesOf(asker.client, issues);
  return new Map(
    [...read].map(([url, one]): [Origin['url'], ReadIssue] => {
      if (!one.ok) return [url, one];
      return [url, states.ok ? ok(issueOf(one.value, states.value)) : states];
    }),
  );
}

/** Of the given ones those that are open, by address; what cannot be seen counts as open: nobody knows that it is done. */
export async function openAmong(
  client: GitHubClient,
  origins: readonly Origin[],
): Promise<Result<ReadonlySet<string>, GitHubProblem>> {
  const states = await statesAmong(client, origins);
  return states.ok ? ok(new Set([...states.value.open, ...states.value.unseen])) : states;
}

/** Of the given ones, at the host of the client, those that are open, and those that cannot be seen, by address. */
async function statesAmong(
  client: GitHubClient,
  origins: readonly Origin[],
): Promise<Result<States, GitHubProblem>> {
  const open = new Set<Origin['url']>();
  const unseen = new Set(origins.map(({ url }) => url));
  const here = origins.filter(({ url }) => originAt(client.host.web, url) !== null);
  for (const some of inParts(placed(here))) {
    const repos = byRepo(some);
    const answer = await client.graphql(statesQuery(repos), {}, StatesAnswer);
    // Not one of them is to be seen.
    if (!answer.ok && answer.error.code === 'not_found') continue;
    if (!answer.ok) return answer;
    for (const { origin, place } of some) {
      const node = answer.value.data[aliasOf(repos, place)]?.[`i${place.number}`];
      if (typeof node !== 'object' || !node) continue;
      unseen.delete(origin.url);
      if (isOpen(node)) open.add(origin.url);
    }
  }
  return ok({ open, unseen });
}

function* inParts(all: readonly Placed[]): Generator<Placed[]> {
  for (let from = 0; from < all.length; from += MOST_AT_ONCE)
    yield all.slice(from, from + MOST_AT_ONCE);
}

/** What the issues wait for: what came along with its state is not asked for again. */
async function statesOf(
  client: GitHubClient,
  issues: readonly Read[],
): Promise<Result<States, GitHubProblem>> {
  const open = new Set(issues.flatMap((one) => one.openRelations));
  for (const { origin, state } of issues) if (state === 'open') open.add(origin.url);
  const known = new Set([
    ...issues.map(({ origin }) => origin.url),
    ...issues.flatMap(({ relations }) => relations.map(({ url }) => url)),
  ]);
  const waits = new Map(issues.flatMap((issue) => waitsFor(issue)).map((one) => [one.url, one]));
  const others = [...waits.values()].filter(({ url }) => !known.has(url));
  const states = await statesAmong(client, others);
  return states.ok
    ? ok({ ...states.value, open: new Set([...states.value.open, ...open]) })
    : states;
}

/** Whoever asks learns from a refusal what the server does not know. */
interface Asker {
  readonly client: GitHubClient;
  relations: readonly Relation[];
}

type ReadSome = ReadonlyMap<Origin['url'], Result<Read, GitHubProblem>>;

async function readSome(asker: Asker, some: readonly Placed[], isMoved = false): Promise<ReadSome> {
  const { host } = asker.client;
  const repos = byRepo(some);
  const answer = await ask(asker, repos);
  if (!answer.ok && isTooMuch(answer.error) && some.length > 1) return await inHalves(asker, some);
  const isFinal = !answer.ok && !REFUSALS.has(answer.error.code);
  const read = await Promise.all(
    some.map(async (one): Promise<[Origin['url'], Result<Read, GitHubProblem>]> => {
      const repo = answer.ok ? answer.value[aliasOf(repos, one.place)] : null;
      const node = repo?.[`i${one.place.number}`];
      if (repo && typeof node === 'object' && node)
        return [one.origin.url, ok(given(host, one, repo, node))];
      return [one.origin.url, isFinal ? answer : await elsewhere(asker, one, isMoved)];
    }),
  );
  return new Map(read);
}

/** GraphQL is closed to this account or this server, or does not show this: REST may, or says why not. */
const REFUSALS: ReadonlySet<GitHubProblem['code']> = new Set([
  'not_found',
  'forbidden',
  'gone',
  'invalid',
  'not_github',
  'too_large',
]);

/** Long issues can make an answer larger than is taken. */
function isTooMuch({ code }: GitHubProblem): boolean {
  return code === 'too_large';
}

async function inHalves(asker: Asker, some: readonly Placed[]): Promise<ReadSome> {
  const half = Math.ceil(some.length / 2);
  const first = await readSome(asker, some.slice(0, half));
  return new Map([...first, ...(await readSome(asker, some.slice(half)))]);
}

/** Older Enterprise servers do not know all relations, and refuse the whole question for it. */
async function ask(
  asker: Asker,
  repos: readonly AskedRepo[],
): Promise<Result<IssuesAnswer, GitHubProblem>> {
  for (;;) {
    const query = issuesQuery(repos, asker.relations);
    const answer = await asker.client.graphql(query, {}, IssuesAnswer);
    if (answer.ok) return ok(answer.value.data);
    const said = answer.error.said ?? answer.error.message;
    const known = asker.relations.filter((name) => !said.includes(name));
    if (known.length === asker.relations.length) return answer;
    asker.relations = known;
  }
}

/** REST leads to where an issue was moved, and says why there is none. */
async function elsewhere(
  asker: Asker,
  one: Placed,
  isMoved: boolean,
): Promise<Result<Read, GitHubProblem>> {
  const { client } = asker;
  const { host } = client;
  const found = await readOne(client, one.place);
  if (!found.ok) return found;
  const there = placeOfIssue({ url: found.value.html_url });
  const origin = originAt(host.web, found.value.html_url);
  const place = there ?? one.place;
  if (origin && there && !isMoved && !isSame(there, one.place)) {
    const read = (await readSome(asker, [{ origin, place: there }], true)).get(origin.url);
    if (read) return read.ok ? ok({ ...read.value, movedFrom: one.origin.ref }) : read;
  }
  const node = await withComments(client, place, found.value);
  if (!node.ok) return node;
  const repo = { nameWithOwner: `${place.owner}/${place.repo}` };
  return ok(given(host, one, repo, node.value));
}

function isSame(a: IssuePlace, b: IssuePlace): boolean {
  return repoName(a) === repoName(b) && a.number === b.number;
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
