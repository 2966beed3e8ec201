/** What people do at the stand-in, by hand: tests call these where a person would press a button on GitHub. */
import { setCheckRun, addStatus } from './acts/checks.ts';
import {
  addComment,
  addLabels,
  createIssue,
  editComment,
  editIssue,
  type IssueEdit,
  isPull,
  type NewIssue,
  removeLabel,
  setState,
} from './acts/issues.ts';
import { mergePull, mergeWaiting } from './acts/merging.ts';
import {
  addReview,
  createPull,
  type NewPull,
  type NewReview,
  resolveThread,
} from './acts/pulls.ts';
import { commitOf } from './acts/pushes.ts';
import {
  createRepo,
  deleteRepo,
  makePrivate,
  type NewRepo,
  pushCommit,
  renameRepo,
  transferRepo,
} from './acts/repos.ts';
import { type Context } from './context.ts';
import {
  type CheckConclusion,
  type Comment,
  type Issue,
  type MergeMethod,
  type Protection,
  type Repo,
  type Review,
  type Status,
} from './model.ts';
import { answerDeviceCode } from './doors/sign-in.ts';
import { type PullIssue } from './shapes/pull.ts';
import { createApp, installApp, type NewApp } from './sign-in/apps.ts';
import { ALL_RIGHTS, type Permissions } from './sign-in/model.ts';
import { makeToken } from './sign-in/tokens.ts';
import { theIssue, theRepo, userNamed } from './world.ts';

/** Names are as on GitHub: `acme/shop` for a repository, `acme/shop#12` for an issue or a pull request. */
export interface People {
  createRepo(name: string, given?: NewRepo): Promise<Repo>;
  repo(name: string): Repo;
  issue(name: string): Issue;
  pull(name: string): PullIssue;
  /** By `alice` unless said. */
  createIssue(repo: string, given: NewIssue, by?: string): Issue;
  editIssue(name: string, edit: IssueEdit, by?: string): void;
  label(name: string, ...labels: string[]): void;
  unlabel(name: string, label: string): void;
  comment(name: string, body: string, by?: string): Comment;
  editComment(comment: Comment, body: string): void;
  /** Issues and pull requests; `not_planned` is the other way to close an issue. */
  closeIssue(name: string, reason?: Issue['stateReason']): void;
  reopenIssue(name: string): void;
  createPull(repo: string, given: NewPull, by?: string): Promise<PullIssue>;
  /** By `reviewer` unless said. */
  review(name: string, review: NewReview, by?: string): Promise<Review>;
  resolveThread(name: string, threadId: number): void;
  mergeByHand(name: string, method?: MergeMethod): Promise<string>;
  /** A commit pushed by a person; its id. */
  push(repo: string, commit: Parameters<typeof pushCommit>[3], by?: string): Promise<string>;
  /** On a branch, a commit, or the head of a pull request's number. Null: still running. */
  setCheck(
    repo: string,
    at: string | number,
    name: string,
    conclusion: CheckConclusion | null,
  ): Promise<void>;
  setStatus(repo: string, at: string | number, name: string, state: Status['state']): Promise<void>;
  protect(repo: string, branch: string, rules: Partial<Protection>): void;
  renameRepo(repo: string, name: string): void;
  transfer(repo: string, owner: string): void;
  makePrivate(repo: string): void;
  deleteRepo(repo: string): Promise<void>;
  /** Without rights said: a classic token with the scopes `repo` and `workflow`. */
  createToken(login: string, rights?: TokenRights): string;
  revokeToken(token: string): void;
  /** What the person does with the code of a device flow; without a login they refuse. */
  answerDeviceCode(userCode: string, login: string | null): void;
  /** An App, installed at the accounts named. */
  createApp(
    given?: NewApp & { installedAt?: { account: string; repos?: string[] }[] },
  ): AppForTests;
  /** Hears of every repository, as an App's hook does. */
  hook(url: string, secret: string): void;
}

export interface TokenRights {
  scopes?: string[];
  /** Makes the token a fine-grained one. */
  permissions?: Permissions | 'all';
  /** Which repositories a fine-grained token reaches; all unless said. */
  repos?: string[];
  /** Epoch ms. */
  expiresAt?: number;
}

export interface AppForTests {
  id: number;
  clientId: string;
  slug: string;
  /** PEM, as GitHub hands it out once. */
  privateKey: string;
  installations: { id: number; account: string }[];
}

export function openPeople(context: Context): People {
  return { ...issuePeople(context), ...pullPeople(context), ...ownerPeople(context) };
}

function issuePeople(context: Context) {
  const { world } = context;
  const user = (login = 'alice') => userNamed(world, login);
  const issue = (name: string) => theIssue(world, name);
  return {
    issue,
    createIssue: (repo: string, given: NewIssue, by?: string) =>
      createIssue(context, theRepo(world, repo), user(by), given),
    editIssue: (name: string, edit: IssueEdit, by?: string) => {
      editIssue(context, issue(name), user(by), edit);
    },
    label: (name: string, ...labels: string[]) => {
      addLabels(context, issue(name), labels, user());
    },
    unlabel: (name: string, label: string) => {
      const found = issue(name).labels.find((one) => one.name === label);
      if (!found) throw new Error(`${name} has no label ${label}.`);
      removeLabel(context, issue(name), found, user());
    },
    comment: (name: string, body: string, by?: string) =>
      addComment(context, issue(name), user(by), body),
    editComment: (comment: Comment, body: string) => {
      editComment(context, comment, comment.author, body);
    },
    closeIssue: (name: string, reason?: Issue['stateReason']) => {
      setState(context, issue(name), 'closed', user(), reason ?? null);
    },
    reopenIssue: (name: string) => {
      setState(context, issue(name), 'open', user());
    },
  };
}

