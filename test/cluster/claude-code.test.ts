/**
 * The real Claude Code command line works on a task: it talks to a local server that speaks the Messages API
 * and is led to change a repository with real contents and a long history.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openClient } from '../support/console-client.ts';
import { commitAll, git, makeHistoryRepo } from '../support/history-repo.ts';
import {
  startMessagesApi,
  type ApiError,
  type Block,
  type MessagesApi,
  type Turn,
} from '../support/models/messages-api.ts';
import { ROOT, startWorkshop, type Workshop } from '../support/workshop.ts';

const NEW_FILE = `const parse = require('./parse')
// True for a version without a prerelease tag.
const isStable = (version, options) => {
  const v = parse(version, options)
  return v !== null && v.prerelease.length === 0
}
module.exports = isStable
`;

const CHECK = `const assert = require('node:assert')
const semver = require('./index.js')
assert.strictEqual(semver.isStable('1.2.3'), true)
assert.strictEqual(semver.isStable('1.2.3-rc.1'), false)
console.log('stable checks passed')
`;

/** What the model "thinks": write a function, export it, look at the result. */
function implementIsStable(step: number, cwd: string): Block[] {
  const index = path.join(cwd, 'index.js');
  switch (step) {
    case 0:
      return [
        { type: 'text', text: 'I will add the function and export it.' },
        {
          type: 'tool_use',
          name: 'Write',
          input: { file_path: path.join(cwd, 'functions/is-stable.js'), content: NEW_FILE },
        },
      ];
    case 1:
      return [{ type: 'tool_use', name: 'Read', input: { file_path: index } }];
    case 2:
      return [
        {
          type: 'tool_use',
          name: 'Edit',
          input: {
            file_path: index,
            old_string: "const subset = require('./ranges/subset')",
            new_string:
              "const subset = require('./ranges/subset')\nconst isStable = require('./functions/is-stable')",
          },
        },
      ];
    case 3:
      return [
        {
          type: 'tool_use',
          name: 'Edit',
          input: {
            file_path: index,
            old_string: '  subset,\n',
            new_string: '  subset,\n  isStable,\n',
          },
        },
      ];
    default:
      return [{ type: 'text', text: 'semver.isStable is there and exported.' }];
  }
}

let scratch: string;
let repo: string;
let api: MessagesApi;
let workshop: Workshop | undefined;
let reply: (turn: Turn) => Block[] | ApiError;

beforeEach(async () => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-claude-'));
  repo = path.join(scratch, 'semver');
  expect(makeHistoryRepo(repo)).toBeGreaterThan(50);
  writeFileSync(path.join(repo, 'check.js'), CHECK);
  writeFileSync(path.join(repo, '.koubou.yaml'), 'test: node check.js\n');
  commitAll(repo, 'Describe what is wanted as a check');
  reply = ({ step, cwd }) => implementIsStable(step, cwd);
  api = await startMessagesApi((turn) => reply(turn));
  workshop = await startWorkshop({
    env: {
      PATH: `${path.join(ROOT, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`,
      HOME: scratch,
      ANTHROPIC_BASE_URL: api.url,
      ANTHROPIC_API_KEY: 'test-key-4f1c',
      CLAUDE_CODE_MAX_RETRIES: '0',
    },
  });
});

afterEach(async () => {
  await workshop?.close();
  await api.close();
  rmSync(scratch, { recursive: true, force: true });
});

function running(): Workshop {
  if (!workshop) throw new Error('the workshop did not start');
  return workshop;
}

test('an issue becomes a tested branch through the real command line', async () => {
  const { call, until } = running();
  const { id } = await call('tasks.create', {
    repo,
    title: 'Add semver.isStable(version)',
    body: 'True for versions without a prerelease tag. Export it from index.js.',
    engine: { kind: 'claude-code' },
  });
  const task = await until(id, 'review');

  expect(task.change).toMatchObject({
    branch: `koubou/${id}-add-semver-isstable-version`,
    base: 'main',
    baseCommit: git(repo, 'rev-parse', 'main'),
    stats: { files: 2, insertions: 9, deletions: 0 },
    tests: { outcome: 'passed', command: 'node check.js', exitCode: 0 },
  });
  const diff = await call('tasks.diff', { id });
  expect(diff.files.map(({ path: name, status }) => [name, status])).toEqual([
    ['functions/is-stable.js', 'added'],
    ['index.js', 'modified'],
  ]);
  const { attempts } = await call('tasks.attempts', { id });
  expect(attempts[0]?.usage).toMatchObject({ outputTokens: 250 });
  const terminal = await call('tasks.terminal', { id, format: 'text' });
  expect(terminal).toContain('I will add the function and export it.');
  expect(terminal).toContain('stable checks passed');
  expect(terminal).not.toContain('test-key-4f1c');

  await call('tasks.approve', { id });
  await until(id, 'completed');
  expect(git(repo, 'show', 'main:functions/is-stable.js')).toBe(NEW_FILE.trim());
  expect(git(repo, 'status', '--porcelain')).toBe('');
});

// Its screen is another's program, which may take a key for part of what was pasted before: pressed again, and tried again once.
const SCREEN = { timeout: 45_000, retry: 1 };

test(
  'a person talks to a branch of its session, and it goes on with its own as if nothing had been',
  SCREEN,
  async () => {
    const letGo = path.join(scratch, 'let-go');
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const bash = (command: string): Block[] => [
      { type: 'tool_use', name: 'Bash', input: { command } },
    ];
    reply = ({ step, cwd, prompt }) => {
      if (prompt.includes('where-are-you')) return [{ type: 'text', text: 'still-waiting' }];
      if (step === 0) return bash('true');
      if (step > 1) return implementIsStable(step - 2, cwd);
      begin();
      return bash(`until [ -e '${letGo}' ]; do sleep 0.1; done`);
    };
    const { call, until } = running();
    const { id } = await call('tasks.create', {
      repo,
      title: 'Add semver.isStable(version)',
      engine: { kind: 'claude-code' },
    });
    await begun;
    const { id: consoleId } = await call('consoles.take_over', { id, kind: 'engine' });
    const person = await openClient(running());
    person.watch(consoleId, true);
    await person.writes(consoleId, true);
    // What was said so far.
    await person.shows('semver.isStable(version)');
    person.type(consoleId, 'where-are-you');
    await person.shows('where-are-you');
    const enter = (): void => person.type(consoleId, '\r');
    enter();
    const pressing = setInterval(enter, 3_000);
    await person.shows('still-waiting').finally(() => clearInterval(pressing));
    await call('consoles.hand_back', { id });
    person.close();
    writeFileSync(letGo, '');
    await until(id, 'review');
    const { files } = await call('tasks.diff', { id });
    expect(files.map((file) => file.path)).toEqual(['functions/is-stable.js', 'index.js']);
    expect(await call('tasks.terminal', { id, format: 'text' })).not.toContain('still-waiting');
  },
);

test('a refused key is told in words, and nothing is retried blindly', async () => {
  reply = () => ({ status: 401, type: 'authentication_error', message: 'invalid x-api-key' });
  const { call, untilEvent } = running();
  const { id } = await call('tasks.create', {
    repo,
    title: 'Anything',
    engine: { kind: 'claude-code' },
  });
  const failed = await untilEvent(
    ({ event }) => event.type === 'task.failed' && event.taskId === id,
  );
  expect(failed.event).toMatchObject({ code: 'engine_not_logged_in', retryAt: null });
  const task = await call('tasks.get', { id });
  expect(task.failure?.message).toMatch(/log in|API key/i);
});
