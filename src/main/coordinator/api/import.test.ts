/** Importing over the real API: what a preview says and leaves alone, and that no item is lost or made twice. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OPERATIONS } from '../../../shared/contract.ts';
import { ErrorBody } from '../../../shared/errors.ts';
import type { Payload } from '../../../shared/import/payload.ts';
import { openTestApi, TOKEN, type TestApi } from './testing.ts';

let api: TestApi;
beforeEach(async () => {
  api = await openTestApi();
});
afterEach(() => api.close());

const ENGINE = { kind: 'command', run: 'true' };
const ISSUE = 'https://github.com/acme/shop/issues/12';
const ORIGIN = { forge: 'github', url: ISSUE, ref: 'acme/shop#12' };

async function post(path: string, body: unknown, key?: string): Promise<unknown> {
  const response = await fetch(new URL(path, api.url), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${TOKEN}`,
      'content-type': 'application/json',
      ...(key !== undefined && { 'idempotency-key': key }),
    },
    body: JSON.stringify(body),
  });
  return await response.json();
}

async function preview(payload: Payload) {
  const { output } = OPERATIONS['import.preview'];
  return output.parse(await post('/api/v1/import/preview', { payload })).items;
}

async function create(items: readonly object[], key?: string) {
  const { output } = OPERATIONS['import.create'];
  return output.parse(await post('/api/v1/import', { items }, key)).results;
}

function task(title: string, more: object = {}): object {
  return { title, repo: '/srv/shop', engine: ENGINE, ...more };
}

test('a preview asks the forge, looks at folders, and changes nothing', async () => {
  const lines = [
    `${ISSUE} As the page calls it`,
    'https://gitlab.com/acme/shop/-/issues/3 Only its link',
    '/srv/shop',
    '/srv/missing',
    'https://github.com/acme/shop',
  ];
  const items = await preview({ kind: 'text', text: lines.join('\n') });
  expect(items).toMatchObject([
    { kind: 'issue', title: 'Title of acme/shop#12', labels: ['bug'], problem: null },
    { kind: 'issue', title: 'Only its link', problem: { code: 'sign_in_first' } },
    { kind: 'repository', repo: '/srv/shop', problem: null },
    {
      kind: 'repository',
      problem: { code: 'repo_problem', message: 'there is no repository at /srv/missing' },
    },
    { kind: 'repository', problem: { code: 'sign_in_first' } },
  ]);
  expect(items[0]?.body).toBe(`${ISSUE}\n\nAs it says there.`);
  expect(api.journal.seq()).toBe(0);
});

test('a preview marks what was made of the same issue: the open task, or the newest', async () => {
  await create([task('One', { origin: ORIGIN }), task('Two', { origin: ORIGIN, again: true })]);
  const twin = async () => (await preview({ kind: 'text', text: `${ISSUE}?x#y` }))[0]?.duplicateOf;
  expect(await twin()).toEqual({ id: 'task-2', state: 'pending' });
  await post('/api/v1/tasks/task-2/cancel', {});
  expect(await twin()).toEqual({ id: 'task-1', state: 'pending' });
  await post('/api/v1/tasks/task-1/cancel', {});
  expect(await twin()).toEqual({ id: 'task-2', state: 'cancelled' });
});

test('each item is made by itself: one that is refused holds up no other', async () => {
  const results = await create([
    task('One', { origin: ORIGIN }),
    task('Two', { repo: '/srv/missing' }),
    task('Three', { origin: ORIGIN }),
    task('Four', { after: ['task-99'] }),
    task('Five'),
  ]);
  expect(results.map((one) => (one.ok ? one.id : one.error.code))).toEqual([
    'task-1',
    'repo_not_found',
    'duplicate',
    'unknown_dependency',
    'task-2',
  ]);
  expect(api.journal.tasks({ limit: 10 }).map(({ title }) => title)).toEqual(['Five', 'One']);
});

test('asked for again under the same keys, what was made is answered, and what was refused is tried', async () => {
  const items = [task('One', { key: 'a' }), task('Two', { key: 'b', after: ['task-2'] })];
  const first = await create(items);
  expect(first.map(({ ok }) => ok)).toEqual([true, false]);
  await create([task('Three')]);
  const second = await create(items);
  expect(second).toMatchObject([first[0], { ok: true, id: 'task-3' }]);
  // Without keys of their own, the key of the request counts.
  const others = [task('Four'), task('Five')];
  expect(await create(others, 'k')).toEqual(await create(others, 'k'));
  expect(api.journal.workshop().lastTask).toBe(5);
  const changed = await create([task('Other', { key: 'a' })]);
  expect(changed).toMatchObject([{ ok: false, error: { code: 'idempotency_conflict' } }]);
});

test('a thousand are made in their order, in few commits', async () => {
  const commits: number[] = [];
  api.journal.subscribe((events) => commits.push(events.length));
  const results = await create(Array.from({ length: 1_000 }, (_, i) => task(`Task ${i + 1}`)));
  expect(results.every((one, i) => one.ok && one.id === `task-${i + 1}`)).toBe(true);
  expect(commits).toEqual([1_000]);
});

test('takes five megabytes of files, and says how much is too much', async () => {
  const file = (bytes: number): Payload => ({
    kind: 'files',
    files: [{ kind: 'file', name: 'a.md', base64: Buffer.alloc(bytes, 'a ').toString('base64') }],
  });
  expect(await preview(file(4 * 2 ** 20))).toMatchObject([{ kind: 'task' }]);
  expect(await preview(file(5.5 * 2 ** 20))).toMatchObject([{ problem: { code: 'too_large' } }]);
  const answer = ErrorBody.parse(
    await post('/api/v1/import/preview', { payload: file(9 * 2 ** 20) }),
  );
  expect(answer.error).toMatchObject({
    code: 'payload_too_large',
    message: 'the body is larger than 8388608 bytes',
  });
});
