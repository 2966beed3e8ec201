/** Users, repositories, issues and comments as GitHub's GraphQL answers show them. */
import { type Caller, type Context } from '../context.ts';
import { closedByText } from '../acts/pushes.ts';
import { headOf } from '../git.ts';
import {
  type Comment,
  type Issue,
  type Label,
  type Milestone,
  type Repo,
  type User,
} from '../model.ts';
import { association, issueWebUrl, repoWebUrl } from '../shapes/basic.ts';
import { roleOf } from '../sign-in/access.ts';
import { fullName, isoTime, nodeId } from '../world.ts';
import { isPull } from '../acts/issues.ts';
import { connection, type Node, type PageArguments, problem } from './connection.ts';
import { filtered, type ListArguments } from './lists.ts';

export interface Seen {
  context: Context;
  caller: Caller;
  /** The pull request, where an issue is one. */
  thing(this: void, issue: Issue): Node;
}

export function actorNode({ context }: Seen, user: User): Node {
  const { web } = context.world.at;
  return {
    __typename: user.type,
    id: nodeId('user', user.id),
    databaseId: user.id,
    login: user.login,
    name: user.login,
    email: '',
    url: `${web}/${user.login}`,
    resourcePath: `/${user.login}`,
    avatarUrl: `${web}/avatars/${String(user.id)}`,
  };
}

export function labelNode({ context }: Seen, repo: Repo, label: Label): Node {
  return {
    __typename: 'Label',
    id: nodeId('label', label.id),
    name: label.name,
    color: label.color,
    description: label.description,
    isDefault: false,
    url: `${repoWebUrl(context.world, repo)}/labels/${encodeURIComponent(label.name)}`,
  };
}

export function milestoneNode({ context }: Seen, repo: Repo, milestone: Milestone): Node {
  return {
    __typename: 'Milestone',
    id: nodeId('milestone', milestone.id),
    number: milestone.number,
    title: milestone.title,
    url: `${repoWebUrl(context.world, repo)}/milestone/${String(milestone.number)}`,
  };
}

export function commentNode(seen: Seen, comment: Comment): Node {
  const { world } = seen.context;
  const { issue } = comment;
  return {
    __typename: 'IssueComment',
    id: nodeId('comment', comment.id),
    databaseId: comment.id,
    fullDatabaseId: comment.id,
    body: comment.body,
    bodyText: comment.body,
    author: () => actorNode(seen, comment.author),
    authorAssociation: association(issue.repo, comment.author),
    createdAt: isoTime(comment.createdAt),
    updatedAt: isoTime(comment.updatedAt),
    isMinimized: false,
    viewerDidAuthor: seen.caller.kind !== 'nobody' && seen.caller.user === comment.author,
    url: `${issueWebUrl(world, issue)}#issuecomment-${String(comment.id)}`,
    issue: () => issueNode(seen, issue),
    repository: () => repoNode(seen, issue.repo),
  };
}

export function issueNode(seen: Seen, issue: Issue): Node {
  return {
    __typename: 'Issue',
    ...sharedNode(seen, issue),
    id: nodeId('issue', issue.id),
    databaseId: issue.id,
    fullDatabaseId: issue.id,
    state: issue.state.toUpperCase(),
    stateReason: issue.stateReason?.toUpperCase() ?? null,
    closedByPullRequestsReferences: (page: PageArguments) => {
      const closing = issue.mentionedBy.filter((mention) => closes(mention.issue, issue));
      return connection('closedByPullRequestsReferences', closing, page, (one) =>
        seen.thing(one.issue),
      );
    },
    parent: null,
    isPinned: false,
    ...emptyLists('blockedBy', 'subIssues', 'trackedIssues', 'trackedInIssues'),
  };
}

/** What issues and pull requests show alike. */
export function sharedNode(seen: Seen, issue: Issue): Node {
  const { repo } = issue;
  const url = issueWebUrl(seen.context.world, issue);
  return {
    number: issue.number,
    title: issue.title,
    titleHTML: issue.title,
    body: issue.body ?? '',
    bodyText: issue.body ?? '',
    url,
    resourcePath: new URL(url).pathname,
    author: () => actorNode(seen, issue.author),
    authorAssociation: association(repo, issue.author),
    closed: issue.state === 'closed',
    createdAt: isoTime(issue.createdAt),
    updatedAt: isoTime(issue.updatedAt),
    closedAt: issue.closedAt === null ? null : isoTime(issue.closedAt),
    locked: false,
    milestone: issue.milestone && milestoneNode(seen, repo, issue.milestone),
    viewerDidAuthor: seen.caller.kind !== 'nobody' && seen.caller.user === issue.author,
    repository: () => repoNode(seen, repo),
    labels: (page: PageArguments) =>
      connection('labels', issue.labels, page, (label) => labelNode(seen, repo, label)),
    assignees: (page: PageArguments) =>
      connection('assignees', issue.assignees, page, (user) => actorNode(seen, user)),
    comments: (page: PageArguments) =>
      connection('comments', issue.comments, page, (comment) => commentNode(seen, comment)),
    timelineItems: (page: PageArguments & { itemTypes?: string[] | null }) =>
      connection(
        'timelineItems',
        timelineOf(seen, issue, page.itemTypes ?? null),
        page,
        (one) => one,
      ),
  };
}

