/** Merging by the rules of a repository: checks, reviews, queues, drafts, ways of merging. */
import { describe, expect, test } from 'vitest';
import { workshopsOfTests, type TestWorkshop, type WorkshopOptions } from './pulls-workshop.ts';

const workshop = workshopsOfTests();

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

  test('that GitHub was to make by itself does not come when the task is cancelled; the pull request is closed', async () => {
    const w = await workshop({ settings: { merge: 'auto' } });
    w.github.protect('acme/shop', 'main', { checks: ['ci'] });
    await w.worked(await w.queued(), { 'a.txt': '1\n' });
    await w.settled();
    await w.github.setCheck('acme/shop', 2, 'ci', null);
    await w.settled(20_000);
    expect(w.task()).toMatchObject({ state: 'review', pull: { autoMerge: true } });
    await w.submit({ type: 'task.reject', taskId: w.task().id, comment: 'not wanted' });
    await w.settled();
    await w.github.setCheck('acme/shop', 2, 'ci', 'success');
    await w.settled(20_000);
    expect(w.task().state).toBe('cancelled');
    const { state, pull } = w.github.pull('acme/shop#2');
    expect(state).toBe('closed');
    expect(pull.merged).toBeNull();
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
    await draft.settled(10_000);
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
