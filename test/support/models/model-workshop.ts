/**
 * A workshop whose models are stand-ins on this machine, and whose command lines are the real ones of this checkout: accounts
 * at the stand-ins are the only way to speak, as nothing is signed in by itself.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ModelAccountId } from '../../../src/shared/models.ts';
import { makeRepo } from '../small-repo.ts';
import { ROOT, startWorkshop, type Workshop } from '../workshop.ts';
import type { Move } from './moves.ts';
import type { Step } from './openai-api-script.ts';

/** What accounts are added with; whoever else holds it is a leak. */
export const ACCOUNT_KEY = 'sk-marked-account-7c20';

/** Where OpenCode is: its start takes seconds and 600 MB, so it is found only where it is tried. Their package that picks the program of a platform (`opencode-ai`) runs a script for it when it is installed. */
export const OPENCODE = path.join(
  ROOT,
  'node_modules',
  `opencode-${process.platform}-${process.arch}`,
  'bin',
);

/** Makes the repository pass its test. */
export const REPAIR: readonly Move[] = [
  { do: 'read', file: 'add.js' },
  { do: 'replace', file: 'add.js', old: 'a - b', new: 'a + b' },
  { do: 'run', command: 'node check.js' },
];

const FILES = {
  'add.js': 'exports.add = (a, b) => a - b;\n',
  'check.js': "const { add } = require('./add.js');\nif (add(2, 3) !== 5) process.exit(1);\n",
  '.koubou.yaml': 'test: node check.js\n',
};

export interface ModelWorkshop {
  readonly workshop: Workshop;
  readonly dir: string;
  /** Its test fails until `REPAIR` was done. */
  makeRepo(name: string): string;
  addAccount(provider: 'anthropic' | 'openai', baseUrl: string): Promise<ModelAccountId>;
  /** On the same data and address; the one before has to be gone. */
  restart(): Promise<Workshop>;
  close(): Promise<void>;
}

/** @param env variables of coordinator, agent and engines, in place of the usual ones */
export async function startModelWorkshop(
  env: Readonly<Record<string, string>> = {},
): Promise<ModelWorkshop> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'koubou-engines-'));
  const dir = path.join(scratch, 'data');
  mkdirSync(dir);
  writeFileSync(path.join(dir, 'config.yaml'), 'agents: { slots: 6 }\n');
  const options = { dir, env: { ...environmentIn(scratch), ...env } };
  let workshop = await startWorkshop(options);
  await workshop.untilAgent();
  return {
    get workshop() {
      return workshop;
    },
    dir,
    makeRepo: (name) => makeRepo(path.join(scratch, name), FILES),
    async addAccount(provider, baseUrl) {
      const about = { provider, name: 'Main', baseUrl, secret: ACCOUNT_KEY };
      const { id } = await workshop.call('accounts.add', about);
      return id;
    },
    async restart() {
      const args = ['--port', new URL(workshop.url).port];
      workshop = await startWorkshop({ ...options, args });
      return workshop;
    },
    async close() {
      try {
        await workshop.close();
      } finally {
        rmSync(scratch, { recursive: true, force: true });
      }
    },
  };
}

/** With the programs of this checkout in front, and nobody's sign-in. */
function environmentIn(home: string): Record<string, string | undefined> {
  return {
    PATH: `${path.join(ROOT, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`,
    HOME: home,
    ANTHROPIC_API_KEY: undefined,
    ANTHROPIC_AUTH_TOKEN: undefined,
    ANTHROPIC_BASE_URL: undefined,
    OPENAI_API_KEY: undefined,
    CODEX_API_KEY: undefined,
    CODEX_HOME: undefined,
    // Nothing listens there.
    OLLAMA_HOST: 'http://127.0.0.1:9',
  };
}

/** A move, for the stand-in of OpenAI's API. */
export function stepOf(move: Move): Step {
  switch (move.do) {
    case 'say':
    case 'run':
      return move;
    case 'read':
      return { do: 'read', path: move.file };
    case 'write':
      return { do: 'write', path: move.file, content: move.content };
    case 'replace':
      return {
        do: 'edit',
        path: move.file,
        before: 'exports.add = (a, b) => a - b;\n',
        after: 'exports.add = (a, b) => a + b;\n',
      };
  }
}
