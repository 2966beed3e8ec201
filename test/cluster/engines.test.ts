/**
 * Every engine, the whole way: the real command lines and our own loops work on a task, through coordinator, agent and
 * gateway, with models that are stand-ins. What those say was used is what is counted, everywhere, and to the token.
 */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EngineKind, EngineSpec, Usage } from '../../src/shared/domain/engine.ts';
import type { TaskId } from '../../src/shared/ids.ts';
import { startMessagesApi, type MessagesApi } from '../support/models/messages-api.ts';
import {
  ACCOUNT_KEY,
  OPENCODE,
  REPAIR,
  startModelWorkshop,
  stepOf,
  type ModelWorkshop,
} from '../support/models/model-workshop.ts';
import { moves } from '../support/models/moves.ts';
import { startOllamaApi, type OllamaApi } from '../support/models/ollama-api.ts';
import { startOpenAiApi, type OpenAiApi } from '../support/models/openai-api.ts';
import { ROOT } from '../support/workshop.ts';
import { git } from '../support/history-repo.ts';

type Kind = Exclude<EngineKind, 'command'>;
type Tokens = Pick<Usage, 'inputTokens' | 'outputTokens' | 'cachedInputTokens'>;

const NONE: Tokens = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0 };

let anthropic: MessagesApi;
let openai: OpenAiApi;
let ollama: OllamaApi;
let place: ModelWorkshop;
/** Keys in files of attempts, seen while their engines worked. */
let shownKeys: Set<string>;

beforeEach(async () => {
  shownKeys = new Set();
  const play = moves(...REPAIR);
  const counted = { keys: { [ACCOUNT_KEY]: {} }, counts: 'counted' } as const;
  anthropic = await startMessagesApi((turn) => {
    lookForKeys();
    return play(turn);
  }, counted);
  openai = await startOpenAiApi(({ step }) => {
    lookForKeys();
    return [stepOf(REPAIR[step] ?? { do: 'say', text: 'Done.' })];
  });
  openai.keys.add(ACCOUNT_KEY);
  ollama = await startOllamaApi(play);
  place = await startModelWorkshop({
    OLLAMA_HOST: ollama.url,
    PATH: [OPENCODE, path.join(ROOT, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(':'),
  });
});

afterEach(async () => {
  await place.close();
  await Promise.all([anthropic.close(), openai.close(), ollama.close()]);
});

function lookForKeys(): void {
  for (const file of globSync('**/models.key', { cwd: place.dir }))
    shownKeys.add(readFileSync(path.join(place.dir, file), 'utf8').trim());
}

/** Whose requests they are is told by the program that made them. */
const PROGRAMS: readonly [Kind, RegExp][] = [
  ['claude-code', /^claude-cli\//],
  ['opencode', /opencode|ai-sdk/],
  ['anthropic', /^Anthropic\/JS/],
];

/** What the stand-ins said that each engine used. */
function saidToBeUsed(): Record<Kind, Tokens> {
  const said: Record<Kind, Tokens> = {
    ...{ 'claude-code': NONE, opencode: NONE, anthropic: NONE, codex: NONE },
    ollama: { ...NONE, inputTokens: ollama.used.input, outputTokens: ollama.used.output },
  };
  for (const { headers, counts } of anthropic.requests) {
    const agent = headers['user-agent'] ?? '';
    const [kind] = PROGRAMS.find(([, pattern]) => pattern.test(agent)) ?? [];
    if (!counts) continue;
    if (!kind) throw new Error(`a call of nobody that is known: ${agent}`);
    const { input, cacheWrite, cacheRead, output } = counts;
    const one = { inputTokens: input + cacheWrite, outputTokens: output };
    said[kind] = plus(said[kind], { ...one, cachedInputTokens: cacheRead });
  }
  for (const { usage } of openai.calls) if (usage) said.codex = plus(said.codex, usage);
  return said;
}

function plus(a: Tokens, b: Tokens): Tokens {
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    cachedInputTokens: a.cachedInputTokens + b.cachedInputTokens,
  };
}

function tokensOf({ inputTokens, outputTokens, cachedInputTokens }: Tokens): Tokens {
  return { inputTokens, outputTokens, cachedInputTokens };
}

const ENGINES: readonly (EngineSpec & { readonly kind: Kind })[] = [
  { kind: 'claude-code' },
  { kind: 'codex' },
  { kind: 'opencode' },
  { kind: 'anthropic' },
  { kind: 'ollama', model: 'small' },
];

/** Five command lines start beside each other: a machine with little to spare takes its time. */
const patient = { timeout: 300_000 };

test(
  'each makes a change that passes, and what it used is counted to the token',
  patient,
  async () => {
    await place.addAccount('anthropic', anthropic.url);
    await place.addAccount('openai', openai.url);
    const { call } = place.workshop;
    const tasks = await Promise.all(
      ENGINES.map(async (engine) => {
        const repo = place.makeRepo(engine.kind);
        const task = { repo, title: 'Make add right', body: 'Run check.js.', engine };
        const { id } = await call('tasks.create', task);
        return { id, repo, kind: engine.kind };
      }),
    );
    await Promise.all(tasks.map(async ({ id, repo }) => await isRepaired(id, repo)));

    const said = saidToBeUsed();
    const { groups, total } = await call('usage.get', { group: 'engine' });
    for (const { id, kind } of tasks) {
      const { attempts } = await call('tasks.attempts', { id });
      expect([kind, attempts.length]).toEqual([kind, 1]);
      const used = attempts[0]?.usage;
      expect([kind, used && tokensOf(used)]).toEqual([kind, said[kind]]);
      const group = groups.find(({ name }) => name === kind);
      expect([kind, group && tokensOf(group.total)]).toEqual([kind, said[kind]]);
      expect(said[kind].outputTokens).toBeGreaterThan(0);
      const calls = await call('usage.calls', { task: id });
      // What stays on its own machine is no request of the gateway.
      const sum = calls.total && tokensOf(calls.total);
      expect([kind, sum]).toEqual([kind, kind === 'ollama' ? NONE : said[kind]]);
    }
    expect(tokensOf(total)).toEqual(Object.values(said).reduce(plus));

    expect(new Set(anthropic.keys)).toEqual(new Set([ACCOUNT_KEY]));
    expect(new Set(openai.calls.map(({ key }) => key))).toEqual(new Set([ACCOUNT_KEY]));
    // Of the three command lines; the loop has its own in memory.
    expect(shownKeys.size).toBe(3);
    expect(shownKeys).not.toContain(ACCOUNT_KEY);
    expect(globSync('**/models.key', { cwd: place.dir })).toEqual([]);
  },
);

async function isRepaired(id: TaskId, repo: string): Promise<void> {
  const { call, until } = place.workshop;
  const { change } = await until(id, 'review');
  expect(change?.tests).toMatchObject({ outcome: 'passed', command: 'node check.js' });
  const { files } = await call('tasks.diff', { id });
  expect(files.map((file) => file.path)).toEqual(['add.js']);
  const terminal = await call('tasks.terminal', { id, format: 'text' });
  expect(terminal).toContain('Done.');
  expect(terminal).not.toContain(ACCOUNT_KEY);
  expect(git(repo, 'status', '--porcelain')).toBe('');
}
