/** From GitHub's answer to what `to-task.ts` reads: names, times and states in our words; bots' and our own comments left out. Pure. */
import type { Origin } from '../../../../../shared/domain/origin.ts';
import { readReference } from '../../../../../shared/import/reference.ts';
import type { GitHubHost } from '../api/hosts.ts';
import { isOurs } from '../marker.ts';
import type { Comment, Linked } from './body.ts';
import type { IssueNode } from './query.ts';
import type { GivenIssue } from './to-task.ts';

/** An issue that was read, with which of its sub-issues are open. */
export interface Read extends GivenIssue {
  readonly openRelations: readonly string[];
}

const WRITERS = new Set(['OWNER', 'MEMBER', 'COLLABORATOR']);

export function given(
  host: GitHubHost,
  origin: Origin,
  repo: { readonly nameWithOwner: string; readonly url: string },
  node: IssueNode,
): Read {
  const comments = commentsOf(node);
  const subIssues = (node.subIssues ?? []).flatMap((one) => {
    const found = readReference(one.url)?.origin;
    return found ? [{ origin: found, isOpen: one.state === 'OPEN' }] : [];
  });
  return {
    origin,
    kind: node.__typename === 'Issue' ? 'issue' : 'pull_request',
    home: { web: host.web, repo: repo.nameWithOwner },
    repo: `${repo.url}.git`,
    title: node.title,
    body: node.body.replaceAll('\r\n', '\n'),
    labels: (node.labels ?? []).map(({ name }) => name),
    author: node.author?.login ?? null,
    isOfMember: WRITERS.has(node.authorAssociation),
    state: node.state === 'OPEN' ? 'open' : 'closed',
    updatedAt: Date.parse(node.updatedAt),
    relations: subIssues.map((one) => one.origin),
    openRelations: subIssues.flatMap((one) => (one.isOpen ? [one.origin.url] : [])),
    comments,
    earlier: Math.max(0, node.comments.totalCount - (node.comments.nodes?.length ?? 0)),
    linked: linkedOf(node),
  };
}

function commentsOf({ comments }: IssueNode): Comment[] {
  return (comments.nodes ?? []).flatMap((comment) => {
    if (!comment || comment.author?.__typename === 'Bot' || isOurs(comment.body)) return [];
    const { body, createdAt, author } = comment;
    return [{ author: author?.login ?? null, at: Date.parse(createdAt), body }];
  });
}

function linkedOf({ timelineItems }: IssueNode): Linked[] {
  const linked = new Map<string, Linked>();
  for (const { source } of timelineItems) {
    const { number, title, repository } = source ?? {};
    const state = (source?.issueState ?? source?.pullState)?.toLowerCase();
    if (number === undefined || title === undefined || !repository) continue;
    const ref = `${repository.nameWithOwner}#${number}`;
    if (state === 'open' || state === 'closed' || state === 'merged')
      linked.set(ref, { ref, title, state });
  }
  return [...linked.values()];
}
