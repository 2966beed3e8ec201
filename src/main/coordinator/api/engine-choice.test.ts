/** Which engine a new task gets, over the API: what it names, what there is, or none yet. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import type { AgentEngine } from '../../../shared/domain/agent.ts';
import { Task } from '../../../shared/domain/task.ts';
import { ErrorBody } from '../../../shared/errors.ts';
import { taskIdOf } from '../../../shared/ids.ts';
import { CAPABILITIES, connect, openTestApi, TOKEN, type TestApi } from './testing.ts';

let api: TestApi;

beforeEach(async () => {
  api = await openTestApi();
});

afterEach(() => api.close());

async function ask(method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(new URL(path, api.url), {
    method,
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: body ? JSON.stringify(body) : null,
  });
  return response.json();
}

async function create(more: object = {}): Promise<Task> {
  return Task.parse(await ask('POST', '/api/v1/tasks', { repo: '/srv/shop', title: 'T', ...more }));
}

async function refused(more: object): Promise<string> {
  const given = { repo: '/srv/shop', title: 'T', ...more };
  return ErrorBody.parse(await ask('POST', '/api/v1/tasks', given)).error.message;
}

function ready(...kinds: AgentEngine['kind'][]): Promise<unknown> {
  const engines = kinds.map((kind) => ({ kind, version: '1', ready: true, why: null }));
  return api.submit(connect({ ...CAPABILITIES, engines }));
}

test('a task that names none gets the only one that is ready; with more, it stays open', async () => {
  await ready('codex', 'command');
  expect((await create()).engine).toEqual({ kind: 'codex' });
  await ready('codex', 'ollama');
  expect((await create()).engine).toEqual({ kind: 'auto' });
  expect((await create({ engine: { kind: 'ollama' } })).engine).toEqual({ kind: 'ollama' });
});

test('a task may leave it open whatever is there', async () => {
  expect((await create({ engine: { kind: 'auto' } })).engine).toEqual({ kind: 'auto' });
});

test('what must not leave its agent is for ollama, and with another engine refused in so many words', async () => {
  await ready('codex', 'claude-code');
  const local = await create({ localOnly: true });
  expect(local).toMatchObject({ localOnly: true, engine: { kind: 'ollama' } });
  expect((await create({ localOnly: true, engine: { kind: 'auto' } })).engine.kind).toBe('ollama');
  expect(await refused({ localOnly: true, engine: { kind: 'codex' } })).toMatch(
    /local only is worked on by ollama.*cannot name codex/,
  );
  const changed = await ask('PUT', `/api/v1/tasks/${local.id}`, { engine: { kind: 'codex' } });
  expect(ErrorBody.parse(changed).error.code).toBe('invalid_input');
  const opened = { localOnly: false, engine: { kind: 'codex' } };
  expect(await ask('PUT', `/api/v1/tasks/${local.id}`, opened)).toMatchObject(opened);
});

test('an open task can be kept on its agent later, and its line says what it waits for', async () => {
  await ready('codex', 'claude-code');
  const { id } = await create();
  await api.submit({ type: 'task.analyse', taskId: taskIdOf(1), specialty: 'general' });
  await ask('PUT', `/api/v1/tasks/${id}`, { localOnly: true });
  const Queue = z.object({ next: z.array(z.object({ demand: z.string(), waits: z.string() })) });
  const { next } = Queue.parse(await ask('GET', '/api/v1/queue'));
  expect(next.map(({ demand }) => demand)).toEqual(['ollama']);
  expect(next[0]?.waits).toContain('has no ollama');
});
