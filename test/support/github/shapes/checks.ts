/** Check runs, suites and statuses as GitHub's REST answers and webhooks show them. */
import { type CheckRun, type Repo, type Status } from '../model.ts';
import { fullName, isoTime, nodeId, userNamed, type World } from '../world.ts';
import { repoApiUrl, repoShape, repoWebUrl, type Shape, userShape } from './basic.ts';
import { pullReference, type PullIssue } from './pull.ts';

/** The App that runs all checks here, as GitHub Actions does there. */
export function actionsShape(world: World): Shape {
  return {
    id: 15_368,
    slug: 'github-actions',
    node_id: nodeId('app', 15_368),
    client_id: 'Iv1.05c79e9ad1f6bdfa',
    owner: userShape(world, userNamed(world, 'github', 'Organization')),
    name: 'GitHub Actions',
    description: 'Automate your workflow from idea to production',
    external_url: 'https://help.github.com/en/actions',
    html_url: `${world.at.web}/apps/github-actions`,
    created_at: '2018-07-30T09:30:17Z',
    updated_at: '2024-04-10T20:33:16Z',
    permissions: { actions: 'write', checks: 'write', contents: 'read', metadata: 'read' },
    events: ['check_run', 'check_suite'],
  };
}

/** `event`: as in webhooks, where the suite is told whole. */
export function checkRunShape(
  world: World,
  repo: Repo,
  run: CheckRun,
  kind: 'answer' | 'event' = 'answer',
): Shape {
  const url = `${repoApiUrl(world, repo)}/check-runs/${String(run.id)}`;
  const web = `${repoWebUrl(world, repo)}/actions/runs/${String(run.suiteId)}/job/${String(run.id)}`;
  return {
    id: run.id,
    node_id: nodeId('check', run.id),
    head_sha: run.commit,
    external_id: '',
    url,
    html_url: web,
    details_url: run.detailsUrl ?? web,
    status: run.status,
    conclusion: run.conclusion,
    started_at: isoTime(run.startedAt),
    completed_at: run.completedAt === null ? null : isoTime(run.completedAt),
    output: {
      title: run.summary === null ? null : run.name,
      summary: run.summary,
      text: null,
      annotations_count: 0,
      annotations_url: `${url}/annotations`,
    },
    name: run.name,
    check_suite: kind === 'event' ? suiteShape(world, repo, run) : { id: run.suiteId },
    app: actionsShape(world),
    pull_requests: pullsAt(world, repo, run.commit),
  };
}

/** The suite of a run, with what all its runs came to. */
export function suiteShape(world: World, repo: Repo, run: CheckRun): Shape {
  const runs = repo.checkRuns.filter((one) => one.suiteId === run.suiteId);
  const isDone = runs.every((one) => one.status === 'completed');
  const isGood = runs.every((one) =>
    ['success', 'neutral', 'skipped'].includes(one.conclusion ?? ''),
  );
  const at = isoTime(run.startedAt);
  const url = `${repoApiUrl(world, repo)}/check-suites/${String(run.suiteId)}`;
  const branch = [...repo.refs].find(([, commit]) => commit === run.commit)?.[0] ?? null;
  const person = { name: 'GitHub', email: 'noreply@github.com' };
  return {
    id: run.suiteId,
    node_id: nodeId('suite', run.suiteId),
    head_branch: branch?.replace('refs/heads/', '') ?? null,
    head_sha: run.commit,
    status: isDone ? 'completed' : 'in_progress',
    conclusion: isDone ? (isGood ? 'success' : 'failure') : null,
    url,
    before: null,
    after: run.commit,
    pull_requests: pullsAt(world, repo, run.commit),
    app: actionsShape(world),
    created_at: at,
    updated_at: at,
    latest_check_runs_count: runs.length,
    check_runs_url: `${url}/check-runs`,
    head_commit: {
      id: run.commit,
      tree_id: run.commit,
      message: '',
      timestamp: at,
      author: person,
      committer: person,
    },
    repository: repoShape(world, repo),
  };
}

export function statusShape(world: World, repo: Repo, status: Status): Shape {
  return {
    url: `${repoApiUrl(world, repo)}/statuses/${status.commit}`,
    avatar_url: `${world.at.web}/avatars/${String(status.creator.id)}`,
    id: status.id,
    node_id: nodeId('status', status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: isoTime(status.at),
    updated_at: isoTime(status.at),
    creator: userShape(world, status.creator),
  };
}

export function statusEventShape(world: World, repo: Repo, status: Status): Shape {
  const url = `${repoApiUrl(world, repo)}/commits/${status.commit}`;
  const web = `${repoWebUrl(world, repo)}/commit/${status.commit}`;
  const person = { name: 'GitHub', email: 'noreply@github.com', date: isoTime(status.at) };
  const reason = { verified: false, reason: 'unsigned', signature: null, payload: null };
  const branches = [...repo.refs].filter(([, commit]) => commit === status.commit);
  return {
    id: status.id,
    sha: status.commit,
    name: fullName(repo),
    avatar_url: `${world.at.web}/avatars/${String(status.creator.id)}`,
    target_url: status.targetUrl,
    context: status.context,
    description: status.description,
    state: status.state,
    commit: {
      sha: status.commit,
      node_id: nodeId('status', status.id),
      commit: {
        author: person,
        committer: person,
        message: '',
        tree: { sha: status.commit, url },
        url,
        comment_count: 0,
        verification: { ...reason, verified_at: null },
      },
      url,
      html_url: web,
      comments_url: `${url}/comments`,
      author: userShape(world, status.creator),
      committer: userShape(world, status.creator),
      parents: [],
    },
    branches: branches.map(([ref, sha]) => ({
      name: ref.replace('refs/heads/', ''),
      commit: { sha, url },
      protected: false,
    })),
    created_at: isoTime(status.at),
    updated_at: isoTime(status.at),
  };
}

function pullsAt(world: World, repo: Repo, commit: string): Shape[] {
  return [...repo.issues.values()]
    .filter((issue): issue is PullIssue => issue.pull !== null)
    .filter((issue) => issue.state === 'open' && issue.pull.headCommit === commit)
    .map((issue) => pullReference(world, issue));
}
