/** The question that reads many issues at once, and the shape of its answer. One request costs about one point per 50 issues. */
import { z } from 'zod';

/** One repository of a question, and the issues of it that are asked for. */
export interface AskedRepo {
  readonly owner: string;
  readonly repo: string;
  readonly numbers: readonly number[];
}

/** Comments taken of one issue, the newest; links of it, and issues that it waits for. */
export const MOST_COMMENTS = 50;
const MOST_LINKS = 20;
const MOST_RELATED = 50;

// The states of both are of different types, which one answer may not mix under one name.
const SHARED = `number title body updatedAt authorAssociation author { login }
  labels(first: 50) { nodes { name } }
  comments(last: ${MOST_COMMENTS}) { totalCount nodes { body createdAt author { __typename login } } }
  timelineItems(last: ${MOST_LINKS}, itemTypes: [CROSS_REFERENCED_EVENT]) { nodes {
    ... on CrossReferencedEvent { source { __typename
      ... on Issue { number title issueState: state repository { nameWithOwner } }
      ... on PullRequest { number title headRefName pullState: state repository { nameWithOwner } } } } } }`;

/** How GitHub itself notes that an issue waits for others; the newest first, since older servers lack them from there. */
export const RELATIONS = ['blockedBy', 'subIssues'] as const;
export type Relation = (typeof RELATIONS)[number];

/** @param relations those that the server knows */
export function issuesQuery(repos: readonly AskedRepo[], relations: readonly Relation[]): string {
  const more = relations.map((name) => `${name}(first: ${MOST_RELATED}) { nodes { url state } }`);
  return question('Issues', repos, `__typename ...ofIssue ...ofPull`, [
    `fragment ofIssue on Issue { issueState: state ${SHARED} ${more.join(' ')} }`,
    `fragment ofPull on PullRequest { pullState: state ${SHARED} }`,
  ]);
}

/** Only whether they are open. */
export function statesQuery(repos: readonly AskedRepo[]): string {
  return question(
    'IssueStates',
    repos,
    `__typename ... on Issue { issueState: state } ... on PullRequest { pullState: state }`,
    [],
  );
}

/** Names go in as strings of JSON, which are strings of GraphQL, too. */
function question(
  name: string,
  repos: readonly AskedRepo[],
  fields: string,
  fragments: readonly string[],
): string {
  const parts = repos.map(({ owner, repo, numbers }, r) => {
    const issues = numbers.map((n) => `i${n}: issueOrPullRequest(number: ${n}) { ${fields} }`);
    const place = `owner: ${JSON.stringify(owner)}, name: ${JSON.stringify(repo)}`;
    return `r${r}: repository(${place}) { nameWithOwner url ${issues.join('\n')} }`;
  });
  return `query ${name} { ${parts.join('\n')} }\n${fragments.join('\n')}`;
}

const Author = z.object({ login: z.string() }).nullable();
const Repository = z.object({ nameWithOwner: z.string() });
/** GitHub leaves holes in lists where it may not show something. */
export const nodes = <T extends z.ZodType>(of: T) =>
  z
    .object({ nodes: z.array(of.nullable()).nullish() })
    .transform((list) => (list.nodes ?? []).filter((node) => node !== null));

const Linked = z.object({
  source: z
    .object({
      number: z.int().optional(),
      title: z.string().optional(),
      issueState: z.string().optional(),
      pullState: z.string().optional(),
      headRefName: z.string().optional(),
      repository: Repository.optional(),
    })
    .nullish(),
});

const Related = z.object({ url: z.string(), state: z.string() });

/** One of both. */
export const STATES = {
  issueState: z.enum(['OPEN', 'CLOSED']).optional(),
  pullState: z.enum(['OPEN', 'CLOSED', 'MERGED']).optional(),
};

export const IssueNode = z.object({
  __typename: z.enum(['Issue', 'PullRequest']),
  number: z.int(),
  title: z.string(),
  body: z.string(),
  ...STATES,
  updatedAt: z.string(),
  authorAssociation: z.string(),
  author: Author,
  labels: nodes(z.object({ name: z.string() })).nullish(),
  comments: z.object({
    totalCount: z.int(),
    nodes: z
      .array(
        z
          .object({
            body: z.string(),
            createdAt: z.string(),
            author: z.object({ __typename: z.string(), login: z.string() }).nullable(),
          })
          .nullable(),
      )
      .nullish(),
  }),
  timelineItems: nodes(Linked),
  blockedBy: nodes(Related).optional(),
  subIssues: nodes(Related).optional(),
});
export type IssueNode = z.infer<typeof IssueNode>;

export function isOpen({ issueState, pullState }: z.infer<typeof StateNode>): boolean {
  return (issueState ?? pullState) === 'OPEN';
}

const StateNode = z.object(STATES);

/** `r0` to `r49`, each with `i12` and its like: what could not be read is `null`, or missing. */
const answer = <T extends z.ZodType>(issue: T) =>
  z.record(
    z.string(),
    z.object({ nameWithOwner: z.string(), url: z.string() }).catchall(issue.nullable()).nullable(),
  );

export const IssuesAnswer = answer(IssueNode);
export type IssuesAnswer = z.infer<typeof IssuesAnswer>;
export const StatesAnswer = answer(StateNode);
