/** What keeps a change from GitHub is said, loses nothing, and goes on when it has passed. */
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
    await w.settled(10_000);
    expect(w.task().pull).toMatchObject({ number: 2, state: 'open' });
    expect(commentsOf(w)).toHaveLength(1);
  });

  test('a renamed repository is found under its new name', async () => {
    const w = await workshop();
    const id = await w.queued();
    await w.settled();
    w.github.renameRepo('acme/shop', 'store');
    await w.worked(id, { 'a.txt': '1\n' });
    await w.settled(10_000);
    expect(w.task().pull).toMatchObject({ repo: 'acme/store', state: 'open' });
    await w.submit({ type: 'task.approve', taskId: id });
    await w.settled(10_000);
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

  test.each([403, 404, 409, 422, 429, 500])(
    'an answer of %d to each first write loses nothing',
    async (status) => {
      const w = await workshop();
      const limit = {
        headers: { 'retry-after': '1' },
        body: { message: 'You have exceeded a secondary rate limit' },
      };
      const refusal = status === 403 || status === 429 ? limit : { body: { message: 'Not now' } };
      for (const match of [
        /POST .*\/comments/,
        /POST .*\/labels/,
        /POST .*\/pulls$/,
        /PUT .*\/merge/,
      ])
        w.github.fault({ match, status, ...refusal });
      const id = await w.queued();
      await w.worked(id, { 'a.txt': '1\n' });
      for (let n = 0; n < 3; n++) await w.settled(3_600_000);
      await w.submit({ type: 'task.approve', taskId: id });
      for (let n = 0; n < 3; n++) await w.settled(3_600_000);
      if (w.task().merge?.state === 'refused') {
        await w.submit({ type: 'task.approve', taskId: id });
        for (let n = 0; n < 3; n++) await w.settled(3_600_000);
      }
      expect(w.task().state).toBe('completed');
      expect(pullsOf(w)).toHaveLength(1);
      expect(commentsOf(w)).toHaveLength(1);
      expect(labelsOf(w)).toEqual(['koubou:done']);
    },
  );

  test('while the workshop is stopped nothing is merged, and when it goes on it is', async () => {
    const w = await workshop();
    const id = await w.queued();
    await w.worked(id, { 'a.txt': '1\n' });
    await w.settled();
    await w.github.setCheck('acme/shop', 2, 'ci', null);
    await w.submit({ type: 'task.approve', taskId: id });
    await w.settled();
    await w.submit({ type: 'workshop.stop', how: 'freeze', reason: 'look first' });
    await w.github.setCheck('acme/shop', 2, 'ci', 'success');
    await w.settled(60_000);
    expect(w.task()).toMatchObject({ state: 'review', merge: { state: 'requested' } });
    await w.submit({ type: 'workshop.restart' });
    await w.settled();
    expect(w.task().state).toBe('completed');
  });

  test('a deleted repository is said, and nothing else is made of it', async () => {
    const w = await workshop();
    const id = await w.queued();
    await w.worked(id, { 'a.txt': '1\n' });
    await w.settled();
    await w.github.deleteRepo('acme/shop');
    await w.pulls().follow([id]);
    expect(w.task()).toMatchObject({ state: 'review', pull: { state: 'open' } });
    expect(w.pulls().trouble(id)).toContain('deleted, or is private');
  });
});

test('many are followed with one request, and brought with few', async () => {
  const w = await workshop();
  const ids = [];
  for (let n = 2; n <= 6; n++) {
    w.github.createIssue('acme/shop', { title: `Number ${n}` });
    ids.push(await w.queued(n));
  }
  for (const id of ids) await w.worked(id, { [`${id}.txt`]: '1\n' });
  await w.settled();
  expect(ids.map((id) => w.task(id).pull?.state)).toEqual(ids.map(() => 'open'));
  const before = w.github.requests.length;
  await w.pulls().follow(ids);
  const asked = w.github.requests.slice(before);
  expect(asked.filter(({ path }) => path.endsWith('/graphql'))).toHaveLength(1);
  expect(asked.filter(({ cost }) => cost > 0)).toHaveLength(1);
});
