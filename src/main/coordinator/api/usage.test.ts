/** Usage over the API, from a real journal: what was reported is found again, in its day, its group and the forecast. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { USAGE_OPERATIONS } from '../../../shared/contract-usage.ts';
import type { AttemptReport } from '../../../shared/domain/attempt.ts';
import { attemptIdOf, type TaskId } from '../../../shared/ids.ts';
import { ModelAccountId, type ModelCall } from '../../../shared/models.ts';
import { callTable } from '../db/calls.ts';
import {
  ALICE,
  connect,
  must,
  mustQueue,
  openTestJournal,
  testClock,
  testFolder,
  type TestFolder,
} from '../journal/testing.ts';
import type { OpenJournal } from '../journal/open.ts';
import { watchUsage } from '../observe/recent-usage.ts';
import { keepUsageSums } from '../observe/usage-sums.ts';
import { usageRoutes } from './usage.ts';

const HOUR = 3_600_000;
const CONTEXT = { actor: 'test', receipt: undefined };

let folder: TestFolder;
let journal: OpenJournal;
let clock: ReturnType<typeof testClock>;

beforeEach(async () => {
  folder = testFolder();
  clock = testClock();
  journal = openTestJournal(folder.dir, clock);
  await must(journal, connect(ALICE, 50));
});
afterEach(async () => {
  await journal.close();
  folder[Symbol.dispose]();
});

async function ask(name: keyof typeof USAGE_OPERATIONS, input: object) {
  const recentUsage = watchUsage(journal, clock);
  const usageSums = keepUsageSums(journal);
  const limitWatch = { read: () => ({ limits: [], budgets: [] }) };
  const deps = { usageSums, clock, recentUsage, limitWatch, calls: journal.calls };
  const answer = await usageRoutes(deps)[name].run(input, CONTEXT);
  recentUsage.close();
  if ('invalid' in answer || !answer.ok) throw new Error(JSON.stringify(answer));
  return USAGE_OPERATIONS[name].output.parse(answer.value);
}

async function assigned(model?: string): Promise<TaskId> {
  const engine = { kind: 'claude-code', ...(model !== undefined && { model }) } as const;
  const taskId = await mustQueue(journal, { engine });
  await must(journal, { type: 'task.assign', taskId, agentId: ALICE, reasons: [] });
  return taskId;
}

async function report(taskId: TaskId, seq: number, what: AttemptReport): Promise<void> {
  const attemptId = attemptIdOf(taskId, 1);
  const fence = journal.attempt(attemptId)?.fence ?? 0;
  const about = { agentId: ALICE, attemptId, fence, seq };
  await must(journal, { type: 'attempt.report', ...about, report: what });
}

const WORKS = ModelAccountId.parse('acct-works0000');

async function called(taskId: TaskId, tokens: number, more: Partial<ModelCall> = {}) {
  const usage = { inputTokens: tokens, outputTokens: 0, cachedInputTokens: 0 };
  const call: ModelCall = {
    ...{ accountId: WORKS, provider: 'anthropic', model: 'm', status: 200, trouble: null },
    usage: { ...usage, costUsd: tokens / 1_000 },
    ...{ waitMs: 10, firstByteMs: 5, ms: 50 },
    ...more,
  };
  await must(journal, { type: 'attempt.call_model', attemptId: attemptIdOf(taskId, 1), call });
}

const using = (tokens: number): AttemptReport => ({
  kind: 'usage',
  usage: { inputTokens: tokens, outputTokens: 0, cachedInputTokens: 9, costUsd: tokens / 1_000 },
});

describe('usage', () => {
  it('is told by day and by what used it', async () => {
    const first = await assigned('opus');
    await report(first, 1, { kind: 'started' });
    await report(first, 2, using(1_000));
    clock.advance(24 * HOUR);
    await report(first, 3, using(1_500));
    const second = await assigned();
    await report(second, 1, { kind: 'started' });
    await report(second, 2, using(70));
    const now = clock.now();
    const found = await ask('usage.get', { from: now - 30 * HOUR, to: now, group: 'model' });
    expect(found).toMatchObject({
      groups: [
        {
          name: 'opus',
          total: { inputTokens: 1_500, costUsd: 1.5 },
          pieces: [{ inputTokens: 1_000 }, { inputTokens: 500 }],
        },
        { name: '', pieces: [{ inputTokens: 0 }, { inputTokens: 70, attempts: 1 }] },
      ],
      total: { inputTokens: 1_570, created: 2, attempts: 2 },
    });
    expect(await ask('usage.get', {})).toMatchObject({ total: { inputTokens: 1_570 } });
    const stats = await ask('stats.get', { days: 3 });
    expect(stats).toMatchObject({
      days: [{ usage: { created: 0 } }, { usage: { created: 1 } }, { usage: { created: 1 } }],
      today: { inputTokens: 570 },
    });
  });

  it('of many is told of the first, and of the others together', async () => {
    for (let n = 1; n <= 15; n += 1) {
      const taskId = await assigned(`model-${n}`);
      await report(taskId, 1, { kind: 'started' });
      await report(taskId, 2, using(n));
    }
    const now = clock.now();
    const range = { from: now - HOUR, to: now + HOUR, by: 'hour', group: 'model' };
    const found = await ask('usage.get', range);
    expect(found).toMatchObject({ total: { inputTokens: 120 } });
    expect('groups' in found && found.groups.map(({ name }) => name)).toEqual([
      ...Array.from({ length: 12 }, (_, index) => `model-${15 - index}`),
      null,
    ]);
    expect('groups' in found && found.groups.at(-1)?.total.inputTokens).toBe(6);
  });

  it('is refused for times that are too long or the wrong way round', async () => {
    const now = clock.now();
    for (const range of [
      { from: now, to: now - HOUR },
      { from: now - 500 * 24 * HOUR, to: now },
      { from: now - 30 * 24 * HOUR, to: now, by: 'hour' },
    ]) {
      await expect(ask('usage.get', range)).rejects.toThrow('invalid_input');
    }
  });

  it('is foretold from the last two hours, also by a coordinator that was just started', async () => {
    // At noon: 12 hours are left, of which each is to use what each of the last two did.
    const taskId = await assigned();
    clock.advance(-2 * HOUR);
    await report(taskId, 1, { kind: 'started' });
    for (let n = 1; n <= 24; n += 1) {
      await report(taskId, n + 1, using(n * 100));
      clock.advance(5 * 60_000);
    }
    const found = await ask('usage.prediction', {});
    expect(found).toMatchObject({
      endsAt: clock.now() + 12 * HOUR,
      tokens: { soFar: 2_400, expected: 2_400 + 144 * 100, confidence: 'good' },
      costUsd: { soFar: 2.4 },
      recent: { from: clock.now() - 2 * HOUR, tokens: Array<number>(24).fill(100) },
    });
    clock.advance(3 * HOUR);
    expect(await ask('usage.prediction', {})).toMatchObject({
      tokens: { soFar: 2_400, expected: 2_400, confidence: 'quiet' },
    });
  });

  it('of requests through the gateway is counted once, whatever the engine says of itself', async () => {
    const taskId = await assigned();
    await report(taskId, 1, { kind: 'started' });
    await report(taskId, 2, using(500));
    await called(taskId, 400);
    await report(taskId, 3, using(900));
    await called(taskId, 300);
    clock.advance(5 * 60_000);
    expect(await ask('usage.prediction', {})).toMatchObject({ tokens: { soFar: 700 } });
    const { recent } = USAGE_OPERATIONS['usage.prediction'].output.parse(
      await ask('usage.prediction', {}),
    );
    expect(recent.tokens.reduce((sum, tokens) => sum + tokens, 0)).toBe(800);
    const byAccount = await ask('usage.get', { group: 'account' });
    expect(byAccount).toMatchObject({
      groups: [{ name: WORKS, total: { inputTokens: 700, costUsd: 0.7 } }],
    });
  });
});

describe('requests to models', () => {
  it('are told one by one, page by page, and summed up for a task', async () => {
    const [first, second] = [await assigned(), await assigned()];
    for (let n = 1; n <= 5; n += 1) await called(first, n);
    await called(second, 100, { trouble: 'overloaded', status: 529, accountId: null });
    const calls = async (input: object) =>
      USAGE_OPERATIONS['usage.calls'].output.parse(await ask('usage.calls', input));
    const tokens = (page: Awaited<ReturnType<typeof calls>>) =>
      page.calls.map(({ call }) => call.usage.inputTokens);
    const page = await calls({ limit: 4 });
    expect(tokens(page)).toEqual([100, 5, 4, 3]);
    expect(page.calls[0]).toMatchObject({ taskId: second, agentId: ALICE, engine: 'claude-code' });
    const rest = await calls({ limit: 4, before: page.nextBefore });
    expect(tokens(rest)).toEqual([2, 1]);
    expect(rest.nextBefore).toBeNull();
    expect(tokens(await calls({ trouble: 'true' }))).toEqual([100]);
    expect(tokens(await calls({ account: WORKS, limit: 2 }))).toEqual([5, 4]);
    expect(await calls({ task: first })).toMatchObject({
      total: { calls: 5, troubles: 0, inputTokens: 15, costUsd: 0.015, waitMs: 50 },
    });
    expect(await calls({ agent: 'nobody' })).toEqual({ calls: [], nextBefore: null, total: null });
  });

  it('are searched a slice at a time, and none is missed', async () => {
    const [rare, often] = [await assigned(), await assigned()];
    await called(rare, 7, { trouble: 'network' });
    for (let n = 0; n < 9; n += 1) await called(often, n);
    const { page } = callTable(journal.db, 4);
    let before: number | null | undefined;
    const found = [];
    let pages = 0;
    while (before !== null) {
      const one = page({ trouble: true }, { before, limit: 5 });
      found.push(...one.found);
      before = one.nextBefore;
      pages += 1;
    }
    expect(found).toMatchObject([{ taskId: rare }]);
    expect(pages).toBe(3);
  });
});
