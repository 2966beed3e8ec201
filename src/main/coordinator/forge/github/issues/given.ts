/** From GitHub's answer to what `to-task.ts` reads: names, times and states in our words; bots' and our own comments left out. Pure. */
import type { GitHubHost } from '../api/hosts.ts';
import { isOurs } from '../marker.ts';
import type { Comment, Linked } from './body.ts';
import { originAt, originOf, type Placed } from './place.ts';
import { isOpen, RELATIONS, type IssueNode } from './query.ts';
import type { GivenIssue } from './to-task.ts';

/** An issue that was read, with which of those are open that GitHub itself says it waits for. */
export interface Read extends GivenIssue {
  readonly openRelations: readonly string[];
}

/** See `branchOf`. */
const OURS = /^koubou\/task-\d/;
const WRITERS = new Set(['OWNER', 'MEMBER', 'COLLABORATOR']);

export function given(
  host: GitHubHost,
  { origin: asked, place }: Placed,
  { nameWithOwner }: { readonly nameWithOwner: string },
  node: IssueNode,
): Read {
  const kind = node.__typename === 'Issue' ? 'issue' : 'pull_request';
  const origin = originOf(host.web, nameWithOwner, kind, node.number);
  const { owner, repo, number } = place;
  const isMoved = `${owner}/${repo}#${number}`.toLowerCase() !== origin.ref.toLowerCase();
  const related = RELATIONS.flatMap((name) => node[name] ?? []).flatMap(({ url, state }) => {
    const found = originAt(host.web, url);
    return found ? [{ origin: found, waits: state === 'OPEN' }] : [];
  });
  return {
    ...{ origin, kind },
    home: { web: host.web, repo: nameWithOwner },
    repo: `${host.web}/${nameWithOwner}.git`,
    title: node.title,
    body: node.body.replaceAll(/\r\n?/g, '\n'),
    labels: (node.labels ?? []).map(({ name }) => name),
    author: node.author?.login ?? null,
    isOfMember: WRITERS.has(node.authorAssociation),
    state: isOpen(node) ? 'open' : 'closed',
    updatedAt: Date.parse(node.updatedAt),
    relations: related.map((one) => one.origin),
    openRelations: related.flatMap((one) => (one.waits ? [one.origin.url] : [])),
    comments: commentsOf(node),
    earlier: Math.max(0, node.comments.totalCount - (node.comments.nodes?.length ?? 0)),
    linked: linkedOf(node),
    movedFrom: isMoved ? asked.ref : null,
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
    const { number, title, repository, headRefName = '' } = source ?? {};
    const state = (source?.issueState ?? source?.pullState)?.toLowerCase();
    // What we brought there ourselves is no news, and would change the task with each step of its own pull request.
    if (number === undefined || title === undefined || !repository || OURS.test(headRefName))
      continue;
    const ref = `${repository.nameWithOwner}#${number}`;
    if (state === 'open' || state === 'closed' || state === 'merged')
      linked.set(ref, { ref, title, state });
  }
  return [...linked.values()];
}
