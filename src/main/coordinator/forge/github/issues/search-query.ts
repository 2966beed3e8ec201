/** A search for issues as GitHub takes it, and the shape of its answer. Pure. */
import { z } from 'zod';
import { nodes, STATES } from './query.ts';

const SHARED = `number title updatedAt author { login } repository { nameWithOwner }
  labels(first: 20) { nodes { name } } assignees(first: 10) { nodes { login } }
  milestone { title } comments(first: 1) { totalCount }`;

/** The first hundred, or those after a cursor. */
export const FOUND_QUERY = `query Found($query: String!, $after: String) {
  search(type: ISSUE, query: $query, first: 100, after: $after) {
    issueCount pageInfo { hasNextPage endCursor }
    nodes { __typename
      ... on Issue { issueState: state ${SHARED} } ... on PullRequest { pullState: state ${SHARED} } } } }`;

const FoundNode = z.object({
  ...STATES,
  __typename: z.enum(['Issue', 'PullRequest']),
  number: z.int(),
  title: z.string(),
  updatedAt: z.string(),
  author: z.object({ login: z.string() }).nullable(),
  repository: z.object({ nameWithOwner: z.string() }),
  labels: nodes(z.object({ name: z.string() })).nullish(),
  assignees: nodes(z.object({ login: z.string() })),
  milestone: z.object({ title: z.string() }).nullish(),
  comments: z.object({ totalCount: z.int() }),
});
export type FoundNode = z.infer<typeof FoundNode>;

export const FoundAnswer = z.object({
  search: z.object({
    issueCount: z.int(),
    pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
    nodes: z.array(FoundNode.nullable()),
  }),
});

const KIND = /(?:^|\s)-?(?:is|type):"?(?:issue|pr|pull-request|pull)\b/i;
const STATE = /(?:^|\s)-?(?:is:"?(?:open|closed|merged|unmerged|draft)|state:)/i;
const PLACE = /(?:^|\s)(?:repo|org|user|owner):/i;
const PERSON = /(?:^|\s)(?:assignee|author|involves|mentions|commenter|user-review-requested):/i;
const SORT = /(?:^|\s)sort:/i;

/**
 * What a person typed, with what holds where it says nothing: open issues, the last changed first. Without a repository and any
 * limit of its own it looks for what the account has to do with, since all of GitHub would be found else.
 * @param repo `acme/shop`
 */
export function searchText(repo: string | null, query: string): string {
  const typed = query.replaceAll(/\s+/g, ' ').trim();
  const isEverywhere = repo === null && !PLACE.test(typed) && !PERSON.test(typed);
  const parts = [
    repo !== null && `repo:${repo}`,
    !KIND.test(typed) && 'is:issue',
    !STATE.test(typed) && 'is:open',
    isEverywhere && 'involves:@me',
    typed,
    !SORT.test(typed) && 'sort:updated-desc',
  ];
  return parts.filter((part) => part !== false && part !== '').join(' ');
}
