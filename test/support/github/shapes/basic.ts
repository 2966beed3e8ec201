/** Users, repositories, labels, issues and comments as GitHub's REST answers and webhooks show them. */
import {
  type Comment,
  type Issue,
  type Label,
  type Milestone,
  type Repo,
  type User,
} from '../model.ts';
import { fullName, isoTime, nodeId, type World } from '../world.ts';

export type Shape = Record<string, unknown>;

export function userShape(world: World, user: User): Shape {
  const url = `${world.at.api}/users/${user.login}`;
  const more = ['followers', 'subscriptions', 'organizations', 'repos', 'received_events'];
  return {
    login: user.login,
    id: user.id,
    node_id: nodeId('user', user.id),
    avatar_url: `${world.at.web}/avatars/${String(user.id)}`,
    gravatar_id: '',
    url,
    html_url: `${world.at.web}/${user.login}`,
    ...Object.fromEntries(more.map((name) => [`${name}_url`, `${url}/${name}`])),
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    events_url: `${url}/events{/privacy}`,
    type: user.type,
    site_admin: false,
  };
}

/** What follows the repository's address, by the name of the field without `_url`. */
const REPO_ADDRESSES: Record<string, string> = {
  archive: '/{archive_format}{/ref}',
  assignees: '/assignees{/user}',
  blobs: '/git/blobs{/sha}',
  branches: '/branches{/branch}',
  collaborators: '/collaborators{/collaborator}',
  comments: '/comments{/number}',
  commits: '/commits{/sha}',
  compare: '/compare/{base}...{head}',
  contents: '/contents/{+path}',
  contributors: '/contributors',
  deployments: '/deployments',
  downloads: '/downloads',
  events: '/events',
  forks: '/forks',
  git_commits: '/git/commits{/sha}',
  git_refs: '/git/refs{/sha}',
  git_tags: '/git/tags{/sha}',
  hooks: '/hooks',
  issue_comment: '/issues/comments{/number}',
  issue_events: '/issues/events{/number}',
  issues: '/issues{/number}',
  keys: '/keys{/key_id}',
  labels: '/labels{/name}',
  languages: '/languages',
  merges: '/merges',
  milestones: '/milestones{/number}',
  notifications: '/notifications{?since,all,participating}',
  pulls: '/pulls{/number}',
  releases: '/releases{/id}',
  stargazers: '/stargazers',
  statuses: '/statuses/{sha}',
  subscribers: '/subscribers',
  subscription: '/subscription',
  tags: '/tags',
  teams: '/teams',
  trees: '/git/trees{/sha}',
};

export function repoApiUrl(world: World, repo: Repo): string {
  return `${world.at.api}/repos/${fullName(repo)}`;
}

export function repoWebUrl(world: World, repo: Repo): string {
  return `${world.at.web}/${fullName(repo)}`;
}

/** The fields that the short and the full form of a repository share, and those of the full one. */
export function repoShape(world: World, repo: Repo): Shape {
  const url = repoApiUrl(world, repo);
  const web = repoWebUrl(world, repo);
  const host = new URL(web).host;
  const open = [...repo.issues.values()].filter((issue) => issue.state === 'open').length;
  const addresses = Object.entries(REPO_ADDRESSES).map(([name, end]) => [`${name}_url`, url + end]);
  const flags = { has_downloads: false, has_wiki: false, has_pages: false, has_discussions: false };
  return {
    id: repo.id,
    node_id: nodeId('repo', repo.id),
    name: repo.name,
    full_name: fullName(repo),
    owner: userShape(world, repo.owner),
    private: repo.isPrivate,
    visibility: repo.isPrivate ? 'private' : 'public',
    html_url: web,
    description: repo.description,
    fork: false,
    url,
    ...(Object.fromEntries(addresses) as Shape),
    clone_url: `${web}.git`,
    git_url: `git://${host}/${fullName(repo)}.git`,
    ssh_url: `git@${host}:${fullName(repo)}.git`,
    svn_url: web,
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    topics: [],
    default_branch: repo.defaultBranch,
    ...flags,
    has_issues: true,
    has_projects: false,
    archived: false,
    disabled: false,
    is_template: false,
    allow_forking: true,
    web_commit_signoff_required: false,
    ...{ forks: 0, forks_count: 0, stargazers_count: 0, watchers: 0, watchers_count: 0, size: 1 },
    open_issues: open,
    open_issues_count: open,
    created_at: isoTime(repo.createdAt),
    updated_at: isoTime(repo.updatedAt),
    pushed_at: isoTime(repo.pushedAt),
  };
}

