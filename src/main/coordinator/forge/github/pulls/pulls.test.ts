/** Changes brought to a real GitHub protocol and real git: one pull request and one comment, whatever breaks on the way. */
import { execFileSync } from 'node:child_process';
import { afterEach, describe, expect, test } from 'vitest';
import { openWorkshop, type TestWorkshop, type WorkshopOptions } from './testing.ts';

let open: TestWorkshop | undefined;

afterEach(async () => {
  const violations = open?.github.violations;
  await open?.close();
  open = undefined;
  expect(violations).toEqual([]);
});

async function workshop(options?: WorkshopOptions): Promise<TestWorkshop> {
  open = await openWorkshop(options);
  return open;
}

const branchAt = ({ github }: TestWorkshop, branch: string): string =>
  execFileSync(
    'git',
    [
      '-C',
      github.repo('acme/shop').dir,
      'for-each-ref',
      '--format=%(objectname)',
      `refs/heads/${branch}`,
    ],
    { encoding: 'utf8' },
  ).trim();
const BRANCH = 'koubou/task-1-the-total-is-wrong';
const pullsOf = ({ github }: TestWorkshop) =>
  [...github.repo('acme/shop').issues.values()].filter(({ pull }) => pull !== null);
const ours = ({ github }: TestWorkshop) =>
  github.issue('acme/shop#1').comments.filter(({ author }) => author.login === 'koubou-bot');
const labels = ({ github }: TestWorkshop) =>
  github.issue('acme/shop#1').labels.map(({ name }) => name);

describe('the way to a merged pull request', () => {
  test('from the queue on is told on the issue, and ends with both closed and the branch gone', async () => {
    const w = await workshop();
    const id = await w.queued();
    await w.settled();
    expect(labels(w)).toEqual(['koubou:queued']);
    expect(ours(w)[0]?.body).toContain('waits for an agent');
    const commit = await w.worked(id, { 'a.txt': 'one\ntwo\nthree\nfour\n' });
    await w.settled();
    expect(branchAt(w, BRANCH)).toBe(commit);
    expect(w.task().pull).toMatchObject({
      number: 2,
      state: 'open',
      headCommit: commit,
      isDraft: false,
      mergeable: 'clean',
    });
    const pull = w.github.pull('acme/shop#2');
    expect(pull.title).toBe('The total is wrong');
    expect(pull.body).toContain('Closes #1');
    expect(pull.body).toContain('It was left out.');
    expect(pull.body).toContain('`npm test` passed after 4 s.');
    expect(pull.body).toContain('- `a.txt`');
    await w.settled(5_000);
    expect(labels(w)).toEqual(['koubou:review']);
    expect(ours(w)).toHaveLength(1);
    expect(ours(w)[0]?.body).toContain('[acme/shop#2](');
    await w.submit({ type: 'task.approve', taskId: id });
    expect(w.pulls().merge(w.task())).toEqual({ state: 'waiting' });
    await w.settled();
    expect(w.task()).toMatchObject({
      state: 'completed',
      merge: { state: 'merged', how: 'pull_request' },
      pull: { state: 'merged' },
    });
    expect(w.github.issue('acme/shop#1').state).toBe('closed');
    expect(branchAt(w, BRANCH)).toBe('');
    await w.settled(5_000);
    expect(labels(w)).toEqual(['koubou:done']);
    expect(ours(w)[0]?.body).toContain('done: the change is in');
    const before = w.github.requests.length;
    await w.settled(3_600_000);
    expect(w.github.requests.length).toBe(before);
  });

  test('a person who merges at GitHub completes the task without an approval here', async () => {
    const w = await workshop();
    const id = await w.queued();
    await w.worked(id, { 'a.txt': '1\n' });
    await w.settled();
    await w.github.mergeByHand('acme/shop#2');
    await w.pulls().follow([id]);
    await w.settled();
    expect(w.task()).toMatchObject({ state: 'completed', pull: { endedBy: 'alice' } });
  });

  test('a person who pushes on top keeps that, and the merge of both completes the task', async () => {
    const w = await workshop();
    const id = await w.queued();
    await w.worked(id, { 'a.txt': '1\n' });
    await w.settled();
    const theirs = await w.github.push('acme/shop', { branch: BRANCH, files: { 'b.txt': 'b\n' } });
    await w.pulls().follow([id]);
    expect(w.task().pull?.headCommit).toBe(theirs);
    await w.github.review('acme/shop#2', { state: 'CHANGES_REQUESTED', body: 'Also c, please.' });
    await w.pulls().follow([id]);
    const again = await w.worked(id, { 'c.txt': 'c\n' });
    await w.settled();
    expect(branchAt(w, BRANCH)).toBe(again);
    const { dir } = w.github.repo('acme/shop');
    expect(
      execFileSync('git', ['-C', dir, 'ls-tree', '--name-only', again], { encoding: 'utf8' }),
    ).toContain('b.txt');
    await w.github.mergeByHand('acme/shop#2');
    await w.pulls().follow([id]);
    expect(w.task().state).toBe('completed');
  });

  test('closed without being merged it fails the task; reopened it is queued again', async () => {
    const w = await workshop();
    const id = await w.queued();
    await w.worked(id, { 'a.txt': '1\n' });
    await w.settled();
    w.github.closeIssue('acme/shop#2');
    await w.pulls().follow([id]);
    expect(w.task()).toMatchObject({ state: 'failed', failure: { code: 'closed_unmerged' } });
    expect(w.task().failure?.message).toContain('closed by alice');
    w.github.reopenIssue('acme/shop#2');
    await w.pulls().follow([id]);
    expect(w.task().state).toBe('queued');
  });
});

