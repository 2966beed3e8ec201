/** The engine `anthropic`, against a server that speaks the Messages API: work, failures, keys, a context that is too small. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { limitedFor, FAULTS, windowSpent } from '../../support/models/messages-faults.ts';
import {
  startMessagesApi,
  type MessagesApi,
  type MessagesOptions,
  type Script,
} from '../../support/models/messages-api.ts';
import { moves } from '../../support/models/moves.ts';
import { costMicros } from '../../../src/shared/model-prices.ts';
import type { Provider } from '../../../src/shared/models.ts';
import { readLoopLine } from '../../../src/shared/transcript/loop.ts';
import { systemClock } from '../../../src/agent/clock.ts';
import { openLoopRun, type LoopRun, type LoopRunOptions } from '../../support/models/loop-run.ts';
import { anthropicEngine } from '../../../src/agent/engines/anthropic.ts';
import type {
  EngineResult,
  EngineTrouble,
  ModelAccess,
} from '../../../src/agent/engines/engine.ts';

const FILES = {
  'sum.cjs': 'module.exports = (a, b) => a - b;\n',
  'check.cjs':
    "if (require('./sum.cjs')(1, 2) !== 3) process.exit(1);\nconsole.log('sum is right');\n",
  '.koubou.yaml': 'test: node check.cjs\n',
};
const TEST = [{ type: 'tool_use' as const, name: 'test', input: {} }];
const REPAIR = moves(
  { do: 'read', file: 'sum.cjs' },
  { do: 'replace', file: 'sum.cjs', old: 'a - b', new: 'a + b' },
);
const repair: Script = (turn) => (turn.step === 0 || turn.step === 2 ? TEST : workAt(turn));
const workAt: Script = (turn) =>
  REPAIR({ ...turn, step: turn.step === 1 ? 1 : turn.step === 3 ? 2 : 0 });
const DONE: Script = () => [{ type: 'text', text: 'Nothing to do.' }];

let folder: string;
let api: MessagesApi | undefined;
let opened: LoopRun | undefined;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'koubou-loop-'));
});
afterEach(async () => {
  await opened?.close();
  await api?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(
  script: Script,
  options: MessagesOptions = {},
  more: Partial<LoopRunOptions> = {},
): Promise<{ api: MessagesApi; loop: LoopRun }> {
  api = await startMessagesApi(script, options);
  const env = { ANTHROPIC_API_KEY: 'own-key-77', ANTHROPIC_BASE_URL: api.url };
  opened = await openLoopRun(folder, { files: FILES, env, ...more });
  return { api, loop: opened };
}

const engine = anthropicEngine({ model: undefined, clock: systemClock, isRoot: false });

async function end(loop: LoopRun): Promise<EngineResult> {
  return await engine(loop.run);
}

test('it repairs what its tests find, and tells of it', async () => {
  const { loop, api: server } = await open(repair, { counts: 'counted' });
  const result = await end(loop);
  expect(result).toMatchObject({ ok: true });
  expect(loop.file('sum.cjs')).toBe('module.exports = (a, b) => a + b;\n');
  const plain = loop.shown().replaceAll('\r', '');
  expect(plain).toContain('sum is right\n');
  expect(plain).toContain('$ node check.cjs\n');
  expect(plain).toContain('edit\u001b[0m sum.cjs\n');
  expect(plain).toContain('Done.');
  const entries = loop.transcript().flatMap((line) => readLoopLine(line).bodies);
  expect(entries.map(({ kind }) => kind)).toEqual([
    ...['note', 'message', 'tool_call', 'tool_result', 'tool_call', 'tool_result'],
    ...['tool_call', 'tool_result', 'message', 'usage'],
  ]);
  // What it says it used is what the server counted, and most of it came from the cache.
  const sums = server.requests.map(({ counts }) => counts).filter((counts) => counts !== null);
  const sum = (read: (counts: (typeof sums)[number]) => number): number =>
    sums.reduce((all, counts) => all + read(counts), 0);
  const used = {
    inputTokens: sum(({ input, cacheWrite }) => input + cacheWrite),
    cachedInputTokens: sum(({ cacheRead }) => cacheRead),
    outputTokens: sum(({ output }) => output),
  };
  // Each answer at the price of its model, though nobody between has counted it.
  const micros = sum(
    (counts) => costMicros('claude-opus-5-5', { ...counts, cacheWriteHour: 0 }) ?? Number.NaN,
  );
  const usage = { ...used, costUsd: micros / 1e6 };
  expect(result).toEqual({ ok: true, value: { usage } });
  expect(micros).toBeGreaterThan(0);
  expect(used.cachedInputTokens).toBeGreaterThan(used.inputTokens);
});

test('its key is in nothing that the model can run', async () => {
  const { loop } = await open(({ step, results }) =>
    step === 0
      ? [{ type: 'tool_use', name: 'run', input: { command: 'env; git config --list' } }]
      : [{ type: 'text', text: `seen: ${results}` }],
  );
  await end(loop);
  expect(loop.shown()).toContain('KOUBOU_ATTEMPT=task-1.1');
  expect(loop.shown()).not.toContain('own-key-77');
});

function accessTo({ url }: MessagesApi, trouble: EngineTrouble | null = null): ModelAccess {
  return {
    url: (provider: Provider) =>
      `${url}/${provider === 'anthropic' ? '' : provider}`.replace(/\/$/, ''),
    key: 'attempt-key',
    providers: ['anthropic'],
    trouble: () => trouble,
  };
}

test('through the gateway it shows the key of the attempt, and believes its word', async () => {
  const { loop, api: server } = await open(DONE, { keys: {} });
  const until = Date.now() + 3_600_000;
  const told: EngineTrouble = { class: 'budget_spent', message: 'The day is over.', until };
  const result = await engine({ ...loop.run, models: accessTo(server, told) });
  expect(server.keys).toEqual(['Bearer attempt-key']);
  expect(result).toMatchObject({ error: { code: 'engine_budget_spent', until } });
  const signedOut = await engine({ ...loop.run, models: accessTo(server) });
  expect(signedOut).toMatchObject({ error: { code: 'account_signed_out' } });
});

test('without any key it says what to do', async () => {
  const { loop } = await open(DONE, {}, { env: {} });
  expect(await end(loop)).toMatchObject({ error: { code: 'engine_not_logged_in' } });
});

const RESET = 1_900_000_000_000;

test.each([
  ['unauthorized', FAULTS.unauthorized, 'engine_not_logged_in'],
  ['forbidden', FAULTS.forbidden, 'engine_not_logged_in'],
  ['credit spent', FAULTS.creditSpent, 'engine_not_logged_in'],
  ['rate limited', FAULTS.rateLimited, 'engine_rate_limited'],
  ['overloaded', FAULTS.overloaded, 'engine_overloaded'],
  ['internal', FAULTS.internal, 'engine_overloaded'],
  ['invalid', FAULTS.invalid, 'engine_request_invalid'],
  ['no model', FAULTS.noModel, 'engine_request_invalid'],
  ['too long', FAULTS.tooLong, 'engine_context_too_long'],
  ['too large', FAULTS.tooLarge, 'engine_context_too_long'],
  ['dropped', FAULTS.drop, 'engine_unreachable'],
  ['garbage', FAULTS.garbage, 'engine_unreachable'],
  ['stopped in the middle', FAULTS.cut, 'engine_unreachable'],
  ['torn', FAULTS.torn, 'engine_unreachable'],
  ['overloaded in the middle', FAULTS.overloadedInStream, 'engine_overloaded'],
  ['a window that is spent', windowSpent(RESET), 'engine_rate_limited'],
])('%s is classed', async (_, fault, code) => {
  const { loop, api: server } = await open(DONE);
  server.fail(fault);
  const result = await anthropicEngine({ model: 'm', clock: hasty, isRoot: false })(loop.run);
  expect(result).toMatchObject({ error: { code } });
});

/** Pauses are over at once; limits are not. */
const hasty = {
  ...systemClock,
  after: (ms: number, run: () => void) => systemClock.after(ms < 10_000 ? 0 : ms, run),
};

