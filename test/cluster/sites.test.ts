/**
 * Three coordinators, each with an agent of its own, on one real Redis: they share the work, each shows the whole, and neither
 * the end of one of them nor that of Redis costs a task.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { InputOf } from '../../src/shared/contract.ts';
import type { Task } from '../../src/shared/domain/task.ts';
import { AgentId, type TaskId } from '../../src/shared/ids.ts';
import { startRedis, type RedisServer } from '../support/redis/server.ts';
import { makeRepo } from '../support/small-repo.ts';
import { startWorkshop, type Workshop } from '../support/workshop.ts';

const SITES = ['tokyo', 'osaka', 'london'] as const;
type Site = (typeof SITES)[number];
const WHO = { tokyo: 'local-1', osaka: 'local-1', london: 'local-1' } as const;

/** Three coordinators start, and a lease of half a minute runs out. */
const PATIENCE = { timeout: 300_000 };

let scratch: string;
let repo: string;
let redis: RedisServer;
let open: Map<Site, Workshop>;

beforeEach(async () => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-sites-'));
  repo = makeRepo(path.join(scratch, 'repo'), { 'notes.txt': 'one\n' });
  redis = await startRedis();
  open = new Map();
});

afterEach(async () => {
  await Promise.all([...open.values()].map(async (workshop) => await workshop.close()));
  await redis[Symbol.asyncDispose]();
  rmSync(scratch, { recursive: true, force: true });
});

async function start(site: Site): Promise<Workshop> {
  const args = ['--queue', redis.url, '--site', site, '--agents', '1'];
  const program = process.env['KOUBOU_TEST_PROGRAM'];
  const dir = path.join(scratch, site);
  const workshop = await startWorkshop({ dir, args, ...(program !== undefined && { program }) });
  open.set(site, workshop);
  await ownAgent(workshop);
  return workshop;
}

/** Those of the others are seen there, too. */
async function ownAgent(workshop: Workshop): Promise<void> {
  for (;;) {
    const { seq, agents } = await workshop.call('snapshot.get', {});
    if (agents.some(({ site, connected }) => site === null && connected)) return;
    await workshop.untilEvent(() => true, seq);
  }
}

function at(site: Site): Workshop {
  const workshop = open.get(site);
  if (!workshop) throw new Error(`${site} does not run`);
  return workshop;
}

async function startAll(): Promise<void> {
  for (const site of SITES) await start(site);
}

/** Waits until somebody opens the gate, so that a test decides when work is done. */
function patient(gate: string): InputOf<'tasks.create'>['engine'] {
  const run = `while [ ! -e '${gate}' ]; do sleep 0.1; done; echo changed >> notes.txt`;
  return { kind: 'command', run };
}

async function create(
  site: Site,
  title: string,
  more: Partial<InputOf<'tasks.create'>> = {},
): Promise<TaskId> {
  const engine = { kind: 'command', run: `echo '${title}' >> notes.txt` } as const;
  return (await at(site).call('tasks.create', { repo, title, engine, ...more })).id;
}

async function attemptsOf(site: Site, id: TaskId) {
  return (await at(site).call('tasks.attempts', { id })).attempts;
}

/** Resolves when the task stands so, as that site sees it. */
async function sees(site: Site, id: TaskId, is: (task: Task) => boolean): Promise<Task> {
  const workshop = at(site);
  for (;;) {
    const { seq } = await workshop.call('snapshot.get', {});
    const task = await workshop.call('tasks.get', { id }).catch(() => null);
    if (task && is(task)) return task;
    await workshop.untilEvent(() => true, seq);
  }
}

test('what is made at one control center is worked on at all, and each shows the whole workshop', async () => {
  await startAll();
  const gate = path.join(scratch, 'gate');
  const ids: TaskId[] = [];
  for (let n = 0; n < 3; n += 1)
    ids.push(await create('tokyo', `task ${n}`, { engine: patient(gate) }));
  for (const id of ids) await sees('tokyo', id, ({ state }) => state === 'in_progress');
  writeFileSync(gate, '');
  const sites = new Set<string | null>();
  for (const id of ids) {
    for (const site of SITES) {
      const task = await sees(site, id, ({ state }) => state === 'review');
      sites.add(task.site);
    }
  }
  expect(sites.size).toBeGreaterThan(1);
  const { agents } = await at('london').call('agents.list', {});
  expect(agents.map(({ agent }) => agent.id).toSorted()).toEqual(
    [WHO.london, `${WHO.osaka}@osaka`, `${WHO.tokyo}@tokyo`].toSorted(),
  );
  // Only who leads it does anything to it.
  const [id] = ids;
  if (!id) throw new Error('there is no task');
  const task = await at('tokyo').call('tasks.get', { id });
  const others = SITES.filter((site) => site !== task.site);
  for (const site of others)
    await expect(at(site).call('tasks.approve', { id })).rejects.toMatchObject({
      rejection: { code: 'led_elsewhere', details: { site: task.site } },
    });
});