describe('reviewers', () => {
  const asked = { body: 'Not yet.', comments: [{ path: 'a.txt', line: 1, body: 'Why 1? @ada' }] };

  test('who ask for changes send the task back, once, and are answered after the next attempt', async () => {
    const w = await workshop();
    const id = await w.queued();
    await w.worked(id, { 'a.txt': '1\n' });
    await w.settled();
    await w.github.review('acme/shop#2', { state: 'CHANGES_REQUESTED', ...asked });
    await w.pulls().follow([id]);
    expect(w.task().state).toBe('queued');
    const [feedback] = w.task().feedback;
    expect(feedback).toMatchObject({
      by: 'github:reviewer',
      comments: [{ path: 'a.txt', line: 1, side: 'after', text: 'Why 1? @ada', quote: '1' }],
    });
    expect(feedback?.comment).toContain('Not yet.');
    await w.restart(true);
    await w.pulls().follow([id]);
    const commit = await w.worked(id, { 'a.txt': '2\n' });
    await w.settled();
    await w.restart(true);
    await w.settled(5_000);
    expect(w.task()).toMatchObject({ state: 'review', feedback: [feedback] });
    const { threads, requested } = w.github.pull('acme/shop#2').pull;
    expect(threads[0]?.comments.map(({ body }) => body)).toEqual([
      'Why 1? @ada',
      expect.stringContaining(commit),
    ]);
    expect(threads[0]?.resolvedBy?.login).toBe('koubou-bot');
    expect(requested.map(({ login }) => login)).toEqual(['reviewer']);
  });

  test('who only praise, or may not write, send nothing back', async () => {
    const w = await workshop({ repo: { roles: { stranger: 'read' } } });
    const id = await w.queued();
    await w.worked(id, { 'a.txt': '1\n' });
    await w.settled();
    await w.github.review('acme/shop#2', { state: 'COMMENTED', body: 'Nice.' });
    await w.github.review('acme/shop#2', { state: 'CHANGES_REQUESTED', ...asked }, 'stranger');
    await w.pulls().follow([id]);
    expect(w.task()).toMatchObject({ state: 'review', feedback: [] });
  });

  test('who ask for changes while a merge waits for checks, stop it', async () => {
    const w = await workshop();
    w.github.protect('acme/shop', 'main', { checks: ['ci'] });
    const id = await w.queued();
    await w.worked(id, { 'a.txt': '1\n' });
    await w.settled();
    await w.github.setCheck('acme/shop', 2, 'ci', null);
    await w.submit({ type: 'task.approve', taskId: id });
    await w.settled();
    expect(w.github.pull('acme/shop#2').pull.autoMerge).not.toBeNull();
    expect(w.task().pull?.autoMerge).toBe(true);
    await w.github.review('acme/shop#2', { state: 'CHANGES_REQUESTED', ...asked });
    await w.pulls().follow([id]);
    expect(w.github.pull('acme/shop#2').pull.autoMerge).toBeNull();
    expect(w.task().state).toBe('queued');
  });
});

