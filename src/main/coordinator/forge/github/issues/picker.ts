/** What people pick issues from: the repositories that accounts see, and what GitHub's own search finds. A page at a time. */
import type { FoundIssue } from '../../../../../shared/contract-github-issues.ts';
import { fail, ok, type Result } from '../../../../../shared/result.ts';
import { cleanLine } from '../../../../../shared/text.ts';
import type { Accounts } from '../accounts/port.ts';
import { placeOf } from '../api/hosts.ts';
import type { GitHubClient } from '../api/port.ts';
import { problem, type GitHubProblem } from '../api/problem.ts';
import { FoundAnswer, FOUND_QUERY, searchText, type FoundNode } from './search-query.ts';
import { isOpen } from './query.ts';
import { originOf } from './place.ts';
import { findRepositories, type RepositoryPage } from './repositories.ts';

export interface PickerDeps {
  readonly accounts: Pick<Accounts, 'list' | 'clients' | 'clientFor' | 'isSignedIn'>;
  /** Of sign-ins that name none. */
  readonly host: () => string;
}

export interface IssueSearch {
  readonly host?: string | undefined;
  /** `acme/shop`, or its address. */
  readonly repo?: string | undefined;
  readonly query: string;
  readonly cursor?: string | undefined;
}

export interface IssuePage {
  readonly issues: FoundIssue[];
  readonly total: number;
  readonly nextCursor: string | null;
}

export interface Picker {
  repositories(asked: {
    readonly q: string;
    readonly cursor?: string | undefined;
  }): Promise<Result<RepositoryPage, GitHubProblem>>;
  issues(asked: IssueSearch): Promise<Result<IssuePage, GitHubProblem>>;
}

export function createPicker({ accounts, host }: PickerDeps): Picker {
  return {
    repositories: async (asked) => await findRepositories(asked, accounts),
    async issues(asked) {
      const place = placeIn(asked, defaultHost(accounts, host()));
      if (!place.ok) return place;
      const client = await accounts.clientFor(place.value.host, place.value.repo ?? undefined);
      if (!client.ok) return client;
      const found = await search(client.value, place.value.repo, asked);
      const { repo } = place.value;
      if (!found.ok || found.value.total > 0 || repo === null || asked.cursor !== undefined)
        return found;
      return await unlessMoved(client.value, repo, asked, found.value);
    },
  };
}

/** Where the settings say, if anybody is signed in there; else where somebody is. */
function defaultHost(accounts: PickerDeps['accounts'], host: string): string {
  return accounts.isSignedIn(host) ? host : (accounts.list()[0]?.host ?? host);
}

interface Place {
  readonly host: string;
  readonly repo: string | null;
}

function placeIn(
  { host, repo = '' }: IssueSearch,
  otherwise: string,
): Result<Place, GitHubProblem> {
  const text = repo.trim();
  if (text === '') return ok({ host: host ?? otherwise, repo: null });
  if (/^[\w.-]+\/[\w.-]+$/.test(text)) return ok({ host: host ?? otherwise, repo: text });
  const place = placeOf(text);
  if (place) return ok({ host: place.host, repo: `${place.owner}/${place.repo}` });
  const message = `${JSON.stringify(cleanLine(text, 200))} is no repository: give acme/shop, or its address`;
  return fail(problem('invalid', message));
}

async function search(
  client: GitHubClient,
  repo: string | null,
  { query, cursor }: IssueSearch,
): Promise<Result<IssuePage, GitHubProblem>> {
  const asked = { query: searchText(repo, query), after: cursor ?? null };
  const answer = await client.graphql(FOUND_QUERY, asked, FoundAnswer, { isUrgent: true });
  if (!answer.ok) return answer;
  const { issueCount: total, pageInfo, nodes } = answer.value.data.search;
  const { web } = client.host;
  const issues = nodes.flatMap((node) => (node ? [foundOf(web, node)] : []));
  return ok({ issues, total, nextCursor: pageInfo.hasNextPage ? pageInfo.endCursor : null });
}

/** A search says nothing of a repository that is not there, or has another name now. */
async function unlessMoved(
  client: GitHubClient,
  name: string,
  asked: IssueSearch,
  empty: IssuePage,
): Promise<Result<IssuePage, GitHubProblem>> {
  const [owner = '', repo = ''] = name.split('/');
  const there = await client.rest('GET /repos/{owner}/{repo}', { owner, repo });
  if (!there.ok) return there;
  const { full_name: now } = there.value.data;
  return now.toLowerCase() === name.toLowerCase() ? ok(empty) : await search(client, now, asked);
}

function foundOf(web: string, node: FoundNode): FoundIssue {
  const kind = node.__typename === 'Issue' ? 'issue' : 'pull_request';
  const origin = originOf(web, node.repository.nameWithOwner, kind, node.number);
  return {
    origin,
    title: cleanLine(node.title, 500) || origin.ref,
    state: isOpen(node) ? 'open' : 'closed',
    labels: (node.labels ?? []).map(({ name }) => cleanLine(name, 100)),
    assignees: node.assignees.map(({ login }) => login),
    milestone: node.milestone ? cleanLine(node.milestone.title, 200) : null,
    author: node.author?.login ?? null,
    comments: node.comments.totalCount,
    updatedAt: Date.parse(node.updatedAt),
  };
}
