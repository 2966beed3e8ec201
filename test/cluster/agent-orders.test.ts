/** Programs on an agent's PC order tasks through its own API: with leave, on that agent, once per key; and with no coordinator not at all. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { agentToken } from '../../src/main/coordinator/gateway/tokens.ts';
import { ErrorBody } from '../../src/shared/errors.ts';
import { AgentId, TaskId } from '../../src/shared/ids.ts';
import { makeRepo, QUICK_ENGINE } from '../support/small-repo.ts';
import { NODE, processesOf, PROGRAM, startWorkshop, type Workshop } from '../support/workshop.ts';

const LOOM = AgentId.parse('loom');
const Ordered = z.strictObject({ task_id: TaskId });

let scratch: string;
let home: string;
let repo: string;
let api: string;
let workshop: Workshop;
let agent: ChildProcess;

beforeEach(async () => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-agent-orders-'));
  home = path.join(scratch, 'home');
  repo = makeRepo(path.join(scratch, 'repo'), { 'notes.txt': 'first\n' });
  // This PC's own agent beside it: where the work must not go.
  workshop = await startWorkshop({ dir: path.join(scratch, 'data') });
  await workshop.untilAgent();
  agent = await startAgent();
});

afterEach(async () => {
  agent.kill('SIGTERM');
  await once(agent, 'exit');
  await workshop.close();
  expect(processesOf(scratch)).toEqual([]);
  rmSync(scratch, { recursive: true, force: true });
});

async function startAgent(): Promise<ChildProcess> {
  const port = await freePort();
  api = `http://127.0.0.1:${port}`;
  const secret = readFileSync(path.join(workshop.dir, 'secret'), 'utf8').trim();
  const who = { agentId: LOOM, name: 'Loom', token: agentToken(secret, LOOM), local: false };
  const where = { coordinator: workshop.url, dir: path.join(home, 'state'), slots: 1 };
  const config = path.join(home, 'config.json');
  mkdirSync(home);
  writeFileSync(config, JSON.stringify({ ...who, ...where, api: { port } }), { mode: 0o600 });
  const child = spawn(NODE, [PROGRAM, 'agent', 'run', '--config', config], { stdio: 'ignore' });
  await workshop.untilEvent(
    ({ event }) => event.type === 'agent.connected' && event.agentId === LOOM,
  );
  await expect.poll(async () => await isConnected(), { timeout: 20_000 }).toBe(true);
  return child;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** What `/health` says; `null` while the API is not open yet. */
async function isConnected(): Promise<boolean | null> {
  const response = await fetch(`${api}/health`).catch(() => null);
  if (response === null) return null;
  return z.looseObject({ connected: z.boolean() }).parse(await response.json()).connected;
}

async function post(
  place: string,
  body: object,
  key?: string,
): Promise<{ status: number; said: unknown }> {
  const token = readFileSync(path.join(home, 'api-token'), 'utf8').trim();
  const response = await fetch(`${api}${place}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      ...(key !== undefined && { 'idempotency-key': key }),
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, said: await response.json() };
}

async function refusal(place: string, body: object): Promise<[number, string]> {
  const { status, said } = await post(place, body);
  return [status, ErrorBody.parse(said).error.code];
}

async function koubou(...args: string[]): Promise<string> {
  const env = { ...process.env, KOUBOU_URL: workshop.url, KOUBOU_TOKEN: workshop.token };
  const child = spawn(NODE, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'inherit'], env });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  await once(child, 'close');
  return out;
}

test('with leave: a task that runs there, once per key, and can be cancelled there', async () => {
  const body = { title: 'Ordered', repo, engine: QUICK_ENGINE };
  expect(await refusal('/execute_task', body)).toEqual([403, 'not_allowed']);
  expect(await koubou('agents', 'change', LOOM, '--may-order')).toContain('may order tasks');

  const first = await post('/execute_task', body, 'mine');
  expect(first.status).toBe(202);
  const { task_id: id } = Ordered.parse(first.said);
  expect(await post('/execute_task', body, 'mine')).toEqual(first);
  const done = await workshop.until(id, 'review');
  expect(done).toMatchObject({ title: 'Ordered', createdBy: 'agent:loom', needs: ['agent.loom'] });
  const { attempts } = await workshop.call('tasks.attempts', { id });
  expect(attempts.map(({ agentId }) => agentId)).toEqual([LOOM]);

  // This PC's own agent, or nobody, has others: those are not its to cancel.
  const foreign = await workshop.call('tasks.create', { ...body, needs: ['agent.local-1'] });
  expect(await refusal(`/cancel_task/${foreign.id}`, {})).toEqual([403, 'not_allowed']);
  expect(await refusal('/cancel_task/task-99', {})).toEqual([404, 'not_found']);
  expect(await refusal('/execute_task', { prompt: 'p', colour: 1 })).toEqual([
    400,
    'invalid_input',
  ]);
  const cancelled = await post(`/cancel_task/${id}`, { reason: 'no use' });
  expect(cancelled).toEqual({ status: 200, said: { task_id: id } });
  expect(await workshop.call('tasks.get', { id })).toMatchObject({
    ...{ state: 'cancelled', cancelReason: 'no use' },
  });
  expect((await workshop.call('tasks.list', {})).tasks).toHaveLength(2);

  expect(await koubou('agents', 'change', LOOM, '--no-may-order')).toContain('may not order');
  expect(await refusal('/execute_task', body)).toEqual([403, 'not_allowed']);
});

test('without its coordinator nothing is queued', async () => {
  await koubou('agents', 'change', LOOM, '--may-order');
  workshop.child.kill('SIGTERM');
  await once(workshop.child, 'exit');
  await expect.poll(async () => await isConnected()).toBe(false);
  const body = { title: 'Ordered', repo, engine: QUICK_ENGINE };
  expect(await refusal('/execute_task', body)).toEqual([503, 'not_connected']);
  expect(await refusal('/cancel_task/task-1', {})).toEqual([503, 'not_connected']);
});
