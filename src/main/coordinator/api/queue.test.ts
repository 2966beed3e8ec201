/** The queue over the API: its bounds, its switches, clearing it, and how long tasks waited. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { OPERATIONS } from '../../../shared/contract.ts';
import { ErrorBody } from '../../../shared/errors.ts';
import { taskIdOf } from '../../../shared/ids.ts';
import { Task, type Priority } from '../../../shared/domain/task.ts';
import { testClock, type TestClock } from '../journal/testing.ts';
import { connect, LOCAL, openTestApi, TOKEN, type TestApi } from './testing.ts';

interface Asking {
  readonly api: TestApi;
  readonly clock: TestClock;
  ask(method: string, url: string, body?: object, key?: string): Promise<Response>;
  create(more?: object, key?: string): Promise<Response>;
  /** Makes it ready for an agent. */
  queued(priority?: Priority, repo?: string): Promise<Task>;
}

/** @param config what its `config.yaml` says */
async function open(config = ''): Promise<Asking> {
  const dir = mkdtempSync(path.join(tmpdir(), 'koubou-queue-api-'));
  writeFileSync(path.join(dir, 'config.yaml'), config);
  const clock = testClock();
  const api = await openTestApi(undefined, { dir, clock: { ...clock, fire: () => {} } });
  onTestFinished(() => api.close());
  const ask: Asking['ask'] = (method, url, body, key) =>
    fetch(new URL(url, api.url), {
      method,
      headers: {
        authorization: `Bearer ${TOKEN}`,
        ...(body && { 'content-type': 'application/json' }),
        ...(key && { 'idempotency-key': key }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
  const engine = { kind: 'command', run: 'true' };
  const create: Asking['create'] = (more, key) =>
    ask('POST', '/api/v1/tasks', { repo: '/srv/shop', title: 'T', engine, ...more }, key);
  return {
    ...{ api, clock, ask, create },
    async queued(priority = 'normal', repo = '/srv/shop') {
      const task = Task.parse(await (await create({ priority, repo })).json());
      await api.submit({ type: 'task.analyse', taskId: task.id, specialty: 'general' });
      return task;
    },
  };
}

test('a full queue refuses more, says when to come back, and takes one again when one has left', async () => {
  const { api, create } = await open('queue:\n  most: 2\n');
  expect([(await create()).status, (await create({}, 'second')).status]).toEqual([201, 201]);
  const full = await create();
  expect([full.status, full.headers.get('retry-after')]).toEqual([503, '60']);
  expect(ErrorBody.parse(await full.json()).error).toMatchObject({
    code: 'queue_full',
    details: { most: 2, waiting: 2, retryAfterSeconds: 60 },
  });
  // What was accepted is answered the same.
  expect((await create({}, 'second')).status).toBe(201);
  await api.submit({ type: 'task.cancel', taskId: taskIdOf(1), reason: 'no' });
  expect((await create()).status).toBe(201);
  // One left within the last second: so the next is soon gone, too.
  expect((await create()).headers.get('retry-after')).toBe('1');
});

test('however many come at once, no more are taken than may wait', async () => {
  const { create } = await open('queue:\n  most: 5\n');
  const all = await Promise.all(Array.from({ length: 12 }, () => create()));
  expect(all.filter(({ status }) => status === 201)).toHaveLength(5);
});

test('a user has a bound of their own, which tasks of others do not fill', async () => {
  const { api, create } = await open('queue:\n  userWaiting: 2\n');
  const other = {
    ...{ title: 'Of a test', body: '', repo: { url: '/srv/shop', base: null } },
    ...{ needs: [], after: [], at: null },
  };
  const engine = { kind: 'command', run: 'true' } as const;
  await api.submit({ type: 'task.create', ...other, engine, priority: 'normal' });
  expect([(await create()).status, (await create()).status]).toEqual([201, 201]);
  const refused = await create();
  expect(refused.status).toBe(429);
  expect(ErrorBody.parse(await refused.json()).error).toMatchObject({
    code: 'quota_exceeded',
    details: { owner: 'user', most: 2, waiting: 2 },
  });
  await api.submit({ type: 'task.cancel', taskId: taskIdOf(2), reason: 'no' });
  expect((await create()).status).toBe(201);
});

test('a part of the queue is paused and resumed by itself, and the first of its lines says so', async () => {
  const { ask, queued, api } = await open();
  await api.submit(connect());
  await queued('low');
  const scope = { priority: 'low' };
  const pauses = { paused: false, pauses: [scope] };
  expect(await (await ask('POST', '/api/v1/queue/pause', { scope })).json()).toEqual(pauses);
  const { next } = OPERATIONS['queue.get'].output.parse(
    await (await ask('GET', '/api/v1/queue')).json(),
  );
  expect(next).toMatchObject([{ reason: { code: 'scope_paused', scope } }]);
  expect(await (await ask('POST', '/api/v1/queue/resume', { scope })).json()).toEqual({
    ...{ paused: false, pauses: [] },
  });
});

test('clearing takes the right number, and cancels what waits within the scope and states', async () => {
  const { ask, queued, create, api } = await open();
  const [first, other] = [await queued('low'), await queued('low', '/srv/other')];
  const normal = await queued();
  await create({ priority: 'low' });
  const scope = { priority: 'low' };
  const count = await ask('GET', '/api/v1/queue/count?priority=low&states=queued');
  expect(await count.json()).toEqual({ count: 2 });
  const states = ['queued'];
  const wrong = await ask('POST', '/api/v1/queue/clear', { scope, states, confirm: 3 });
  expect([wrong.status, ErrorBody.parse(await wrong.json()).error.details]).toEqual([
    ...[409, { count: 2 }],
  ]);
  expect(api.journal.counts().cancelled).toBe(0);
  const cleared = await ask('POST', '/api/v1/queue/clear', { scope, states, confirm: 2 });
  expect(await cleared.json()).toEqual({ cancelled: 2 });
  const after = [first, other, normal].map(({ id }) => api.journal.task(id)?.state);
  expect(after).toEqual(['cancelled', 'cancelled', 'queued']);
  const rest = await ask('POST', '/api/v1/queue/clear', { confirm: 2 });
  expect(await rest.json()).toEqual({ cancelled: 2 });
});

test('how long tasks waited is held against the targets; time with nobody there does not count', async () => {
  const { api, clock, ask, queued } = await open();
  const waited = async (): Promise<unknown> => {
    const { times } = OPERATIONS['queue.get'].output.parse(
      await (await ask('GET', '/api/v1/queue')).json(),
    );
    return times.find(({ priority }) => priority === 'normal');
  };
  const assign = (task: Task): Promise<void> =>
    api.submit({ type: 'task.assign', taskId: task.id, agentId: LOCAL, reasons: [] });
  expect(await waited()).toMatchObject({ of: 0, p50Ms: null, withinTarget: null });
  await api.submit({ type: 'queue.pause' });
  const [soon, late] = [await queued(), await queued()];
  clock.advance(600_000);
  await api.submit(connect());
  await api.submit({ type: 'queue.resume' });
  clock.advance(2_000);
  await assign(soon);
  clock.advance(38_000);
  await assign(late);
  expect(await waited()).toEqual({
    ...{ priority: 'normal', targetMs: 30_000, of: 2 },
    ...{ p50Ms: 2_000, p95Ms: 40_000, withinTarget: 0.5 },
  });
});