test('what passes is asked again by itself, and a limit says when it is over', async () => {
  const { loop, api: server } = await open(DONE);
  server.fail(FAULTS.overloadedInStream, 2);
  const patient = anthropicEngine({ model: 'm', clock: hasty, isRoot: false });
  expect(await patient(loop.run)).toMatchObject({ ok: true });
  expect(server.requests).toHaveLength(3);
  server.fail(windowSpent(RESET), 1);
  expect(await patient(loop.run)).toMatchObject({ error: { until: RESET } });
  server.fail(limitedFor(1), 1);
  expect(await patient(loop.run)).toMatchObject({ ok: true });
});

test('nobody listens', async () => {
  const { loop, api: server } = await open(DONE);
  await server.close();
  api = undefined;
  const result = await anthropicEngine({ model: 'm', clock: hasty, isRoot: false })(loop.run);
  expect(result).toMatchObject({ error: { code: 'engine_unreachable' } });
});

test.each([
  [{ engineIdleMs: 50 }, /printed nothing/],
  [{ engineMs: 50 }, /did not end/],
])('a model that is silent is given up: %o', async (limits, words) => {
  const { loop, api: server } = await open(DONE, {}, { limits });
  server.fail(FAULTS.stall);
  expect(await end(loop)).toMatchObject({
    error: { code: 'engine_timed_out', message: expect.stringMatching(words) as string },
  });
});

test('when it is stopped, what it runs is ended', async () => {
  const { loop } = await open(() => [
    { type: 'tool_use', name: 'run', input: { command: 'echo begun; sleep 1000' } },
  ]);
  const ended = end(loop).catch((error: unknown) => error);
  while (!loop.shown().includes('begun\r\n')) await new Promise((next) => setTimeout(next, 5));
  loop.abort.abort(new Error('stopped by a person'));
  expect(await ended).toMatchObject({ message: 'stopped by a person' });
});

test('a conversation that has no room any more is told anew, and the work goes on', async () => {
  // Each turn brings ten thousand characters; the model takes in eight thousand tokens.
  const { loop, api: server } = await open(
    ({ prompt, step }) =>
      prompt.includes('What you did so far')
        ? [{ type: 'text', text: 'All of it is done.' }]
        : [{ type: 'tool_use', name: 'run', input: { command: `printf '%010000d' ${step}` } }],
    { window: 8_000 },
  );
  expect(await end(loop)).toMatchObject({ ok: true });
  expect(loop.shown()).toContain('what is older is summarised');
  expect(server.requests.filter(({ status }) => status === 400)).toHaveLength(1);
  const [last = ''] = server.requests.slice(-1).map(({ body }) => body);
  expect(last).toContain('Change the notes.');
});
