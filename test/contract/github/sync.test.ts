/** What people do with an issue at GitHub reaches its task, by polls alone. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { attemptIdOf, taskIdOf } from '../../../src/shared/ids.ts';
import { AGENT, SyncWorkshop } from './sync-workshop.ts';

let w: SyncWorkshop;

beforeEach(async () => {
  w = await SyncWorkshop.open();
  w.github.createIssue('acme/shop', { title: 'The total is wrong', body: 'It should be 3.' });
});

afterEach(async () => {
  const { violations } = w.github;
  await w.close();
  expect(violations).toEqual([]);
});

const SHOP = 'acme/shop#1';
const lists = () =>
  w.github.requests.filter(({ path }) => path.includes('/repos/acme/shop/issues?'));

describe('within one poll', () => {
  test('an edit, a label and a comment are in the task', async () => {
    const id = await w.imported(SHOP);
    await w.polled();
    w.github.editIssue(SHOP, { title: 'The sum is wrong', body: 'It should be 4.' });
    w.github.label(SHOP, 'koubou:high');
    w.github.comment(SHOP, 'And with taxes 5.', 'bob');
    await w.polled();
    expect(w.task(id)).toMatchObject({ title: 'The sum is wrong', priority: 'high' });
    expect(w.task(id).body).toContain('It should be 4.');
    expect(w.task(id).body).toContain('And with taxes 5.');
    w.github.unlabel(SHOP, 'koubou:high');
    await w.polled();
    expect(w.task(id).priority).toBe('normal');
  });

  test('a label keeps the task on its agent, whatever engine it had, and frees it again', async () => {
    const id = await w.imported(SHOP);
    await w.polled();
    w.github.label(SHOP, 'local-only');
    await w.polled();
    expect(w.task(id)).toMatchObject({ localOnly: true, engine: { kind: 'ollama' } });
    w.github.label(SHOP, 'koubou:engine=claude-code');
    await w.polled();
    expect(w.task(id)).toMatchObject({ localOnly: true, engine: { kind: 'ollama' } });
    w.github.unlabel(SHOP, 'local-only');
    await w.polled();
    expect(w.task(id)).toMatchObject({ localOnly: false, engine: { kind: 'claude-code' } });
  });

  test('a close cancels the task with who did it, and a reopening makes another', async () => {
    const id = await w.imported(SHOP);
    await w.polled();
    w.github.closeIssue(SHOP);
    await w.polled();
    expect(w.task(id)).toMatchObject({
      state: 'cancelled',
      cancelReason: 'acme/shop#1 was closed by alice at the forge',
    });
    w.rules = [{ repo: `${w.github.web}/acme/shop`, label: 'koubou' }];
    await w.polled();
    w.github.reopenIssue(SHOP);
    await w.polled();
    await w.polled();
    expect(w.tasksOf(SHOP).map(({ state }) => state)).toEqual(['pending', 'cancelled']);
  });

  test('nothing is asked twice: a quiet poll is one request that costs nothing', async () => {
    await w.imported(SHOP);
    await w.polled();
    await w.polled();
    const before = w.github.requests.length;
    const seq = w.journal.seq();
    for (let i = 0; i < 5; i += 1) await w.polled();
    const asked = w.github.requests.slice(before);
    expect(asked.map(({ status }) => status)).toEqual([304, 304, 304, 304, 304]);
    expect(lists().length).toBeGreaterThan(5);
    expect(w.journal.seq()).toBe(seq);
  });

  test('what a person set here stays while the issue says what it said', async () => {
    const id = await w.imported(SHOP);
    await w.submit({ type: 'task.update', taskId: id, title: 'Mine', priority: 'urgent' });
    w.github.label(SHOP, 'wontfix-maybe');
    await w.polled();
    expect(w.task(id)).toMatchObject({ priority: 'urgent' });
    const titled = w.task(id).title;
    await w.polled();
    expect(w.task(id).title).toBe(titled);
  });
});

describe('while an attempt holds the task', () => {
  test('an edit waits, and is taken when the attempt has ended', async () => {
    const id = await w.imported(SHOP);
    await w.polled();
    await w.queued(id);
    await w.submit({ type: 'task.assign', taskId: id, agentId: AGENT, reasons: [] });
    w.github.editIssue(SHOP, { body: 'It should be 7.' });
    await w.polled();
    expect(w.task(id).body).not.toContain('be 7');
    await w.submit({
      ...{ type: 'attempt.give_up', attemptId: attemptIdOf(id, 1) },
      ...{ code: 'agent_lost', message: 'gone' },
    });
    await w.settled(3_000);
    expect(w.task(id).body).toContain('It should be 7.');
  });

  test('a close ends the attempt', async () => {
    const id = await w.imported(SHOP);
    await w.polled();
    await w.queued(id);
    await w.submit({ type: 'task.assign', taskId: id, agentId: AGENT, reasons: [] });
    w.github.closeIssue(SHOP);
    await w.polled();
    expect(w.task(id).state).toBe('cancelled');
    expect(w.journal.attempt(attemptIdOf(id, 1))?.state).toBe('cancelled');
  });
});

describe('what a task waits for', () => {
  test('is told off when it is closed, here and in a repository that nobody polls', async () => {
    await w.github.createRepo('acme/till', { files: { a: 'a' } });
    w.github.createIssue('acme/shop', { title: 'First' });
    w.github.createIssue('acme/till', { title: 'Elsewhere' });
    w.github.editIssue(SHOP, { body: 'Depends on #2\n\nBlocked by acme/till#1' });
    const blockers = [w.originOf('acme/shop#2'), w.originOf('acme/till#1')];
    const id = await w.imported(SHOP, { blockers });
    await w.polled();
    expect(w.task(id)).toMatchObject({ state: 'blocked', blockers });
    expect(w.trouble).toBeNull();
    w.github.closeIssue('acme/shop#2');
    await w.polled();
    expect(w.task(id).blockers).toEqual([w.originOf('acme/till#1')]);
    w.github.closeIssue('acme/till#1');
    await w.polled();
    expect(w.task(id)).toMatchObject({ state: 'queued', blockers: [] });
  });
});

describe('a repository', () => {
  test('that was renamed is followed under its new name, without a second task', async () => {
    const id = await w.imported(SHOP);
    await w.polled();
    w.github.renameRepo('acme/shop', 'store');
    await w.polled();
    w.github.editIssue('acme/store#1', { title: 'Renamed' });
    await w.polled();
    expect(w.task(id).title).toBe('Renamed');
    expect(w.journal.workshop().lastTask).toBe(1);
    expect(w.trouble).toBeNull();
  });

  test('that is gone leaves its task, and says so until it is there again', async () => {
    const id = await w.imported(SHOP);
    await w.polled();
    await w.github.deleteRepo('acme/shop');
    await w.polled();
    expect(w.trouble).toMatch(/acme\/shop/);
    expect(w.task(id).state).toBe('pending');
  });
});

test('a revoked token waits for a person, and loses nothing', async () => {
  const id = await w.imported(SHOP);
  await w.polled();
  w.github.fault({ status: 401, times: Infinity });
  w.github.editIssue(SHOP, { title: 'Said while signed out' });
  await w.polled();
  expect(w.task(id).title).toBe('The total is wrong');
  w.github.clearFaults();
  await w.signIn();
  await w.settled(3_000);
  expect(w.task(taskIdOf(1)).title).toBe('Said while signed out');
});
