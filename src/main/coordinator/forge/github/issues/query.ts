/** The question that reads many issues at once, and the shape of its answer. One request costs about one point per 50 issues. */
import { z } from 'zod';

/** One repository of a question, and the issues of it that are asked for. */
export interface AskedRepo {
  readonly owner: string;
  readonly repo: string;
  readonly numbers: readonly number[];
}

/** Comments taken of one issue, the newest; links and sub-issues of it. */
const MOST_COMMENTS = 50;
const MOST_LINKS = 20;
const MOST_SUB_ISSUES = 50;

const SHARED = `number title body url state updatedAt authorAssociation author { login }
  labels(first: 50) { nodes { name } }
  comments(last: ${MOST_COMMENTS}) { totalCount nodes { body createdAt author { __typename login } } }
  timelineItems(last: ${MOST_LINKS}, itemTypes: [CROSS_REFERENCED_EVENT]) { nodes {
    ... on CrossReferencedEvent { source { __typename
      ... on Issue { number title issueState: state repository { nameWithOwner } }
      ... on PullRequest { number title pullState: state repository { nameWithOwner } } } } } }`;
const SUB_ISSUES = `subIssues(first: ${MOST_SUB_ISSUES}) { nodes { number url state repository { nameWithOwner } } }`;

/** @param hasSubIssues false for an Enterprise server that is too old to know them */
export function issuesQuery(repos: readonly AskedRepo[], hasSubIssues: boolean): string {
  const more = hasSubIssues ? SUB_ISSUES : '';
  return question('Issues', repos, `__typename ...ofIssue ...ofPull`, [
    `fragment ofIssue on Issue { ${SHARED} ${more} }`,
    `fragment ofPull on PullRequest { ${SHARED} }`,
  ]);
}

/** Only whether they are open. */
export function statesQuery(repos: readonly AskedRepo[]): string {
  return question(
    'IssueStates',
    repos,
    `__typename ... on Issue { url state } ... on PullRequest { url state }`,
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
const nodes = <T extends z.ZodType>(of: T) =>
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
      repository: Repository.optional(),
    })
    .nullish(),
});

const SubIssue = z.object({
  number: z.int(),
  url: z.string(),
  state: z.string(),
  repository: Repository,
});

export const IssueNode = z.object({
  __typename: z.enum(['Issue', 'PullRequest']),
  number: z.int(),
  title: z.string(),
  body: z.string(),
  url: z.string(),
  state: z.enum(['OPEN', 'CLOSED', 'MERGED']),
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
  subIssues: nodes(SubIssue).optional(),
});
export type IssueNode = z.infer<typeof IssueNode>;

const StateNode = z.object({ url: z.string(), state: z.string() });

/** `r0` to `r49`, each with `i12` and its like: what could not be read is `null`, or missing. */
const answer = <T extends z.ZodType>(issue: T) =>
  z.record(
    z.string(),
    z.object({ nameWithOwner: z.string(), url: z.string() }).catchall(issue.nullable()).nullable(),
  );

export const IssuesAnswer = answer(IssueNode);
export type IssuesAnswer = z.infer<typeof IssuesAnswer>;
export const StatesAnswer = answer(StateNode);
