/** Approvals are carried out once, one at a time per repository, and again after a restart. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Command } from '../../shared/domain/command.ts';
import type { Merge } from '../../shared/domain/task.ts';
import { AgentId, attemptIdOf, taskIdOf, type TaskId } from '../../shared/ids.ts';
import { CAPABILITIES } from './api/testing.ts';
import { startApprovals, type Approvals } from './approvals.ts';
import { openJournal } from './journal/open.ts';
import type { Journal } from './journal/port.ts';
import { systemClock } from './system-clock.ts';

type MergeResult = Extract<Merge, { state: 'merged' | 'refused' }>;

/** Merges that wait until the test lets them go on. */
interface Order {
  readonly id: TaskId;
  finish(result: MergeResult): void;
  crash(error: Error): void;
}

const MERGED: MergeResult = { state: 'merged', at: 1, commit: 'd'.repeat(40), how: 'fast_forward' };

let dir: string;
let journal: Journal;
let approvals: Approvals | undefined;
let orders: Order[];
let arrived: () => void;

beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-approvals-'));
  journal = open();
  orders = [];
  arrived = () => {};
  await submit({
    type: 'agent.connect',
    agentId: AGENT,
    name: 'PC',
    version: '1',
    address: '-',
    slots: 9,
    capabilities: CAPABILITIES,
  });
});

afterEach(async () => {
  for (const order of orders) order.finish(MERGED);
  await approvals?.close();
  await journal.close();
  rmSync(dir, { recursive: true, force: true });
});

function open(): Journal {
  const opened = openJournal({ dir, clock: systemClock, endOfTurn: setImmediate });
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

function start(): Approvals {
  return startApprovals({
    journal,
    clock: systemClock,
    log: pino({ level: 'silent' }),
    forge: {
      merge: ({ id }) =>
        new Promise((resolve, reject) => {
          orders.push({ id, finish: resolve, crash: reject });
          arrived();
        }),
    },
  });
}

async function ordered(count: number): Promise<Order[]> {
  while (orders.length < count) {
    await new Promise<void>((resolve) => {
      arrived = resolve;
    });
  }
  return orders;
}

const AGENT = AgentId.parse('local-1');

async function submit(command: Command): Promise<void> {
  const result = await journal.submit(command, { actor: 'test' });
  if (!result.ok) throw new Error(result.error.message);
}

/** A task of a repository, brought to review; `ordinal`: the attempt that its change is of. */
async function reviewed(repo: string, ordinal = 1): Promise<TaskId> {
  await submit({
    type: 'task.create',
    title: 'T',
    body: '',
    repo: { url: repo, base: 'main' },
    priority: 'normal',
    engine: { kind: 'command', run: 'true' },
    needs: [],
    after: [],
    at: null,
  });
  const { lastTask, lastFence } = journal.workshop();
  const id = taskIdOf(lastTask);
  const attemptId = attemptIdOf(id, 1);
  await submit({ type: 'task.analyse', taskId: id, specialty: 'general' });
  await submit({ type: 'task.assign', taskId: id, agentId: AGENT, reasons: [] });
  const held = { type: 'attempt.report', agentId: AGENT, attemptId, fence: lastFence + 1 } as const;
  await submit({ ...held, seq: 1, report: { kind: 'started' } });
  await submit({ ...held, seq: 2, report: { kind: 'phase_started', phase: 'test' } });
  const change = {
    attemptId: attemptIdOf(id, ordinal),
    branch: `koubou/${id}`,
    commit: 'c'.repeat(40),
    base: 'main',
    baseCommit: 'b'.repeat(40),
    stats: { files: 1, insertions: 1, deletions: 0 },
    tests: { outcome: 'skipped', why: 'none' } as const,
  };
  await submit({ ...held, seq: 3, report: { kind: 'succeeded', change } });
  return id;
}

async function settled(id: TaskId): Promise<string> {
  for (;;) {
    const { state, merge } = journal.task(id) ?? {};
    if (state === 'completed' || merge?.state === 'refused') return merge?.state ?? '';
    await new Promise<void>((resolve) => {
      const end = journal.subscribe(() => {
        end();
        resolve();
      });
    });
  }
}

test('an approval is merged and the task completed', async () => {
  const id = await reviewed('/srv/a');
  approvals = start();
  await submit({ type: 'task.approve', taskId: id });
  (await ordered(1))[0]?.finish(MERGED);
  expect(await settled(id)).toBe('merged');
  expect(orders).toHaveLength(1);
});

test('a change of an attempt that does not count is refused, and nothing is written', async () => {
  const id = await reviewed('/srv/a', 2);
  approvals = start();
  await submit({ type: 'task.approve', taskId: id });
  expect(await settled(id)).toBe('refused');
  expect(JSON.stringify(journal.task(id)?.merge)).toContain(`the change is of ${id}.2`);
  expect(orders).toEqual([]);
});

test('one merge at a time per repository, others go on beside it', async () => {
  const [first, second, other] = [
    await reviewed('/srv/a'),
    await reviewed('/srv/a'),
    await reviewed('/srv/b'),
  ];
  approvals = start();
  for (const taskId of [first, second, other]) await submit({ type: 'task.approve', taskId });
  expect((await ordered(2)).map(({ id }) => id)).toEqual([first, other]);
  orders[0]?.finish(MERGED);
  expect((await ordered(3)).map(({ id }) => id)).toEqual([first, other, second]);
});

test('what was approved and not merged before a restart is merged after it', async () => {
  const id = await reviewed('/srv/a');
  await submit({ type: 'task.approve', taskId: id });
  await journal.close();
  journal = open();
  approvals = start();
  (await ordered(1))[0]?.finish(MERGED);
  expect(await settled(id)).toBe('merged');
});

test('while the workshop is stopped nothing is merged, and nothing more is approved', async () => {
  const [id, other] = [await reviewed('/srv/a'), await reviewed('/srv/b')];
  await submit({ type: 'task.approve', taskId: id });
  await submit({ type: 'workshop.stop', how: 'freeze', reason: '' });
  approvals = start();
  const refused = await journal.submit({ type: 'task.approve', taskId: other }, { actor: 'user' });
  expect(refused).toMatchObject({ ok: false, error: { code: 'emergency_stopped' } });
  expect(orders).toEqual([]);
  await submit({ type: 'workshop.restart' });
  (await ordered(1))[0]?.finish(MERGED);
  expect(await settled(id)).toBe('merged');
});

test('a bug in the merge leaves the task in review, to be approved again', async () => {
  const id = await reviewed('/srv/a');
  approvals = start();
  await submit({ type: 'task.approve', taskId: id });
  (await ordered(1))[0]?.crash(new Error('bug'));
  expect(await settled(id)).toBe('refused');
  await submit({ type: 'task.approve', taskId: id });
  (await ordered(2))[1]?.finish(MERGED);
  expect(await settled(id)).toBe('merged');
});