describe('a merge', () => {
  async function approved(w: TestWorkshop): Promise<void> {
    await w.submit({ type: 'task.approve', taskId: w.task().id });
    await w.settled();
  }

  async function inReview(options?: WorkshopOptions): Promise<TestWorkshop> {
    const w = await workshop(options);
    await w.worked(await w.queued(), { 'a.txt': '1\n' });
    await w.settled();
    return w;
  }

  test('waits for required checks, and is made by GitHub when they pass', async () => {
    const w = await workshop();
    w.github.protect('acme/shop', 'main', { checks: ['ci'] });
    const id = await w.queued();
    await w.worked(id, { 'a.txt': '1\n' });
    await w.settled();
    await w.github.setCheck('acme/shop', 2, 'ci', null);
    await approved(w);
    expect(w.task()).toMatchObject({ state: 'review', merge: { state: 'requested' } });
    await w.github.setCheck('acme/shop', 2, 'ci', 'success');
    await w.settled(20_000);
    expect(w.task()).toMatchObject({ state: 'completed' });
  });

  test('waits for checks without auto-merge, too', async () => {
    const w = await inReview();
    w.github.repo('acme/shop').allows.autoMerge = false;
    await w.github.setCheck('acme/shop', 2, 'ci', null);
    await approved(w);
    expect(w.task()).toMatchObject({ state: 'review', pull: { checks: 'pending' } });
    await w.github.setCheck('acme/shop', 2, 'ci', 'success');
    await w.settled(20_000);
    expect(w.task().state).toBe('completed');
  });

  test('is refused in words where checks failed, and made after they passed', async () => {
    const w = await inReview();
    await w.github.setCheck('acme/shop', 2, 'ci', 'failure');
    await approved(w);
    expect(w.task().merge).toMatchObject({ state: 'refused', code: 'checks_failed' });
    expect(w.task().merge).toHaveProperty('message', expect.stringContaining('(ci)'));
    await w.github.setCheck('acme/shop', 2, 'ci', 'success');
    await approved(w);
    expect(w.task().state).toBe('completed');
  });

  test('is refused where a review is required, and made after it', async () => {
    const w = await workshop();
    w.github.protect('acme/shop', 'main', { approvals: 1 });
    await w.worked(await w.queued(), { 'a.txt': '1\n' });
    await w.settled();
    await approved(w);
    expect(w.task().merge).toMatchObject({ state: 'refused', code: 'not_reviewed' });
    await w.github.review('acme/shop#2', { state: 'APPROVED' });
    await approved(w);
    expect(w.task().state).toBe('completed');
  });

  test('goes through the queue where the base has one', async () => {
    const w = await workshop({ repo: { hasMergeQueue: true } });
    w.github.protect('acme/shop', 'main', { checks: ['ci'] });
    await w.worked(await w.queued(), { 'a.txt': '1\n' });
    await w.settled();
    await w.github.setCheck('acme/shop', 2, 'ci', null);
    await approved(w);
    expect(w.task()).toMatchObject({ state: 'review', pull: { autoMerge: true } });
    await w.github.setCheck('acme/shop', 2, 'ci', 'success');
    await w.settled(20_000);
    expect(w.task().state).toBe('completed');
    expect(w.github.pull('acme/shop#2').pull.merged?.by.login).toContain('queue');
  });

  test('of a draft makes it ready first; without an approval, by rule, nothing is asked', async () => {
    const draft = await inReview({ settings: { pulls: 'draft', mergeMethod: 'rebase' } });
    expect(draft.task().pull?.isDraft).toBe(true);
    draft.github.repo('acme/shop').allows.rebase = false;
    await approved(draft);
    expect(draft.task().state).toBe('completed');
    await draft.close();
    const auto = await inReview({ settings: { merge: 'auto' } });
    expect(auto.task()).toMatchObject({ state: 'completed', pull: { endedBy: 'koubou-bot' } });
  });

  test('of a head that is behind a base that asks for more is brought up to date first', async () => {
    const w = await workshop();
    w.github.protect('acme/shop', 'main', { strict: true });
    await w.worked(await w.queued(), { 'a.txt': '1\n' });
    await w.settled();
    await w.github.push('acme/shop', { branch: 'main', files: { 'other.txt': 'x\n' } });
    await approved(w);
    await w.settled(20_000);
    expect(w.task()).toMatchObject({ state: 'completed' });
    expect(w.task().pull?.headCommit).not.toBe(w.task().change?.commit);
  });

  test('waits until GitHub has worked out whether it can be made', async () => {
    const w = await inReview({ isLateWithMergeable: true });
    await approved(w);
    await w.settled(10_000);
    expect(w.task().state).toBe('completed');
  });
});

