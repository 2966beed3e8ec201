/** Rules make tasks of issues by themselves: each once, whichever way it was heard of, and not against what a person decided. */
import { randomUUID } from 'node:crypto';
import { sign } from '@octokit/webhooks-methods';
import { afterEach, describe, expect, test } from 'vitest';
import type { GitHubRule } from '../../../src/shared/github-rules.ts';
import { GitHubRules } from '../../../src/shared/github-rules.ts';
import { SyncWorkshop } from './sync-workshop.ts';

let w: SyncWorkshop;

async function workshop(...rules: GitHubRule[]): Promise<void> {
  w = await SyncWorkshop.open(rules);
}

afterEach(async () => {
  const { violations } = w.github;
  await w.close();
  expect(violations).toEqual([]);
});

const LABEL: GitHubRule = { repo: 'acme/shop', label: 'koubou' };
const issue = (title: string, ...labels: string[]) =>
  w.github.createIssue('acme/shop', { title, labels });
const titles = () => w.journal.tasks({ limit: 500 }).map(({ title }) => title);

describe('a rule for a label', () => {
  test('takes what has it from the start, and what gets it later; nothing else', async () => {
    await workshop(LABEL);
    issue('Meant', 'Koubou');
    issue('Not meant', 'bug');
    issue('Closed', 'koubou');
    w.github.closeIssue('acme/shop#3');
    await w.polled();
    expect(titles()).toEqual(['Meant']);
    expect(w.task()).toMatchObject({ createdBy: 'forge', source: { state: 'open' } });
    w.github.label('acme/shop#2', 'koubou');
    await w.polled();
    expect(titles()).toEqual(['Not meant', 'Meant']);
  });

  test('makes one task by webhook, poll and restart together, also when all that was cached is lost', async () => {
    await workshop(LABEL);
    await w.hook();
    w.github.webhooks.treat({ copies: 3 });
    issue('Meant', 'koubou');
    await w.settled();
    await w.polled();
    await w.restart();
    await w.polled();
    await w.restart(true);
    await w.polled();
    for (const one of w.github.webhooks.deliveries) w.github.webhooks.redeliver(one);
    await w.settled();
    expect(titles()).toEqual(['Meant']);
    expect(w.tasksOf('acme/shop#1')).toHaveLength(1);
  });

  test('leaves what a person cancelled, until it is labelled anew', async () => {
    await workshop(LABEL);
    issue('Meant', 'koubou');
    await w.polled();
    await w.submit({ type: 'task.cancel', taskId: w.task().id, reason: 'not now' });
    w.github.comment('acme/shop#1', 'Please.');
    await w.polled();
    await w.restart();
    await w.polled();
    expect(titles()).toHaveLength(1);
    w.github.unlabel('acme/shop#1', 'koubou');
    await w.polled();
    w.github.label('acme/shop#1', 'koubou');
    await w.polled();
    expect(w.tasksOf('acme/shop#1').map(({ state }) => state)).toEqual(['pending', 'cancelled']);
  });

  test('leaves what a person cancelled, until it is reopened', async () => {
    await workshop(LABEL);
    issue('Meant', 'koubou');
    await w.polled();
    await w.submit({ type: 'task.cancel', taskId: w.task().id, reason: 'not now' });
    w.github.closeIssue('acme/shop#1');
    await w.polled();
    expect(titles()).toHaveLength(1);
    w.github.reopenIssue('acme/shop#1');
    await w.polled();
    expect(w.openTaskOf('acme/shop#1')?.state).toBe('pending');
  });

  test('does not make a second task of what somebody imported by hand', async () => {
    await workshop(LABEL);
    issue('By hand');
    await w.imported('acme/shop#1');
    w.github.label('acme/shop#1', 'koubou');
    await w.polled();
    expect(titles()).toHaveLength(1);
  });

  test('takes along what the issue asks for, and what it waits for', async () => {
    await workshop(LABEL);
    issue('First', 'koubou');
    issue('Elsewhere');
    w.github.createIssue('acme/shop', {
      ...{ title: 'Then', body: 'Depends on #1, #2' },
      labels: ['koubou', 'koubou:urgent', 'koubou:specialty=backend'],
    });
    await w.polled();
    await w.polled();
    const [first, then] = [w.openTaskOf('acme/shop#1'), w.openTaskOf('acme/shop#3')];
    expect(then).toMatchObject({ priority: 'urgent', specialty: 'backend', state: 'blocked' });
    expect(then?.blockers.map(({ ref }) => ref)).toContain('acme/shop#2');
    expect([then?.after, then?.blockers.length]).toEqual([[first?.id], 1]);
  });
});