function timelineOf(seen: Seen, issue: Issue, types: string[] | null): Node[] {
  const isWanted = (type: string) => types === null || types.includes(type);
  const mentions = issue.mentionedBy.map((mention) => ({
    __typename: 'CrossReferencedEvent',
    id: nodeId('issue', mention.issue.id),
    createdAt: isoTime(mention.at),
    referencedAt: isoTime(mention.at),
    isCrossRepository: mention.issue.repo !== issue.repo,
    willCloseTarget: closes(mention.issue, issue),
    actor: () => actorNode(seen, mention.issue.author),
    source: () => seen.thing(mention.issue),
    target: () => seen.thing(issue),
  }));
  const by = issue.closedBy;
  const closed = issue.closedAt !== null && {
    __typename: 'ClosedEvent',
    id: nodeId('issue', issue.id),
    createdAt: isoTime(issue.closedAt),
    actor: by && actorNode(seen, by),
    stateReason: issue.stateReason?.toUpperCase() ?? null,
  };
  return [
    ...(isWanted('CROSS_REFERENCED_EVENT') ? mentions : []),
    ...(isWanted('CLOSED_EVENT') && closed ? [closed] : []),
  ];
}

function closes(source: Issue, target: Issue): boolean {
  const isBeside = source.pull !== null && source.repo === target.repo;
  return isBeside && closedByText(source.repo, source.body ?? '').includes(target.number);
}

export function repoNode(seen: Seen, repo: Repo): Node {
  const { world } = seen.context;
  const url = repoWebUrl(world, repo);
  const all = () => [...repo.issues.values()];
  const numbered = ({ number }: { number: number }, kind: 'issue' | 'pull' | 'any') => {
    const issue = repo.issues.get(number);
    if (issue && (kind === 'any' || (kind === 'pull') === isPull(issue))) return seen.thing(issue);
    const words = { issue: 'an Issue', pull: 'a PullRequest', any: 'an issue or pull request' }[
      kind
    ];
    throw problem(
      'NOT_FOUND',
      `Could not resolve to ${words} with the number of ${String(number)}.`,
    );
  };
  const role = seen.caller.kind === 'nobody' ? 'read' : roleOf(repo, seen.caller.user);
  return {
    __typename: 'Repository',
    id: nodeId('repo', repo.id),
    databaseId: repo.id,
    name: repo.name,
    nameWithOwner: fullName(repo),
    owner: () => actorNode(seen, repo.owner),
    url,
    resourcePath: `/${fullName(repo)}`,
    sshUrl: `git@${new URL(url).host}:${fullName(repo)}.git`,
    description: repo.description,
    visibility: repo.isPrivate ? 'PRIVATE' : 'PUBLIC',
    ...{
      isPrivate: repo.isPrivate,
      isArchived: false,
      isDisabled: false,
      isFork: false,
      isEmpty: repo.refs.size === 0,
    },
    ...{ hasIssuesEnabled: true, isInOrganization: true, isTemplate: false, isMirror: false },
    viewerPermission: role === 'none' ? null : role.toUpperCase(),
    viewerCanAdminister: role === 'admin',
    createdAt: isoTime(repo.createdAt),
    updatedAt: isoTime(repo.updatedAt),
    pushedAt: isoTime(repo.pushedAt),
    mergeCommitAllowed: repo.allows.merge,
    squashMergeAllowed: repo.allows.squash,
    rebaseMergeAllowed: repo.allows.rebase,
    autoMergeAllowed: repo.allows.autoMerge,
    deleteBranchOnMerge: repo.deletesMergedBranches,
    defaultBranchRef: () => refNode(repo, repo.defaultBranch),
    ref: ({ qualifiedName }: { qualifiedName: string }) =>
      refNode(repo, qualifiedName.replace(/^refs\/heads\//u, '')),
    mergeQueue: () =>
      repo.hasMergeQueue
        ? { id: nodeId('queueEntry', repo.id), url: `${url}/queue/${repo.defaultBranch}` }
        : null,
    issue: (given: { number: number }) => numbered(given, 'issue'),
    pullRequest: (given: { number: number }) => numbered(given, 'pull'),
    issueOrPullRequest: (given: { number: number }) => numbered(given, 'any'),
    issues: (given: ListArguments) => {
      const found = filtered(
        all().filter((issue) => !isPull(issue)),
        given,
      );
      return connection('issues', found, given, (issue) => issueNode(seen, issue));
    },
    pullRequests: (given: ListArguments) => {
      const found = filtered(all().filter(isPull), given);
      return connection('pullRequests', found, given, (issue) => seen.thing(issue));
    },
    labels: (page: PageArguments) =>
      connection('labels', [...repo.labels.values()], page, (label) =>
        labelNode(seen, repo, label),
      ),
    milestones: (page: PageArguments) =>
      connection('milestones', repo.milestones, page, (one) => milestoneNode(seen, repo, one)),
  };
}

export function refNode(repo: Repo, branch: string): Node | null {
  const oid = headOf(repo, branch);
  if (oid === undefined) return null;
  return {
    __typename: 'Ref',
    id: `REF_${String(repo.id)}_${branch}`,
    name: branch,
    prefix: 'refs/heads/',
    target: { __typename: 'Commit', id: `C_${oid}`, oid, abbreviatedOid: oid.slice(0, 7) },
  };
}

export function emptyLists(...names: string[]): Node {
  const empty = (name: string) => (page: PageArguments) => connection(name, [], page, () => ({}));
  return Object.fromEntries(names.map((name) => [name, empty(name)]));
}