test('a conflict with the base goes back to an agent with its files, three times, then to a person', async () => {
  const w = await workshop();
  const id = await w.queued();
  for (const n of [1, 2, 3, 4]) {
    await w.worked(id, { 'a.txt': `mine ${n}\n` });
    await w.settled();
    await w.github.push('acme/shop', { branch: 'main', files: { 'a.txt': `theirs ${n}\n` } });
    await w.pulls().follow([id]);
    expect(w.task().state).toBe(n < 4 ? 'queued' : 'review');
  }
  expect(w.task().feedback).toHaveLength(3);
  expect(w.task().feedback[0]?.comment).toContain(
    'in conflict with main, in these files:\n- a.txt',
  );
  expect(w.pulls().trouble(id)).toContain('in a.txt, also after 3 further attempts');
});

describe('trouble', () => {
  test('a token revoked in the middle makes it wait, and a new sign-in goes on', async () => {
    const w = await workshop();
    const id = await w.queued();
    await w.settled();
    w.github.revokeToken(w.token());
    await w.worked(id, { 'a.txt': '1\n' });
    await w.settled(60_000);
    expect(w.task()).toMatchObject({ state: 'review', pull: null });
    await w.signIn();
    await w.settled(5_000);
    expect(w.task().pull).toMatchObject({ number: 2, state: 'open' });
    expect(ours(w)).toHaveLength(1);
  });

  test('a renamed repository is found under its new name', async () => {
    const w = await workshop();
    const id = await w.queued();
    await w.settled();
    w.github.renameRepo('acme/shop', 'store');
    await w.worked(id, { 'a.txt': '1\n' });
    await w.settled(5_000);
    expect(w.task().pull).toMatchObject({ repo: 'acme/store', state: 'open' });
    await w.submit({ type: 'task.approve', taskId: id });
    await w.settled(5_000);
    expect(w.task().state).toBe('completed');
    expect(w.github.issue('acme/store#1').state).toBe('closed');
  });

  test('an account that may not push leaves the task in review, with what to do', async () => {
    const w = await workshop({ repo: { roles: { 'koubou-bot': 'read' } } });
    const id = await w.queued();
    await w.worked(id, { 'a.txt': '1\n' });
    await w.settled();
    expect(w.task()).toMatchObject({ state: 'review', pull: null });
    expect(w.pulls().trouble(id)).toContain('the right to push');
    await w.submit({ type: 'task.approve', taskId: id });
    await w.settled();
    expect(w.task().merge).toMatchObject({ state: 'refused', code: 'forge_refused' });
    w.github.repo('acme/shop').roles.set('koubou-bot', 'write');
    await w.settled(3_600_000);
    expect(w.task().pull).toMatchObject({ state: 'open' });
    expect(w.pulls().trouble(id)).toBeNull();
  });

  test('a branch that somebody made into something else is not overwritten', async () => {
    const w = await workshop();
    const theirs = await w.github.push('acme/shop', {
      branch: BRANCH,
      files: { 'a.txt': 'theirs\n' },
    });
    const id = await w.queued();
    await w.worked(id, { 'a.txt': 'mine\n' });
    await w.settled();
    expect(branchAt(w, BRANCH)).toBe(theirs);
    expect(w.task()).toMatchObject({ state: 'queued' });
    expect(w.task().feedback[0]?.comment).toContain('- a.txt');
  });
});

describe('never twice', () => {
  const steps = [
    /POST .*\/pulls$/,
    /POST .*\/issues\/1\/comments$/,
    /POST .*\/labels$/,
    /POST .*git-receive-pack$/,
    /PUT .*\/merge$/,
    /PATCH .*\/issues\/comments/,
  ];
  test.each(steps)('when %s was done and the coordinator ended before it knew', async (match) => {
    const w = await workshop();
    w.github.fault({ match, status: 502, afterActing: true });
    const id = await w.queued();
    await w.settled();
    await w.restart(true);
    await w.worked(id, { 'a.txt': '1\n' });
    await w.settled();
    await w.restart(true);
    await w.settled(60_000);
    await w.submit({ type: 'task.approve', taskId: id });
    w.pulls().merge(w.task());
    await w.settled();
    await w.restart();
    await w.settled(60_000);
    expect(w.task().state).toBe('completed');
    expect(pullsOf(w)).toHaveLength(1);
    expect(ours(w)).toHaveLength(1);
    expect(labels(w)).toEqual(['koubou:done']);
  });
});