test('a confidential task is worked on where it may be, and the others learn nothing of it', async () => {
  await startAll();
  for (const site of SITES) {
    const id = AgentId.parse(WHO[site]);
    const clearance = site === 'london' ? 'confidential' : 'internal';
    const { agent } = await at(site).call('agents.get', { id });
    await at(site).call('agents.change', {
      id,
      profile: { ...agent.profile, location: site, clearance },
    });
  }
  const secret = 'the merger with Yamada';
  const id = await create('london', secret, { security: 'confidential', location: 'london' });
  const told = await sees('tokyo', id, ({ state }) => state === 'review');
  expect([told.site, told.title, told.body]).toEqual(['london', 'confidential', '']);
  const client = redis.client();
  const keys = await client.keys('*');
  for (const key of keys) {
    const dump = await client.dumpBuffer(key);
    expect(dump?.includes(secret) ?? false, key).toBe(false);
  }
});

test('a running coordinator moves its queue to Redis and back, with all tasks', async () => {
  const workshop = await startWorkshop({
    dir: path.join(scratch, 'tokyo'),
    args: ['--agents', '1'],
    ...(process.env['KOUBOU_TEST_PROGRAM'] && { program: process.env['KOUBOU_TEST_PROGRAM'] }),
  });
  open.set('tokyo', workshop);
  await workshop.untilAgent();
  await workshop.call('queue.pause', {});
  const ids = [await create('tokyo', 'one'), await create('tokyo', 'two')];
  expect(await workshop.call('queue.move', { to: redis.url })).toMatchObject({ kind: 'redis' });
  await start('osaka');
  for (const id of ids) await sees('osaka', id, ({ state }) => state === 'review');
  const own = await create('tokyo', 'three');
  await workshop.call('queue.pause', {});
  expect(await workshop.call('queue.move', { to: 'embedded' })).toEqual({ kind: 'embedded' });
  await workshop.call('queue.resume', {});
  await sees('tokyo', own, ({ state, told }) => state === 'review' || told !== undefined);
});

test('tasks of a coordinator that is killed are taken over, and done once', PATIENCE, async () => {
  await startAll();
  const gate = path.join(scratch, 'gate');
  const id = await create('tokyo', 'outlives', { engine: patient(gate) });
  const { site: first } = await sees('tokyo', id, ({ state }) => state === 'in_progress');
  const lost = SITES.find((site) => site === first) ?? 'tokyo';
  const gone = at(lost);
  const ended = once(gone.child, 'exit');
  gone.child.kill('SIGKILL');
  await ended;
  const [other] = SITES.filter((site) => site !== lost);
  if (!other) throw new Error('nobody is left');
  await sees(other, id, ({ site, state }) => site !== lost && state === 'in_progress');
  writeFileSync(gate, '');
  const done = await sees(other, id, ({ state }) => state === 'review');
  // The one that was gone comes back, with an agent that goes on: it learns that the task is not its own.
  await start(lost);
  const back = await sees(lost, id, ({ site }) => site === done.site);
  expect(back.change).toEqual(done.change);
  const attempts = await attemptsOf(lost, id);
  expect(attempts.filter(({ state }) => state === 'succeeded')).toHaveLength(1);
});

test(
  'while Redis is gone work goes on, nothing new is begun, and nothing is lost',
  PATIENCE,
  async () => {
    await startAll();
    const gate = path.join(scratch, 'gate');
    const id = await create('tokyo', 'before', { engine: patient(gate) });
    const { site } = await sees('tokyo', id, ({ state }) => state === 'in_progress');
    await redis.kill();
    const later = await create('osaka', 'meanwhile');
    writeFileSync(gate, '');
    const leader = SITES.find((one) => one === site) ?? 'tokyo';
    await sees(leader, id, ({ state }) => state === 'review');
    await redis.start();
    await sees('london', later, ({ state }) => state === 'review');
    for (const one of SITES) {
      const task = await sees(one, id, ({ state }) => state === 'review');
      expect(task.attempts).toBe(1);
    }
  },
);
