/** Changes brought to a real GitHub protocol and real git: one pull request and one comment, whatever breaks on the way. */
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import {
  BRANCH,
  branchAt,
  commentsOf,
  labelsOf,
  pullsOf,
  workshopsOfTests,
} from './pulls-workshop.ts';

const workshop = workshopsOfTests();

describe('the way to a merged pull request', () => {
  test('from the queue on is told on the issue, and ends with both closed and the branch gone', async () => {
    const w = await workshop();
    const id = await w.queued();
    await w.settled();
    expect(labelsOf(w)).toEqual(['koubou:queued']);
    expect(commentsOf(w)[0]?.body).toContain('waits for an agent');
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
    await w.settled(10_000);
    expect(labelsOf(w)).toEqual(['koubou:review']);
    expect(commentsOf(w)).toHaveLength(1);
    expect(commentsOf(w)[0]?.body).toContain('[acme/shop#2](');
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
    await w.settled(10_000);
    expect(labelsOf(w)).toEqual(['koubou:done']);
    expect(commentsOf(w)[0]?.body).toContain('done: the change is in');
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

describe('never twice', () => {
  const steps = [
    /POST .*\/pulls$/,
    /POST .*\/issues\/1\/comments$/,
    /POST .*\/labels$/,
    // After the push.
    /GET .*\/pulls\?/,
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
    expect(w.github.requests.filter(({ status }) => status === 502)).toHaveLength(1);
    expect(w.task().state).toBe('completed');
    expect(pullsOf(w)).toHaveLength(1);
    expect(commentsOf(w)).toHaveLength(1);
    expect(labelsOf(w)).toEqual(['koubou:done']);
  });
});