test('a rule for who is assigned takes theirs only, and no pull requests', async () => {
  await workshop({ repo: 'acme/shop', assignee: 'koubou-bot' });
  w.github.createIssue('acme/shop', { title: 'Theirs', assignees: ['koubou-bot'] });
  w.github.createIssue('acme/shop', { title: 'Others', assignees: ['alice'] });
  await w.polled();
  w.github.createIssue('acme/shop', { title: 'Later', assignees: ['koubou-bot'] });
  await w.polled();
  expect(titles()).toEqual(['Later', 'Theirs']);
});

test('a rule for a search takes what it finds, in repositories that nobody named', async () => {
  await workshop({ query: 'org:acme', label: 'koubou' });
  await w.github.createRepo('acme/till', { files: { a: 'a' } });
  w.github.createIssue('acme/till', { title: 'Found', body: 'There.', labels: ['koubou'] });
  issue('Not found');
  await w.polled();
  expect(titles()).toEqual(['Found']);
  await w.submit({ type: 'task.cancel', taskId: w.task().id, reason: 'not now' });
  await w.polled();
  await w.restart();
  await w.polled();
  expect(titles()).toHaveLength(1);
});

test('an issue with a title of tricks and a text of a megabyte becomes a task that can be read', async () => {
  await workshop(LABEL);
  w.github.createIssue('acme/shop', {
    ...{ title: 'Pay \u202Eeruces\u202C now\u0007', body: 'x'.repeat(1_000_000) },
    labels: ['koubou'],
  });
  await w.polled();
  const tricks = w
    .task()
    .title.split('')
    .filter((letter) => letter < ' ' || letter === '\u202E');
  expect(tricks).toEqual([]);
  expect(w.task().body.length).toBeLessThanOrEqual(200_000);
});

test('a repository that the account may not see is told, and not asked every minute', async () => {
  await workshop({ repo: 'acme/hidden', label: 'koubou' });
  await w.polled();
  expect(w.trouble).toMatch(/acme\/hidden/);
  const before = w.github.requests.length;
  for (let i = 0; i < 5; i += 1) await w.polled();
  expect(w.github.requests.length - before).toBeLessThanOrEqual(1);
  w.rules = [];
  for (let i = 0; i < 31; i += 1) w.clock.advance(60_000);
  await w.settled();
  expect(w.trouble).toBeNull();
});

test('a thousand deliveries of one issue are one look at it', async () => {
  await workshop();
  issue('Busy');
  const id = await w.imported('acme/shop#1');
  await w.polled();
  const secret = await w.hook();
  const payload = JSON.stringify({
    ...{ action: 'edited', repository: { html_url: `${w.github.web}/acme/shop` } },
    issue: { number: 1, html_url: `${w.github.web}/acme/shop/issues/1` },
  });
  const signature = await sign(secret, payload);
  w.github.webhooks.treat({ copies: 0 });
  w.github.editIssue('acme/shop#1', { title: 'Busier' });
  const before = w.github.requests.length;
  const send = async (): Promise<number> => {
    const { status } = await fetch(w.hookUrl, {
      ...{ method: 'POST', body: payload },
      headers: {
        ...{ 'content-type': 'application/json', 'x-github-event': 'issues' },
        ...{ 'x-github-delivery': randomUUID(), 'x-hub-signature-256': signature },
      },
    });
    return status;
  };
  for (let i = 0; i < 20; i += 1)
    expect(new Set(await Promise.all(Array.from({ length: 50 }, send)))).toEqual(new Set([202]));
  await w.settled();
  expect(w.task(id).title).toBe('Busier');
  expect(w.github.requests.length - before).toBeLessThanOrEqual(3);
});

test.each([
  ['no repository', [{ repo: 'shop' }]],
  ['an address of something else', [{ repo: 'https://github.com/acme' }]],
  ['both', [{ repo: 'acme/shop', query: 'x' }]],
  ['nothing', [{}]],
  ['an assignee that is none', [{ repo: 'acme/shop', assignee: 'a b' }]],
  ['too many', Array.from({ length: 101 }, () => LABEL)],
])('rules with %s are refused', async (_, rules) => {
  await workshop();
  expect(GitHubRules.safeParse(rules).success).toBe(false);
});
