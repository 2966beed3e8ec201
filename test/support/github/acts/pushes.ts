/** What follows from moved branches, whoever moved them: push events, pull requests that follow, issues that close. */
import { type Context } from '../context.ts';
import { git, headOf, readRefs, tryGit } from '../git.ts';
import { type Repo, type User } from '../model.ts';
import { repoWebUrl, type Shape } from '../shapes/basic.ts';
import { type PullIssue } from '../shapes/pull.ts';
import { fullName, isoTime } from '../world.ts';
import { isPull, setState, tellIssue, touch } from './issues.ts';

const NO_COMMIT = '0'.repeat(40);

/** Reads the refs again and acts on each that moved. `merged`: the pull request whose merge moved them. */
export async function refsMoved(
  context: Context,
  repo: Repo,
  by: User,
  merged?: PullIssue,
): Promise<void> {
  const before = repo.refs;
  const after = await readRefs(repo.dir);
  repo.refs = after;
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const moved = names.filter((name) => before.get(name) !== after.get(name));
  if (moved.length === 0) return;
  repo.pushedAt = context.world.now();
  for (const ref of moved) {
    const from = before.get(ref) ?? NO_COMMIT;
    const to = after.get(ref) ?? NO_COMMIT;
    await tellPush(context, repo, by, { ref, from, to });
    const branch = ref.replace('refs/heads/', '');
    await followHeads(context, repo, by, { branch, to, from, merged });
    if (branch === repo.defaultBranch && from !== NO_COMMIT && to !== NO_COMMIT) {
      const messages = await git(repo.dir, 'log', '--format=%B', `${from}..${to}`);
      closeNamed(context, repo, by, messages);
    }
  }
}

export function openPulls(repo: Repo): PullIssue[] {
  return [...repo.issues.values()].filter(isPull).filter((issue) => issue.state === 'open');
}

interface Move {
  branch: string;
  from: string;
  to: string;
  merged: PullIssue | undefined;
}

async function followHeads(context: Context, repo: Repo, by: User, move: Move): Promise<void> {
  for (const issue of openPulls(repo)) {
    if (issue === move.merged) continue;
    const { pull } = issue;
    if (pull.headRef === move.branch) {
      if (move.to === NO_COMMIT) {
        setState(context, issue, 'closed', by);
        continue;
      }
      pull.headCommit = move.to;
      touch(context, issue);
      tellIssue(context, issue, 'synchronize', by, { before: move.from, after: move.to });
    }
    if (pull.baseRef === move.branch && move.to !== NO_COMMIT) {
      await noticeMerge(context, issue, by, move.to);
    }
  }
}

/** A base that contains the head, pushed by hand, is a merge. */
async function noticeMerge(
  context: Context,
  issue: PullIssue,
  by: User,
  to: string,
): Promise<void> {
  const { pull, repo } = issue;
  const contains = await tryGit(repo.dir, 'merge-base', '--is-ancestor', pull.headCommit, to);
  if (contains.code !== 0) {
    pull.baseCommit = to;
    return;
  }
  pull.merged = { at: context.world.now(), by, commit: to };
  setState(context, issue, 'closed', by);
}

/** Closes the issues that a text says it closes. */
export function closeNamed(context: Context, repo: Repo, by: User, text: string): void {
  for (const number of closedByText(repo, text)) {
    const issue = repo.issues.get(number);
    if (issue && !issue.pull && issue.state === 'open') setState(context, issue, 'closed', by);
  }
}

/** The numbers of GitHub's closing keywords: "Closes #12", "Fixes acme/shop#12". Only issues of the same repository. */
export function closedByText(repo: Repo, text: string): number[] {
  const words =
    /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?:([\w.-]+\/[\w.-]+))?#(\d+)\b/giu;
  const own = fullName(repo).toLowerCase();
  const found = [...text.matchAll(words)].filter(([, name]) => !name || name.toLowerCase() === own);
  return [...new Set(found.map(([, , number]) => Number(number)))];
}

async function tellPush(
  context: Context,
  repo: Repo,
  sender: User,
  push: { ref: string; from: string; to: string },
): Promise<void> {
  const { ref, from, to } = push;
  const range = from === NO_COMMIT ? to : `${from}..${to}`;
  const commits = to === NO_COMMIT ? [] : await commitShapes(context, repo, range);
  const pusher = { name: sender.login, email: `${sender.login}@users.noreply.github.com` };
  const payload = {
    ref,
    before: from,
    after: to,
    base_ref: null,
    compare: `${repoWebUrl(context.world, repo)}/compare/${from.slice(0, 12)}...${to.slice(0, 12)}`,
    created: from === NO_COMMIT,
    deleted: to === NO_COMMIT,
    forced: false,
    commits,
    head_commit: commits.at(-1) ?? null,
    pusher,
  };
  context.hooks.emit('push', null, { repo, sender, payload });
}

/** The newest commits of a range, oldest first. */
async function commitShapes(context: Context, repo: Repo, range: string): Promise<Shape[]> {
  const format = '%H%x00%T%x00%an%x00%ae%x00%ct%x00%s%x1e';
  const lines = await git(
    repo.dir,
    'log',
    '--max-count=20',
    '--reverse',
    `--format=${format}`,
    range,
  );
  const records = lines.split('\x1e').map((line) => line.trim());
  return records.filter(Boolean).map((record) => {
    const [id = '', tree = '', name = '', email = '', seconds = '0', message = ''] =
      record.split('\0');
    const person = { name, email, date: isoTime(Number(seconds) * 1000) };
    return {
      id,
      tree_id: tree,
      distinct: true,
      message,
      timestamp: isoTime(Number(seconds) * 1000),
      url: `${repoWebUrl(context.world, repo)}/commit/${id}`,
      author: person,
      committer: person,
      ...{ added: [], removed: [], modified: [] },
    };
  });
}

/** The commit a branch is at; throws where a test names none. */
export function commitOf(repo: Repo, branch: string): string {
  const commit = headOf(repo, branch);
  if (commit === undefined) throw new Error(`The stand-in's ${repo.name} has no branch ${branch}.`);
  return commit;
}
