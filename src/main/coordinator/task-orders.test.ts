/** Orders of agents on a real journal: the rule, one task per key, the repository that is meant. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AgentProfile } from '../../shared/domain/agent.ts';
import type { Command } from '../../shared/domain/command.ts';
import { AgentId } from '../../shared/ids.ts';
import type { TaskOrder } from '../../shared/protocol/task-order.ts';
import { fail, ok } from '../../shared/result.ts';
import type { TakeOrder } from './fleet/port.ts';
import type { Forge } from './forge/port.ts';
import { openJournal, type OpenJournal } from './journal/open.ts';
import { systemClock } from './system-clock.ts';
import { Settings } from '../../shared/settings.ts';
import { createTaskOrders } from './task-orders.ts';

const [LOOM, MILL] = [AgentId.parse('loom'), AgentId.parse('mill')];
const ENGINE = { kind: 'command', run: 'true' } as const;

let dir: string;
let journal: OpenJournal;
let take: TakeOrder;
let inspected: string[];
/** While it is set, looking at a repository takes so long. */
let gate: Promise<void> | null;

beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-orders-'));
  const opened = openJournal({ dir, clock: systemClock, endOfTurn: setImmediate });
  if (!opened.ok) throw new Error(opened.error.message);
  journal = opened.value;
  [inspected, gate] = [[], null];
  const forge: Pick<Forge, 'inspect'> = {
    async inspect(url) {
      inspected.push(url);
      await gate;
      if (url === '/gone') return fail({ code: 'repo_not_found', message: 'it is gone' });
      return ok({ url, base: 'main' });
    },
  };
  take = createTaskOrders({
    journal,
    forge,
    supply: { of: () => null },
    settings: { current: () => Settings.parse({}) },
  });
  for (const agentId of [LOOM, MILL]) await submit(connect(agentId));
});
afterEach(async () => {
  await journal.close();
  rmSync(dir, { recursive: true, force: true });
});

async function submit(command: Command): Promise<void> {
  const done = await journal.submit(command, { actor: 'user' });
  if (!done.ok) throw new Error(done.error.message);
}

function connect(agentId: AgentId): Command {
  const engines = [
    { kind: 'command', version: '1', ready: true, why: null },
    { kind: 'claude-code', version: '1', ready: agentId === MILL, why: 'not logged in' },
  ] as const;
  const machine = { os: 'linux', arch: 'x64', hostname: agentId, cpus: 1 };
  const capabilities = {
    ...{ ...machine, memoryBytes: 1, diskFreeBytes: 1, tools: [], specialties: [], labels: [] },
    engines: [...engines],
  };
  const about = { name: agentId, version: '1', address: '::1', slots: 1 };
  return { type: 'agent.connect', agentId, ...about, capabilities };
}

async function allow(agentId: AgentId, mayOrder = true): Promise<void> {
  await submit({ type: 'agent.change', agentId, profile: AgentProfile.parse({ mayOrder }) });
}

const order = (body: object, key = 'k'): TaskOrder => ({
  ...{ kind: 'create', key, body: JSON.stringify(body) },
});
const TASK = { title: 'T', repo: '/srv/a', engine: ENGINE };

test('without leave nothing is looked at, read or stored', async () => {
  for (const one of [order(TASK), order({}), { kind: 'cancel', taskId: 'x', body: '' } as const])
    expect(await take(LOOM, one)).toMatchObject({
      error: { code: 'not_allowed', message: expect.stringContaining('--may-order') as string },
    });
  expect(await take(AgentId.parse('nobody'), order(TASK))).toMatchObject({ ok: false });
  expect(inspected).toEqual([]);
  expect(journal.tasks({ limit: 9 })).toEqual([]);
});

