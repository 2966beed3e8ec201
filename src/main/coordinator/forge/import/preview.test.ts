/** What of an issue comes into the preview of an import, and what its task is to wait for. */
import { remarkInWords, type Remark } from '../../../../shared/import/remark.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Origin } from '../../../../shared/domain/origin.ts';
import type { Understood } from '../../../../shared/import/payload.ts';
import { ok } from '../../../../shared/result.ts';
import { openJournal } from '../../journal/open.ts';
import type { Journal } from '../../journal/port.ts';
import type { Issue } from '../port.ts';
import { stillClock } from '../local/testing.ts';
import { previewImport } from './preview.ts';
import { freeBlockers } from './waits.ts';

let dir: string;
let journal: Journal;
let issues: Map<string, Issue>;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-preview-'));
  const opened = openJournal({ dir, clock: stillClock, endOfTurn: setImmediate });
  if (!opened.ok) throw new Error(opened.error.message);
  journal = opened.value;
  issues = new Map();
});
afterEach(async () => {
  await journal.close();
  rmSync(dir, { recursive: true, force: true });
});

function originOf(number: number): Origin {
  const ref = `acme/shop#${number}`;
  return { forge: 'github', url: `https://github.com/acme/shop/issues/${number}`, ref };
}

function issue(number: number, more: Partial<Issue> = {}): void {
  const origin = originOf(number);
  issues.set(origin.url, {
    ...{ origin, kind: 'issue', title: `Issue ${number}`, body: `${origin.url}\n\nText.` },
    ...{
      labels: [],
      repo: 'https://github.com/acme/shop.git',
      priority: null,
      engine: null,
      localOnly: false,
    },
    ...{ specialty: null, needs: [], blockers: [], remarks: [] },
    source: { state: 'open', author: 'ann', hash: 'a1', updatedAt: 1 },
    ...more,
  });
}

async function preview(text: string): Promise<Understood[]> {
  const { items } = await previewImport(
    { kind: 'text', text },
    {
      journal,
      forge: {
        inspect: async (url) => ok({ url, base: 'main' }),
        issues: async (origins) =>
          new Map(
            origins.flatMap(({ url }) => {
              const found = issues.get(url);
              return found ? [[url, ok(found)]] : [];
            }),
          ),
      },
      isSignedIn: (host) => ['github.com', 'code.example.com'].includes(host),
    },
  );
  return items;
}

async function makeTask(number: number, blockers: Origin[] = []): Promise<void> {
  const made = await journal.submit(
    {
      ...{ type: 'task.create', title: 'x', body: '', priority: 'normal', needs: [], after: [] },
      ...{ engine: { kind: 'command', run: 'true' }, at: null, origin: originOf(number), blockers },
      repo: { url: '/srv/shop', base: 'main' },
    },
    { actor: 'test' },
  );
  expect(made.ok).toBe(true);
}

const links = (...numbers: number[]) => numbers.map((n) => originOf(n).url).join('\n');

test('what an issue asks for is taken, but where the list says it itself', async () => {
  const remarks: Remark[] = [{ code: 'attachments' }];
  issue(1, { priority: 'high', specialty: 'backend', needs: ['gpu'], remarks });
  const [one] = await preview(links(1));
  expect(one).toMatchObject({
    ...{ title: 'Issue 1', priority: 'high', specialty: 'backend', needs: ['gpu'], remarks },
    ...{ body: `${originOf(1).url}\n\nText.`, issue: { hash: 'a1' }, problem: null },
  });
  const [own] = await preview(
    JSON.stringify([{ url: originOf(1).url, priority: 'low', body: 'Only the first.' }]),
  );
  expect(own).toMatchObject({ priority: 'low' });
  expect(own?.body).toMatch(/^Only the first\.\n\nhttps[^]*Text\.$/);
});

test('an issue that is a task already is waited for as that task, others until they are closed', async () => {
  await makeTask(2);
  issue(1, { blockers: [originOf(2), originOf(3)] });
  const [one] = await preview(links(1));
  expect(one).toMatchObject({ after: ['task-1'], blockers: [originOf(3)], remarks: [] });
});

test('issues that wait for each other do so on one side only', async () => {
  issue(1, { blockers: [originOf(2)] });
  issue(2, { blockers: [originOf(3)] });
  issue(3, { blockers: [originOf(1)] });
  const items = await preview(links(1, 2, 3));
  expect(items.map(({ blockers }) => blockers.length)).toEqual([1, 1, 0]);
  expect(items[2]?.remarks.map(remarkInWords).join()).toContain('acme/shop#1');
});

test('what waits for it as a task is not waited for', async () => {
  await makeTask(2, [originOf(1)]);
  issue(1, { blockers: [originOf(2)] });
  const [one] = await preview(links(1));
  expect(one).toMatchObject({ after: [], blockers: [] });
  expect(one?.remarks.map(remarkInWords).join()).toContain('waits for it in turn');
});

test('a closed issue is done, and a second address of one issue is the same', async () => {
  const source = { state: 'closed', author: null, hash: 'a', updatedAt: 1 } as const;
  issue(1, { source });
  const pull = 'https://github.com/acme/shop/pull/1';
  const read = issues.get(originOf(1).url);
  if (read) issues.set(pull, read);
  const items = await preview(`${links(1)}\n${pull}`);
  expect(items).toMatchObject([{ kind: 'issue', problem: { code: 'done' } }]);
});

test('a renamed repository is cloned by its new name, and its task is known by both', async () => {
  await makeTask(1);
  const moved = {
    ...originOf(1),
    url: 'https://github.com/acme/store/issues/1',
    ref: 'acme/store#1',
  };
  issue(1, { origin: moved, repo: 'https://github.com/acme/store.git' });
  const [one] = await preview(links(1));
  expect(one).toMatchObject({
    ...{ ref: moved, repo: 'https://github.com/acme/store.git' },
    duplicateOf: { id: 'task-1' },
  });
});

test('what an edit or a rule says is freed of circles, too', async () => {
  await makeTask(2, [originOf(1)]);
  await makeTask(3);
  const blockers = [originOf(2), originOf(3)];
  expect(freeBlockers({ origin: originOf(1), blockers }, journal)).toEqual([originOf(3)]);
});

test('a repository of an Enterprise server is known by who is signed in there', async () => {
  const items = await preview(
    'https://code.example.com/acme/shop\nhttps://other.example.com/acme/shop',
  );
  expect(items.map(({ kind, repo }) => [kind, repo])).toEqual([
    ['repository', 'https://code.example.com/acme/shop.git'],
    ['unknown', null],
  ]);
});

test('a repository of a host where one is signed in can be picked from', async () => {
  const items = await preview('https://github.com/acme/shop\nhttps://gitlab.com/acme/shop');
  expect(items.map(({ problem }) => problem?.code ?? null)).toEqual([null, 'sign_in_first']);
});
