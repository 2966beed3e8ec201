/** What is found in a code base, and what an engine is told about it. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AttemptSpec } from '../shared/protocol/agent.ts';
import { AttemptId, taskIdOfAttempt } from '../shared/ids.ts';
import { analyse, planTests, summaryOf } from './analyse.ts';
import { readEnvironment } from './config.ts';
import { createGit } from './git.ts';
import { promptFor } from './prompt.ts';
import { LIMITS, makeRepo } from './testing/fixture.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-analyse-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

const manifest = (more: object): string => JSON.stringify({ scripts: { test: 'vitest' }, ...more });
const pytest = { path: true };

test.each<
  [
    string,
    Record<string, string>,
    { setup: string | null; test: string } | null,
    { path: boolean }?,
  ]
>([
  ['package.json', { 'package.json': manifest({}) }, { setup: null, test: 'npm test' }],
  [
    'dependencies with a lock',
    { 'package.json': manifest({ dependencies: { a: '1' } }), 'package-lock.json': '{}' },
    { setup: 'npm ci --no-audit --no-fund', test: 'npm test' },
  ],
  [
    'dependencies without a lock',
    { 'package.json': manifest({ devDependencies: { a: '1' } }) },
    { setup: 'npm install --no-audit --no-fund', test: 'npm test' },
  ],
  [
    'dependencies that are there',
    { 'package.json': manifest({ dependencies: { a: '1' } }), 'node_modules/a/x': '' },
    { setup: null, test: 'npm test' },
  ],
  [
    'pnpm',
    { 'package.json': manifest({ dependencies: { a: '1' } }), 'pnpm-lock.yaml': '' },
    { setup: 'pnpm install --frozen-lockfile', test: 'pnpm test' },
  ],
  [
    "npm's placeholder",
    { 'package.json': '{"scripts":{"test":"echo \\"Error: no test specified\\" && exit 1"}}' },
    null,
  ],
  [
    'a manifest that is broken',
    { 'package.json': '{', Makefile: 'test:\n\ttrue\n' },
    { setup: null, test: 'make test' },
  ],
  ['Cargo.toml', { 'Cargo.toml': '' }, { setup: null, test: 'cargo test' }],
  ['go.mod', { 'go.mod': '' }, { setup: null, test: 'go test ./...' }],
  ['pytest', { 'tests/unit/test_a.py': '' }, { setup: null, test: 'python3 -m pytest' }, pytest],
  [
    'Python without pytest',
    { 'test_a.py': '' },
    { setup: null, test: 'python3 -m unittest discover' },
  ],
  [
    'pyproject',
    { 'pyproject.toml': '[tool.pytest.ini_options]' },
    { setup: null, test: 'python3 -m pytest' },
    pytest,
  ],
  ['a folder of other tests', { 'tests/readme.md': '' }, null],
  ['make check', { Makefile: 'all:\ncheck: all\n' }, { setup: null, test: 'make check' }],
  ['make with a variable', { Makefile: 'test := 1\n' }, null],
  ['nothing', { 'a.txt': '' }, null],
])('finds the tests of %s', async (_, files, plan, tools) => {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(dir, 'repo', name)), { recursive: true });
    writeFileSync(path.join(dir, 'repo', name), content);
  }
  if (tools?.path) {
    writeFileSync(path.join(dir, 'pytest'), '#!/bin/sh\n');
    chmodSync(path.join(dir, 'pytest'), 0o755);
  }
  expect(await planTests(path.join(dir, 'repo'), {}, { PATH: dir })).toEqual(plan);
});

const SPEC: AttemptSpec = {
  attemptId: AttemptId.parse('task-3.2'),
  taskId: taskIdOfAttempt(AttemptId.parse('task-3.2')),
  fence: 4,
  ordinal: 2,
  title: 'Make it faster',
  body: 'The start takes long.',
  feedback: [{ at: 0, by: 'ada', attemptId: null, comment: 'Measure\nfirst.' }],
  lastFailure: 'npm test ended with exit code 1',
  repo: { key: 'k', path: '/git/k.git', base: 'main', baseCommit: 'c', startFrom: 'koubou/task-3' },
  work: null,
  workBranch: 'koubou/work/task-3.2',
  branch: 'koubou/task-3',
  gitToken: 'never-told',
  engine: { kind: 'command', run: 'x' },
  author: { name: 'a', email: 'b' },
  limits: LIMITS,
};

test('an analysis reads as one line, and the prompt holds all an engine needs', async () => {
  const repo = path.join(dir, 'repo');
  makeRepo(repo, {
    'a.ts': '',
    'b.ts': '',
    'c.py': '',
    'package.json': manifest({}),
    '.koubou.yaml': 'setup: make deps\n',
  });
  const env = readEnvironment();
  const found = await analyse(repo, {
    git: createGit(env),
    env,
    signal: new AbortController().signal,
  });
  expect(found.plan).toEqual({ setup: 'make deps', test: 'npm test' });
  expect(summaryOf(found)).toBe('5 files · TypeScript, Python · test: npm test');
  const prompt = promptFor(SPEC, found, null);
  for (const part of [
    '# Make it faster',
    'The start takes long.',
    'ada: Measure\n  first.',
    'exit code 1',
    'from koubou/task-3',
    '`npm test`',
    'Do not push',
  ]) {
    expect(prompt).toContain(part);
  }
  expect(prompt).not.toContain('never-told');
});
