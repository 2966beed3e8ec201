/** The engine `ollama`, against a server that speaks its HTTP API: work, models that are not there, servers that are not there. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../../src/agent/clock.ts';
import type { EngineResult } from '../../../src/agent/engines/engine.ts';
import { ollamaAddress } from '../../../src/agent/engines/ollama-address.ts';
import { ollamaEngine } from '../../../src/agent/engines/ollama.ts';
import { openLoopRun, type LoopRun } from '../../support/models/loop-run.ts';
import {
  startOllamaApi,
  type OllamaApi,
  type OllamaFault,
  type OllamaOptions,
} from '../../support/models/ollama-api.ts';
import { moves } from '../../support/models/moves.ts';

const FILES = {
  'sum.cjs': 'module.exports = (a, b) => a - b;\n',
  'check.cjs': "if (require('./sum.cjs')(1, 2) !== 3) process.exit(1);\n",
  '.koubou.yaml': 'test: node check.cjs\n',
};
const REPAIR = moves(
  { do: 'read', file: 'sum.cjs' },
  { do: 'replace', file: 'sum.cjs', old: 'a - b', new: 'a + b' },
  { do: 'run', command: 'node check.cjs && echo all is well' },
);

let folder: string;
let api: OllamaApi | undefined;
let opened: LoopRun | undefined;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'koubou-loop-'));
});
afterEach(async () => {
  await opened?.close();
  await api?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(options: OllamaOptions = {}): Promise<{ loop: LoopRun; server: OllamaApi }> {
  api = await startOllamaApi(REPAIR, options);
  const env = { OLLAMA_HOST: api.url, ANTHROPIC_API_KEY: 'own-key-77' };
  opened = await openLoopRun(folder, { files: FILES, env });
  return { loop: opened, server: api };
}

/** Pauses are over at once; limits are not. */
const hasty = {
  ...systemClock,
  after: (ms: number, run: () => void) => systemClock.after(ms < 10_000 ? 0 : ms, run),
};

async function end({ run }: LoopRun, model?: string): Promise<EngineResult> {
  return await ollamaEngine({ model, clock: hasty, isRoot: false })(run);
}

test('it changes a repository with whatever model is there, and says what it used', async () => {
  const { loop, server } = await open();
  const result = await end(loop);
  expect(loop.file('sum.cjs')).toBe('module.exports = (a, b) => a + b;\n');
  expect(loop.shown()).toContain('all is well\r\n');
  const { input: inputTokens, output: outputTokens } = server.used;
  const usage = { inputTokens, outputTokens, cachedInputTokens: 0, costUsd: null };
  expect(result).toEqual({ ok: true, value: { usage } });
  const chats = server.requests.filter(({ path: asked }) => asked === '/api/chat');
  expect(chats.map(({ body }) => /"num_ctx":(\d+)/.exec(body)?.[1])).toEqual(
    chats.map(() => '32768'),
  );
});

test('a model that is not there is fetched, for people to see', async () => {
  const { loop } = await open({ fetchable: ['large:7b'] });
  expect(await end(loop, 'large:7b')).toMatchObject({ ok: true });
  const shown = loop.shown();
  expect(shown).toContain('large:7b is not here yet');
  expect(shown).toContain('pulling 6a0746a1ec1a 50 % of 2.0 GB');
  expect(shown.match(/ % of /g)).toHaveLength(11);
});

const BARE = [{ name: 'bare:latest', capabilities: ['completion'], context: 8_192 }];

test('what cannot be is told in words', async () => {
  const { loop } = await open({ models: BARE });
  expect(await end(loop)).toMatchObject({
    error: { code: 'engine_missing', message: expect.stringContaining('ollama pull') as string },
  });
  expect(await end(loop, 'nope')).toMatchObject({
    error: { code: 'engine_missing', message: expect.stringContaining('does not exist') as string },
  });
  expect(await end(loop, 'bare')).toMatchObject({
    error: {
      code: 'engine_request_invalid',
      message: expect.stringContaining('cannot use tools') as string,
    },
  });
});

test('a server that is not there is told with what to do', async () => {
  const { loop, server } = await open();
  await server.close();
  api = undefined;
  expect(await end(loop)).toMatchObject({
    error: {
      code: 'engine_unreachable',
      message: expect.stringContaining('ollama serve') as string,
    },
  });
});

test.each<[string, OllamaFault, string]>([
  ['dropped', { kind: 'drop' }, 'engine_unreachable'],
  ['torn', { kind: 'torn' }, 'engine_unreachable'],
  ['garbage', { kind: 'garbage' }, 'engine_unreachable'],
  ['ended early', { kind: 'cut' }, 'engine_unreachable'],
  ['busy', { kind: 'error', status: 503, message: 'server busy' }, 'engine_overloaded'],
  ['broken', { kind: 'error', status: 500, message: 'llama runner terminated' }, 'engine_failed'],
  [
    'broken later',
    { kind: 'error_in_stream', message: 'an error was encountered' },
    'engine_failed',
  ],
  ['gone', { kind: 'error', status: 404, message: "model 'small' not found" }, 'engine_missing'],
])('%s is classed', async (_, fault, code) => {
  const { loop, server } = await open();
  server.fail(fault);
  expect(await end(loop)).toMatchObject({ error: { code } });
});

test.each([
  [undefined, 'http://127.0.0.1:11434'],
  ['', 'http://127.0.0.1:11434'],
  ['0.0.0.0', 'http://127.0.0.1:11434'],
  ['0.0.0.0:8080', 'http://127.0.0.1:8080'],
  [':8080', 'http://127.0.0.1:8080'],
  ['models.lan', 'http://models.lan:11434'],
  ['https://models.lan/ollama/', 'https://models.lan:443/ollama'],
  ['http://models.lan', 'http://models.lan:80'],
  ['[::1]:9', 'http://[::1]:9'],
  ['[::]', 'http://[::1]:11434'],
])('OLLAMA_HOST=%s is %s', (host, url) => {
  expect(ollamaAddress(host)).toBe(url);
});