test('a task that it orders runs on it only, and is known as its own', async () => {
  await allow(LOOM);
  expect(await take(LOOM, order({ ...TASK, needs: ['git'] }))).toEqual({
    ok: true,
    value: 'task-1',
  });
  const [task] = journal.tasks({ limit: 9 });
  expect(task).toMatchObject({ needs: ['git', 'agent.loom'], createdBy: 'agent:loom' });
  const elsewhere = { ...TASK, needs: ['agent.mill'] };
  expect(await take(LOOM, order(elsewhere, 'e'))).toMatchObject({ error: { code: 'not_allowed' } });
  const cancel: TaskOrder = { kind: 'cancel', taskId: 'task-1', body: '{"reason":"no use"}' };
  await allow(MILL);
  expect(await take(MILL, cancel)).toMatchObject({ error: { code: 'not_allowed' } });
  expect(await take(LOOM, cancel)).toEqual({ ok: true, value: 'task-1' });
  expect(await take(LOOM, cancel)).toEqual({ ok: true, value: 'task-1' });
  expect(journal.tasks({ limit: 9 })[0]).toMatchObject({
    ...{ state: 'cancelled', cancelReason: 'no use' },
  });
});

test('the same key gives the same task; another order under it, or another agent, does not', async () => {
  for (const id of [LOOM, MILL]) await allow(id);
  const twice = await Promise.all([take(LOOM, order(TASK)), take(LOOM, order(TASK))]);
  expect(twice).toEqual([ok('task-1'), ok('task-1')]);
  expect(await take(LOOM, order(TASK))).toEqual(ok('task-1'));
  expect(await take(LOOM, order({ ...TASK, title: 'U' }))).toMatchObject({
    error: { code: 'idempotency_conflict' },
  });
  expect(await take(MILL, order(TASK))).toEqual(ok('task-2'));
});

test('the form of older clients: its specialty counts, and the only repository is meant', async () => {
  await allow(MILL);
  const delegated = { type: 'security', prompt: 'Look at it' };
  expect(await take(MILL, order(delegated))).toMatchObject({ error: { code: 'invalid_input' } });
  await take(MILL, order(TASK, 'first'));
  expect(await take(MILL, order(delegated))).toEqual(ok('task-2'));
  expect(journal.tasks({ limit: 1 })[0]).toMatchObject({
    ...{ specialty: 'security', repo: { url: '/srv/a' }, engine: { kind: 'claude-code' } },
  });
  await take(MILL, order({ ...TASK, repo: '/srv/b' }, 'second'));
  // Accepted before there were two.
  expect(await take(MILL, order(delegated))).toEqual(ok('task-2'));
  expect(await take(MILL, order(delegated, 'new'))).toMatchObject({
    error: { code: 'invalid_input', message: expect.stringContaining('several') as string },
  });
});

test('what cannot be done is refused as for a person, by what that agent has', async () => {
  await allow(LOOM);
  const { engine: _, ...noEngine } = TASK;
  expect(await take(LOOM, order(noEngine))).toMatchObject({
    error: {
      code: 'engine_unavailable',
      message: expect.stringContaining('not logged in') as string,
    },
  });
  expect(await take(LOOM, order({ ...TASK, repo: '/gone' }))).toMatchObject({
    error: { code: 'repo_not_found' },
  });
  const cancel: TaskOrder = { kind: 'cancel', taskId: 'task-7', body: '' };
  expect(await take(LOOM, cancel)).toMatchObject({ error: { code: 'not_found' } });
});

test('so many at once, and no more', async () => {
  await allow(LOOM);
  const { promise, resolve } = Promise.withResolvers<void>();
  gate = promise;
  const keys = [...Array(9).keys()].map(String);
  const all = keys.map((key) => take(LOOM, order(TASK, key)));
  expect(await all[8]).toMatchObject({ error: { code: 'too_many_orders' } });
  resolve();
  expect((await Promise.all(all)).filter(({ ok: done }) => done)).toHaveLength(8);
  expect(await take(LOOM, order(TASK, '8'))).toMatchObject({ ok: true });
});