function pullPeople(context: Context) {
  const { world } = context;
  const pull = (name: string): PullIssue => {
    const found = theIssue(world, name);
    if (!isPull(found)) throw new Error(`${name} is no pull request.`);
    return found;
  };
  const commitAt = (repo: Repo, at: string | number) => {
    if (typeof at === 'number')
      return pull(`${repo.owner.login}/${repo.name}#${String(at)}`).pull.headCommit;
    return /^[0-9a-f]{40}$/u.test(at) ? at : commitOf(repo, at);
  };
  const checker = () => userNamed(world, 'github-actions[bot]', 'Bot');
  return {
    pull,
    createPull: (repo: string, given: NewPull, by = 'alice') =>
      createPull(context, theRepo(world, repo), userNamed(world, by), given),
    review: async (name: string, review: NewReview, by = 'reviewer') => {
      const made = await addReview(context, pull(name), userNamed(world, by), review);
      await mergeWaiting(context, pull(name).repo);
      return made;
    },
    resolveThread: (name: string, threadId: number) => {
      const thread = pull(name).pull.threads.find(({ id }) => id === threadId);
      if (!thread) throw new Error(`${name} has no thread ${String(threadId)}.`);
      resolveThread(context, pull(name), thread, userNamed(world, 'reviewer'));
    },
    mergeByHand: (name: string, method?: MergeMethod) =>
      mergePull(context, pull(name), userNamed(world, 'alice'), { method }),
    push: async (repo: string, commit: Parameters<typeof pushCommit>[3], by = 'alice') => {
      const made = await pushCommit(context, theRepo(world, repo), userNamed(world, by), commit);
      await mergeWaiting(context, theRepo(world, repo));
      return made;
    },
    setCheck: async (
      name: string,
      at: string | number,
      check: string,
      conclusion: CheckConclusion | null,
    ) => {
      const repo = theRepo(world, name);
      const commit = commitAt(repo, at);
      const status = conclusion === null ? 'in_progress' : 'completed';
      setCheckRun(context, repo, checker(), { name: check, commit, status, conclusion });
      await mergeWaiting(context, repo);
    },
    setStatus: async (name: string, at: string | number, title: string, state: Status['state']) => {
      const repo = theRepo(world, name);
      const given = { commit: commitAt(repo, at), context: title, state };
      addStatus(context, repo, checker(), { ...given, description: null, targetUrl: null });
      await mergeWaiting(context, repo);
    },
  };
}

function ownerPeople(context: Context) {
  const { world } = context;
  const repo = (name: string) => theRepo(world, name);
  const owner = () => userNamed(world, 'alice');
  return {
    repo,
    createRepo: (name: string, given: NewRepo = {}) => createRepo(context, name, given),
    protect: (name: string, branch: string, rules: Partial<Protection>) => {
      const whole = { checks: [], strict: false, approvals: 0, ...rules };
      repo(name).protections.set(branch, whole);
    },
    renameRepo: (name: string, to: string) => {
      renameRepo(context, repo(name), to, owner());
    },
    transfer: (name: string, to: string) => {
      transferRepo(context, repo(name), to, owner());
    },
    makePrivate: (name: string) => {
      makePrivate(context, repo(name), owner());
    },
    deleteRepo: (name: string) => deleteRepo(context, repo(name), owner()),
    createToken: (login: string, rights: TokenRights = {}) => {
      const { permissions, scopes = ['repo', 'workflow'], expiresAt } = rights;
      const until = expiresAt === undefined ? {} : { expiresAt };
      const user = userNamed(world, login);
      if (permissions === undefined) {
        return makeToken(world, user, { prefix: 'ghp', may: { kind: 'scopes', scopes }, ...until })
          .value;
      }
      const repos = rights.repos ? new Set(rights.repos.map((name) => repo(name).id)) : null;
      const has = permissions === 'all' ? ALL_RIGHTS : permissions;
      const may = { kind: 'permissions', permissions: has, repos } as const;
      return makeToken(world, user, { prefix: 'github_pat', may, ...until }).value;
    },
    revokeToken: (value: string) => {
      const token = world.tokens.get(value);
      if (!token) throw new Error('The stand-in made no such token.');
      token.isRevoked = true;
    },
    answerDeviceCode: (userCode: string, login: string | null) => {
      answerDeviceCode(world, userCode, login === null ? null : userNamed(world, login));
    },
    createApp: (given: NewApp & { installedAt?: { account: string; repos?: string[] }[] } = {}) => {
      const { app, privateKey } = createApp(world, given);
      const installations = (given.installedAt ?? []).map(({ account, repos }) => {
        const ids = repos ? new Set(repos.map((name) => repo(name).id)) : null;
        return { id: installApp(world, app, account, ids).id, account };
      });
      const { id, clientId, slug } = app;
      return { id, clientId, slug, privateKey, installations };
    },
    hook: (url: string, secret: string) => {
      const events = ['*'];
      const made = { id: world.nextId(), url, secret, events, isActive: true, repo: null };
      world.hooks.push({ ...made, createdAt: world.now() });
    },
  };
}