export function labelShape(world: World, repo: Repo, label: Label): Shape {
  return {
    id: label.id,
    node_id: nodeId('label', label.id),
    url: `${repoApiUrl(world, repo)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: false,
    description: label.description,
  };
}

export function milestoneShape(world: World, repo: Repo, milestone: Milestone): Shape {
  const url = `${repoApiUrl(world, repo)}/milestones/${String(milestone.number)}`;
  return {
    url,
    html_url: `${repoWebUrl(world, repo)}/milestone/${String(milestone.number)}`,
    labels_url: `${url}/labels`,
    id: milestone.id,
    node_id: nodeId('milestone', milestone.id),
    number: milestone.number,
    title: milestone.title,
    description: null,
    creator: userShape(world, repo.owner),
    open_issues: 0,
    closed_issues: 0,
    state: 'open',
    created_at: isoTime(milestone.createdAt),
    updated_at: isoTime(milestone.createdAt),
    due_on: null,
    closed_at: null,
  };
}

export function issueWebUrl(world: World, issue: Issue): string {
  const kind = issue.pull ? 'pull' : 'issues';
  return `${repoWebUrl(world, issue.repo)}/${kind}/${String(issue.number)}`;
}

export function association(repo: Repo, user: User): string {
  if (user.id === repo.owner.id) return 'OWNER';
  const role = repo.roles.get(user.login.toLowerCase()) ?? 'write';
  return role === 'none' || role === 'read' ? 'NONE' : 'COLLABORATOR';
}

/** An issue; for a pull request, the issue that it also is. */
export function issueShape(world: World, issue: Issue): Shape {
  const repoUrl = repoApiUrl(world, issue.repo);
  const url = `${repoUrl}/issues/${String(issue.number)}`;
  const web = issueWebUrl(world, issue);
  return {
    url,
    repository_url: repoUrl,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    timeline_url: `${url}/timeline`,
    html_url: web,
    id: issue.id,
    node_id: issue.pull ? nodeId('pull', issue.pull.id) : nodeId('issue', issue.id),
    number: issue.number,
    ...commonFields(world, issue),
    comments: issue.comments.length,
    closed_by: issue.closedBy && userShape(world, issue.closedBy),
    state_reason: issue.stateReason,
    reactions: reactions(url),
    performed_via_github_app: null,
    type: null,
    sub_issues_summary: { total: 0, completed: 0, percent_completed: 0 },
    ...(issue.pull && {
      draft: issue.pull.isDraft,
      pull_request: {
        url: `${repoUrl}/pulls/${String(issue.number)}`,
        html_url: web,
        diff_url: `${web}.diff`,
        patch_url: `${web}.patch`,
        merged_at: issue.pull.merged && isoTime(issue.pull.merged.at),
      },
    }),
  };
}

/** What an issue and a pull request show alike. */
export function commonFields(world: World, issue: Issue): Shape {
  const [assignee] = issue.assignees;
  return {
    title: issue.title,
    body: issue.body,
    state: issue.state,
    user: userShape(world, issue.author),
    labels: issue.labels.map((label) => labelShape(world, issue.repo, label)),
    assignee: assignee ? userShape(world, assignee) : null,
    assignees: issue.assignees.map((user) => userShape(world, user)),
    milestone: issue.milestone && milestoneShape(world, issue.repo, issue.milestone),
    locked: false,
    active_lock_reason: null,
    author_association: association(issue.repo, issue.author),
    created_at: isoTime(issue.createdAt),
    updated_at: isoTime(issue.updatedAt),
    closed_at: issue.closedAt === null ? null : isoTime(issue.closedAt),
  };
}

export function commentShape(world: World, comment: Comment): Shape {
  const url = `${repoApiUrl(world, comment.issue.repo)}/issues/comments/${String(comment.id)}`;
  return {
    url,
    html_url: `${issueWebUrl(world, comment.issue)}#issuecomment-${String(comment.id)}`,
    issue_url: `${repoApiUrl(world, comment.issue.repo)}/issues/${String(comment.issue.number)}`,
    id: comment.id,
    node_id: nodeId('comment', comment.id),
    user: userShape(world, comment.author),
    created_at: isoTime(comment.createdAt),
    updated_at: isoTime(comment.updatedAt),
    body: comment.body,
    author_association: association(comment.issue.repo, comment.author),
    reactions: reactions(url),
    performed_via_github_app: null,
  };
}

export function reactions(url: string): Shape {
  const none = { '+1': 0, '-1': 0, laugh: 0, hooray: 0, confused: 0, heart: 0, rocket: 0, eyes: 0 };
  return { url: `${url}/reactions`, total_count: 0, ...none };
}
