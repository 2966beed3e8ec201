/** Batches and recurring tasks over the API. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OPERATIONS, type InputOf } from '../../../shared/contract.ts';
import { ErrorBody } from '../../../shared/errors.ts';
import { taskIdOf } from '../../../shared/ids.ts';
import { ALICE, connect, create, must, mustApprove } from '../journal/testing.ts';
import { openTestApi, TOKEN, type TestApi } from './testing.ts';

let api: TestApi;

beforeEach(async () => {
  api = await openTestApi();
});
afterEach(() => api.close());

const SHOP = {
  repo: '/srv/shop',
  title: 'Repair the total',
  engine: { kind: 'command', run: 'true' },
} as const;
const WEEKDAYS: InputOf<'recurring.save'> = {
  ...{ cron: '30 6 * * 1-5', timeZone: 'Asia/Tokyo', task: SHOP },
};

async function ask(method: string, path: string, body?: unknown, key?: string): Promise<unknown> {
  const response = await fetch(new URL(`/api/v1/${path}`, api.url), {
    method,
    headers: {
      authorization: `Bearer ${TOKEN}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(key !== undefined && { 'idempotency-key': key }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return await response.json();
}

async function refusal(answer: Promise<unknown>): Promise<string> {
  const { error } = ErrorBody.parse(await answer);
  return `${error.code}: ${error.message}`;
}

describe('a batch', () => {
  test('is made whole, once, under one key', async () => {
    const tasks = [SHOP, { ...SHOP, title: 'Repair the tax', batch: 'own' }, SHOP];
    const order = { tasks, batch: 'monday' };
    const made = OPERATIONS['tasks.create_many'].output.parse(
      await ask('POST', 'batches', order, 'key-1'),
    );
    expect(made.tasks.map(({ id, batch }) => [id, batch])).toEqual([
      ['task-1', 'monday'],
      ['task-2', 'own'],
      ['task-3', 'monday'],
    ]);
    expect(await ask('POST', 'batches', order, 'key-1')).toEqual(made);
    expect(api.journal.workshop().lastTask).toBe(3);
  });

  test('is not made at all where one of its tasks cannot be', async () => {
    for (const wrong of [{ repo: '/srv/missing' }, { after: ['task-9'] }]) {
      const order = { tasks: [SHOP, { ...SHOP, ...wrong }, SHOP] };
      expect(await refusal(ask('POST', 'batches', order))).toMatch(/^\w+: tasks\.1: there is no /);
    }
    expect(api.journal.seq()).toBe(0);
  });

  test('is listed and cancelled by its name', async () => {
    await ask('POST', 'batches', { tasks: [SHOP, SHOP], batch: 'monday' });
    await ask('POST', 'tasks', SHOP);
    await ask('POST', 'tasks/task-1/cancel', {});
    const list = OPERATIONS['tasks.list'].output.parse(await ask('GET', 'tasks?batch=monday'));
    expect(list.tasks.map(({ id }) => id)).toEqual(['task-2', 'task-1']);
    const answer = await ask('POST', 'batches/cancel', { batch: 'monday' });
    expect(answer).toEqual({ cancelled: ['task-2'], refused: [] });
    expect(api.journal.counts()).toMatchObject({ cancelled: 2, pending: 1 });
    expect(await refusal(ask('POST', 'batches/cancel', { batch: 'tuesday' }))).toBe(
      'not_found: no task is of a batch called "tuesday"',
    );
  });

  test('is cancelled in one commit, however long, and says of which tasks that cannot be', async () => {
    const { type: _, ...one } = create({ batch: 'monday' });
    const tasks = Array.from({ length: 501 }, () => one);
    await must(api.journal, { type: 'task.create_all', tasks });
    const taskId = taskIdOf(2);
    await must(api.journal, connect());
    await must(api.journal, { type: 'task.analyse', taskId, specialty: 'general' });
    await must(api.journal, { type: 'task.assign', taskId, agentId: ALICE, reasons: [] });
    await mustApprove(api.journal, taskId);
    const commits: number[] = [];
    api.journal.subscribe((events) => commits.push(events.length));
    const answer = await ask('POST', 'batches/cancel', { batch: 'monday' });
    const told = OPERATIONS['tasks.cancel_batch'].output.parse(answer);
    expect(told.cancelled).toHaveLength(500);
    expect(told.refused.map(({ id, error }) => [id, error.code])).toEqual([
      ['task-2', 'merge_in_progress'],
    ]);
    expect(commits).toEqual([500]);
  });
});

describe('a recurring task', () => {
  test('is made, shown with its next times, changed, run and removed', async () => {
    const made = OPERATIONS['recurring.save'].output.parse(
      await ask('POST', 'recurring', WEEKDAYS),
    );
    // 1,700,000,000,000 is the evening of Tuesday, 14 November 2023, in UTC.
    expect(made.next.map((at) => new Date(at).toISOString())).toEqual([
      '2023-11-15T21:30:00.000Z',
      '2023-11-16T21:30:00.000Z',
      '2023-11-19T21:30:00.000Z',
    ]);
    expect(made.recurring).toMatchObject({
      ...{ id: 'recurring-1', nextAt: made.next[0], overlap: 'skip', isOn: true },
      pattern: { title: 'Repair the total', repo: { url: '/srv/shop', base: 'main' } },
    });
    const off = { ...WEEKDAYS, id: 'recurring-1', isOn: false };
    expect(await ask('POST', 'recurring', off)).toMatchObject({
      recurring: { id: 'recurring-1', isOn: false, nextAt: null, createdBy: 'user' },
    });
    expect(await ask('POST', 'recurring/recurring-1/run')).toMatchObject({
      ...{ id: 'task-1', title: 'Repair the total', recurring: 'recurring-1' },
    });
    expect(await ask('GET', 'recurring')).toMatchObject({
      recurring: [{ recurring: { lastTask: 'task-1', nextAt: null } }],
    });
    expect(await ask('DELETE', 'recurring/recurring-1')).toEqual({ removed: 'recurring-1' });
    expect(await ask('GET', 'recurring')).toEqual({ recurring: [] });
  });

  test.each([
    [{ cron: '61 * * * *' }, 'Invalid value for minute: 61'],
    [{ cron: 'at noon' }, 'does not have five fields'],
    [{ cron: '0 0 30 2 *' }, 'there is no such day'],
    [{ timeZone: 'Mars/Olympus' }, 'give one such as Asia/Tokyo'],
    [{ task: { ...SHOP, repo: '/srv/missing' } }, 'there is no repository at /srv/missing'],
  ])('with %j is refused', async (wrong, message) => {
    const answer = await refusal(ask('POST', 'recurring', { ...WEEKDAYS, ...wrong }));
    expect(answer).toContain(message);
    expect(api.journal.seq()).toBe(0);
  });
});
