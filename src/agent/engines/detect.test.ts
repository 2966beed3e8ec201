/** Which engines are found on a machine, and which of them are ready by themselves. */
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AgentEngine } from '../../shared/domain/agent.ts';
import type { EngineKind } from '../../shared/domain/engine.ts';
import { detectEngines } from './detect.ts';

let home: string;
let server: Server | null = null;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'koubou-detect-'));
});
afterEach(() => {
  rmSync(home, { recursive: true });
  server?.close();
  server = null;
});

/** Nothing listens there. */
const NO_OLLAMA = { OLLAMA_HOST: '127.0.0.1:1' };

async function find(kind: EngineKind, env: Record<string, string> = {}) {
  const found = await detectEngines({ PATH: home, HOME: home, ...NO_OLLAMA, ...env });
  return found.find((engine) => engine.kind === kind);
}

function install(name: string, version: string): void {
  const file = path.join(home, name);
  writeFileSync(file, `#!/bin/sh\necho "${version}"\n`);
  chmodSync(file, 0o755);
}

function put(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(home, file)), { recursive: true });
  writeFileSync(path.join(home, file), text);
}

test('what needs nothing is always there', async () => {
  const found = await detectEngines({ PATH: '/nowhere', HOME: home, ...NO_OLLAMA });
  expect(found.map(({ kind, ready }) => [kind, ready])).toEqual([
    ['anthropic', false],
    ['command', true],
  ]);
  expect(await find('anthropic', { ANTHROPIC_API_KEY: 'k' })).toMatchObject({ ready: true });
});

interface Program {
  readonly kind: EngineKind;
  readonly program: string;
  readonly says: string;
  readonly version: string;
  readonly key: string;
  readonly file: string;
  readonly why: string;
}
const PROGRAMS: Program[] = [
  {
    kind: 'claude-code',
    program: 'claude',
    says: '2.1.329 (Claude Code)',
    version: '2.1.329',
    key: 'CLAUDE_CODE_OAUTH_TOKEN',
    file: '.claude/.credentials.json',
    why: 'run "claude" once',
  },
  {
    kind: 'codex',
    program: 'codex',
    says: 'codex-cli 0.169.0',
    version: '0.169.0',
    key: 'OPENAI_API_KEY',
    file: '.codex/auth.json',
    why: 'run "codex login"',
  },
  {
    kind: 'opencode',
    program: 'opencode',
    says: '1.18.33',
    version: '1.18.33',
    key: 'ANTHROPIC_API_KEY',
    file: '.local/share/opencode/auth.json',
    why: 'run "opencode auth login"',
  },
];

test.each(PROGRAMS)('$kind: installed, signed in, or with a key', async (program) => {
  const { kind, version, key, file } = program;
  expect(await find(kind)).toBeUndefined();
  install(program.program, program.says);
  const before: AgentEngine | undefined = await find(kind);
  expect(before).toMatchObject({ kind, version, ready: false });
  expect(before?.why).toContain(program.why);
  expect(await find(kind, { [key]: 'k' })).toMatchObject({ ready: true, why: null });
  put(file, '{"anthropic":{}}');
  expect(await find(kind)).toMatchObject({ ready: true, why: null });
});

test('a list of sign-ins without any is none', async () => {
  install('opencode', '1.18.33');
  put('.local/share/opencode/auth.json', '{}');
  expect(await find('opencode')).toMatchObject({ ready: false });
});

test('Ollama: its server answers with its models, or has to be started', async () => {
  server = createServer((req, res) => {
    const models = ['a:1b', 'b:2b', 'c:3b', 'd:4b'].map((name) => ({ name }));
    res.end(JSON.stringify(req.url === '/api/version' ? { version: '0.13.1' } : { models }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : null;
  const there = { OLLAMA_HOST: `0.0.0.0:${port}` };
  expect(await find('ollama')).toBeUndefined();
  expect(await find('ollama', there)).toEqual({
    ...{ kind: 'ollama', version: '0.13.1 (a:1b, b:2b, c:3b, 1 more)', ready: true, why: null },
  });
  install('ollama', 'ollama version is 0.13.1');
  const off = await find('ollama');
  expect(off).toMatchObject({ version: '0.13.1', ready: false });
  expect(off?.why).toContain('ollama serve');
});
