/** Reads one issue over REST, in the shape that GraphQL gives: where GraphQL refuses, and where an issue is no longer where it was. */
import { ok, type Result } from '../../../../../shared/result.ts';
import type { GitHubClient, RouteData } from '../api/port.ts';
import type { GitHubProblem } from '../api/problem.ts';
import type { IssuePlace } from './place.ts';
import { MOST_COMMENTS, type IssueNode } from './query.ts';

type RestIssue = RouteData<'GET /repos/{owner}/{repo}/issues/{issue_number}'>;
type RestComment = RouteData<'GET /repos/{owner}/{repo}/issues/{issue_number}/comments'>[number];

/** The issue without its comments: also says where it was moved to, by `html_url`. */
export async function readOne(
  client: GitHubClient,
  { owner, repo, number }: IssuePlace,
): Promise<Result<RestIssue, GitHubProblem>> {
  const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}';
  const answer = await client.rest(route, { owner, repo, issue_number: number });
  return answer.ok ? ok(answer.value.data) : answer;
}

/** With its newest comments; REST does not tell at once what it is linked to. */
export async function withComments(
  client: GitHubClient,
  place: IssuePlace,
  issue: RestIssue,
): Promise<Result<IssueNode, GitHubProblem>> {
  const comments: RestComment[] = [];
  // They come with the oldest first: the newest are on the last page, and on the one before when that is short.
  const last = Math.ceil(issue.comments / 100);
  for (let page = last; page > 0 && page >= last - 1 && comments.length < MOST_COMMENTS; page--) {
    const { owner, repo, number } = place;
    const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments';
    const asked = { owner, repo, issue_number: number, per_page: 100, page };
    const answer = await client.rest(route, asked);
    if (!answer.ok) return answer;
    comments.unshift(...answer.value.data);
  }
  return ok(nodeOf(issue, comments.slice(-MOST_COMMENTS)));
}

function nodeOf(issue: RestIssue, comments: readonly RestComment[]): IssueNode {
  const names = issue.labels.flatMap((one) => (typeof one === 'string' ? one : (one.name ?? [])));
  return {
    __typename: issue.pull_request ? 'PullRequest' : 'Issue',
    number: issue.number,
    title: issue.title,
    body: issue.body ?? '',
    issueState: issue.state === 'open' ? 'OPEN' : 'CLOSED',
    updatedAt: issue.updated_at,
    authorAssociation: issue.author_association ?? 'NONE',
    author: issue.user ? { login: issue.user.login } : null,
    labels: names.map((name) => ({ name })),
    comments: {
      totalCount: issue.comments,
      nodes: comments.map(({ body = '', created_at: createdAt, user }) => ({
        body,
        createdAt,
        author: user ? { __typename: user.type, login: user.login } : null,
      })),
    },
    timelineItems: [],
  };
}
