/** A model that looks at tasks, over the real way out: what of its answer counts, and that every failure leaves the rules alone. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startMessagesApi, type Block, type MessagesApi } from '../support/models/messages-api.ts';
import { Task } from '../../src/shared/domain/task.ts';
import {
  create,
  mustCreate,
  openTestJournal,
  testClock,
  testFolder,
} from '../../src/main/coordinator/journal/testing.ts';
import { createAccounts } from '../../src/main/coordinator/gateway/accounts/accounts.ts';
import { createAdmission } from '../../src/main/coordinator/gateway/limits/admission.ts';
import { createBudgets } from '../../src/main/coordinator/gateway/limits/budgets.ts';
import { askModel } from '../../src/main/coordinator/gateway/models/ask.ts';
import { costMicros } from '../../src/shared/model-prices.ts';
import { Settings } from '../../src/shared/settings.ts';
import { openModelAnalysis } from '../../src/main/coordinator/scheduler/analysis/model.ts';
import type { AskModel } from '../../src/main/coordinator/scheduler/analysis/gather.ts';

const MODEL = 'claude-haiku-4-5';
const WORDS = ['go', 'node'];

let answer: Block[];
let api: MessagesApi;
const clock = testClock();
let folder: ReturnType<typeof testFolder>;
let lines: string[];

beforeEach(async () => {
  answer = [];
  lines = [];
  folder = testFolder();
  api = await startMessagesApi(() => answer, { keys: { 'sk-own': {} } });
});
afterEach(async () => {
  await api.close();
  folder[Symbol.dispose]();
});

async function open(
  analysis: Partial<Settings['analysis']> = {},
  key = 'sk-own',
): Promise<() => AskModel | null> {
  const settings = Settings.parse({ analysis: { model: `anthropic/${MODEL}`, ...analysis } });
  const accounts = createAccounts({ dir: folder.dir, keychain: null, clock });
  const about = { provider: 'anthropic', name: 'Own', auth: 'api_key', baseUrl: api.url } as const;
  await accounts.add(about, key);
  const budgets = createBudgets({
    limits: () => settings.budgets,
    clock,
    ofTask: () => ({ micros: 0, tokens: 0 }),
    since: () => new Map(),
  });
  const admission = createAdmission({
    ...{ accounts, budgets, clock, priceOf: () => null, log: () => {} },
    sessions: { isGood: () => true, suspect: () => {}, onChange: () => () => {} },
  });
  return openModelAnalysis({
    ask: async (question, signal) =>
      await askModel(question, signal, { admission, accounts, clock }),
    settings: () => settings.analysis,
    clock,
    log: (line) => void lines.push(line),
  });
}

async function task(): Promise<Task> {
  const journal = openTestJournal(folder.dir);
  const found = journal.task(
    await mustCreate(journal, create({ title: 'Totals', body: 'Wrong.' })),
  );
  await journal.close();
  return Task.parse(found);
}

function saying(input: Record<string, unknown>): Block[] {
  return [{ type: 'tool_use', name: 'describe_task', input }];
}

it('takes a few fields of what it says, and only needs that agents have', async () => {
  answer = saying({
    ...{ specialty: 'backend', size: 'small', needs: ['go', 'agent.bob', 'rm -rf'] },
    ...{ confidential: true, location: 'Mars', priority: 'urgent' },
  });
  const ask = (await open())();
  const why = { from: 'model', why: MODEL };
  expect(await ask?.(await task(), WORDS)).toEqual({
    specialty: { value: 'backend', ...why },
    size: { value: 'small', ...why },
    security: { value: 'confidential', ...why },
    needs: [{ value: 'go', ...why }],
  });
  const [sent] = api.requests;
  expect(sent?.key).toBe('sk-own');
  expect(sent?.body).toContain('"tool_choice":{"type":"tool","name":"describe_task"}');
  expect(sent?.body).toContain('Words for needs: go, node');
});

it.each([
  ['speaks of something else', [{ type: 'text', text: 'I will.' }]],
  ['fills in what is no such word', saying({ specialty: 'cooking' })],
  ['answers with another form', saying({ needs: 'go' })],
] satisfies [string, Block[]][])('leaves it to the rules when it %s', async (_, blocks) => {
  answer = blocks;
  expect(await (await open())()?.(await task(), WORDS)).toBeNull();
  expect(lines.join()).not.toContain('sk-own');
});

it('leaves it to the rules when its account is refused, and shows no key', async () => {
  answer = saying({ specialty: 'backend' });
  const ask = (await open({}, 'sk-wrong'))();
  expect(await ask?.(await task(), WORDS)).toBeNull();
  expect(lines).toEqual(['no model looked at task-1, only rules count: Own refused (401)']);
});

it('leaves it to the rules when no answer comes in time', async () => {
  api.fail({ kind: 'hang' });
  const late = (await open())()?.(await task(), WORDS);
  // It is under way when the request is there.
  while (api.requests.length === 0) await new Promise<void>((resolve) => setImmediate(resolve));
  clock.advance(8_000);
  expect(await late).toBeNull();
  expect(lines.join()).toContain('it did not answer in time');
});

it('asks no more when the day’s money is spent, and again on the next day', async () => {
  answer = saying({ size: 'small' });
  const each = costMicros(MODEL, {
    input: 1_000,
    output: 50,
    cacheRead: 200,
    cacheWrite: 0,
    cacheWriteHour: 0,
  });
  expect(each).toBeGreaterThan(0);
  // A cent: eight calls and a bit.
  const model = await open({ dayDollars: 0.01 });
  const about = await task();
  let asked = 0;
  for (let ask = model(); ask !== null && asked < 50; ask = model()) {
    await ask(about, WORDS);
    asked += 1;
  }
  expect(asked).toBe(Math.ceil(10_000 / (each ?? 1)));
  clock.advance(86_400_000);
  expect(model()).not.toBeNull();
});

it('asks nobody where no model is set', async () => {
  expect((await open({ model: null }))()).toBeNull();
});
