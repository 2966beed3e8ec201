/** Why a task is where it is, over the API: what it waits for and since when, and each decision with those that lost. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Explanation } from '../../../shared/contract-explain.ts';
import { AgentProfile } from '../../../shared/domain/agent.ts';
import { Task } from '../../../shared/domain/task.ts';
import { AgentId, taskIdOf } from '../../../shared/ids.ts';
import { create } from '../journal/testing.ts';
import { CAPABILITIES, connect, LOCAL, openTestApi, TOKEN, type TestApi } from './testing.ts';

let api: TestApi;

beforeEach(async () => {
  api = await openTestApi();
});

afterEach(() => api.close());

const engines = [{ kind: 'command' as const, version: '1', ready: true, why: null }];

async function ask(path: string): Promise<unknown> {
  const response = await fetch(new URL(path, api.url), {
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  return response.json();
}

async function made(more: Parameters<typeof create>[0] = {}): Promise<Task> {
  await api.submit(create(more));
  const { lastTask } = api.journal.workshop();
  return Task.parse(api.journal.task(taskIdOf(lastTask)));
}

async function queued(more: Parameters<typeof create>[0] = {}): Promise<Task> {
  const task = await made(more);
  await api.submit({ type: 'task.analyse', taskId: task.id, specialty: 'backend' });
  return task;
}

async function explain({ id }: Task): Promise<Explanation> {
  return Explanation.parse(await ask(`/api/v1/tasks/${id}/explain`));
}

test('a task that is not in the queue says for which time, tasks or person it waits', async () => {
  const first = await made({ at: 8_000_000_000_000 });
  const second = await made({ after: [first.id] });
  expect((await explain(first)).pending).toEqual([
    { code: 'time', since: first.createdAt, at: 8_000_000_000_000 },
  ]);
  expect((await explain(second)).pending).toEqual([
    {
      code: 'tasks',
      since: second.createdAt,
      tasks: [{ id: first.id, title: first.title, state: 'scheduled' }],
    },
  ]);
  expect(await ask('/api/v1/tasks/task-99/explain')).toMatchObject({
    error: { code: 'not_found' },
  });
});

test('a task in the queue says what every agent lacks, and how far it is from the front', async () => {
  await api.submit(connect({ ...CAPABILITIES, engines }));
  const secret = { security: 'confidential', location: 'London' } as const;
  await queued(secret);
  const second = await queued(secret);
  const told = await explain(second);
  expect(told.demand.needs).toEqual(['at.london', 'clearance.confidential']);
  expect(told.pending).toMatchObject([
    {
      code: 'queue',
      ahead: 1,
      reason: { code: 'unable', agents: [{ agentId: LOCAL, lack: { code: 'wrong_place' } }] },
    },
  ]);
  expect(told.now).toMatchObject({
    strategy: 'balanced',
    reasons: [{ agentId: LOCAL, score: null, lack: { code: 'wrong_place', about: 'london' } }],
  });
  const profile = AgentProfile.parse({ location: 'London', clearance: 'confidential' });
  await api.submit({ type: 'agent.change', agentId: LOCAL, profile });
  const after = await explain(second);
  expect(after.pending).toMatchObject([{ code: 'queue', why: null, reason: null }]);
  expect(after.now?.reasons[0]?.score).toBeGreaterThan(0);
});

test('a task whose turn another one has says whose', async () => {
  await api.submit(connect({ ...CAPABILITIES, engines }));
  const first = await queued({ concurrency: ['path:src'] });
  const second = await queued({ concurrency: ['path:src'] });
  await api.submit({ type: 'task.assign', taskId: first.id, agentId: LOCAL, reasons: [] });
  expect((await explain(second)).pending).toMatchObject([
    { reason: { code: 'turn', key: 'path:src', heldBy: first.id } },
  ]);
  await api.submit({ type: 'queue.pause', scope: { priority: 'normal' } });
  expect((await explain(second)).pending).toMatchObject([
    { reason: { code: 'scope_paused', scope: { priority: 'normal' } } },
  ]);
});

test('each decision stays with its points and with whom it passed over', async () => {
  await api.submit(connect({ ...CAPABILITIES, engines }));
  const task = await queued();
  const reasons = [{ agentId: LOCAL, score: 7, parts: { freeSlots: 4, idleCpu: 3 }, why: 'room' }];
  const passed = [{ code: 'full' as const, count: 3 }];
  await api.submit({ type: 'task.assign', taskId: task.id, agentId: LOCAL, reasons, passed });
  const told = await explain(task);
  expect(told.pending).toEqual([]);
  expect(told.now).toBeNull();
  expect(told.decisions).toMatchObject([
    { attemptId: `${taskIdOf(1)}.1`, agentId: AgentId.parse(LOCAL), reasons, passed },
  ]);
});
