/** What keeps a change from GitHub is said, loses nothing, and goes on when it has passed. */
import { afterEach, describe, expect, test } from 'vitest';
import {
  BRANCH,
  branchAt,
  commentsOf,
  openWorkshop,
  type TestWorkshop,
  type WorkshopOptions,
} from './pulls-workshop.ts';

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
});
