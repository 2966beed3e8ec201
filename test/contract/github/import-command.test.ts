/** `koubou github issues` and `koubou import` against a real API and a stand-in for GitHub: from a search to tasks. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runCli } from '../../../src/cli/run-cli.ts';
import { openTestApi, TOKEN, type TestApi } from '../../../src/main/coordinator/api/testing.ts';
import { startGitHub, type GitHubStandIn } from '../../support/github/start-github.ts';

let api: TestApi;
let github: GitHubStandIn;
let scratch: string;
let ran = 0;

beforeEach(async () => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-cli-issues-'));
  api = await openTestApi();
  github = await startGitHub({ clock: api.clock });
  await github.createRepo('acme/shop', { files: { 'README.md': '# Shop' } });
  const signIn = ['github', 'sign-in', '--host', github.web, '--with-token'];
  expect(await koubou(signIn, github.createToken('bot'))).toMatchObject({ code: 0 });
});

afterEach(async () => {
  await api.close();
  await github.close();
  rmSync(scratch, { recursive: true, force: true });
});

async function koubou(args: string[], typed = '') {
  let [out, err] = ['', ''];
  const code = await runCli(
    args,
    {
      write: async (text) => void (out += text),
      warn: (text) => (err += `${text}\n`),
      readInput: async () => typed,
      ask: async () => null,
      openKeyboard: () => null,
      env: { KOUBOU_URL: api.url, KOUBOU_TOKEN: TOKEN },
      platform: 'linux',
      home: scratch,
      cwd: scratch,
      colours: false,
      columns: undefined,
      now: () => api.clock.now(),
      requestKey: `key-${++ran}`,
      offline: async () => await import('../../../src/main/coordinator/offline.ts'),
      simulator: () => Promise.reject(new Error('nothing is simulated here')),
      stop: new AbortController().signal,
    },
    () => {},
  );
  return { code, out, err };
}

const ENGINE = ['--engine', 'command:true'];
const repo = () => `${github.web}/acme/shop`;
const tasks = () => api.journal.tasks({ limit: 9 }).toReversed();

test('lists repositories, and issues by labels and by search', async () => {
  github.createIssue('acme/shop', { title: 'Round prices', labels: ['bug', 'easy'] });
  github.createIssue('acme/shop', { title: 'Wish', assignees: ['bob'] });
  expect((await koubou(['github', 'repositories', 'sho'])).out).toContain('acme/shop');
  const bugs = await koubou(['github', 'issues', 'acme/shop', '--label', 'bug', 'easy']);
  expect(bugs.out).toMatch(/acme\/shop#1\s+open\s+Round prices\s+bug, easy/);
  expect(bugs.out).not.toContain('Wish');
  const wishes = await koubou(['github', 'issues', repo(), '--search', 'assignee:bob', '--json']);
  expect(wishes.out).toContain('"Wish"');
  expect(await koubou(['github', 'issues', 'acme/lost'])).toMatchObject({ code: 1 });
  const one = await koubou(['github', 'issues', 'acme/shop', '--limit', '1']);
  expect(one.err).toContain('1 more');
});

test('makes tasks of what a search finds, with what the issues ask for and wait for', async () => {
  github.createIssue('acme/shop', { title: 'Wish' });
  github.createIssue('acme/shop', {
    ...{ title: 'Round prices', labels: ['bug', 'koubou:high', 'koubou:specialty=backend'] },
    body: 'depends on #1',
  });
  const made = await koubou(['import', repo(), '--label', 'bug', ...ENGINE]);
  expect(made.out).toMatch(
    /task-1\s+acme\/shop#2\s+Round prices\s+blocked; waits for acme\/shop#1/,
  );
  expect(tasks()).toMatchObject([
    {
      ...{ title: 'Round prices', priority: 'high', specialty: 'backend', state: 'blocked' },
      origin: { url: `${repo()}/issues/2`, ref: 'acme/shop#2', forge: 'github' },
      blockers: [{ ref: 'acme/shop#1' }],
      source: { state: 'open', author: 'alice' },
    },
  ]);
  const again = await koubou(['import', repo(), '--search', 'label:bug', ...ENGINE]);
  expect(again).toMatchObject({ code: 0 });
  expect(again.out).toContain('task-1 was made of it already');
  const nothing = await koubou(['import', repo(), '--label', 'nobody-has-it', ...ENGINE]);
  expect(nothing).toMatchObject({ code: 1 });
  expect(nothing.err).toContain('nothing was found');
});

test('takes links of a host where one is signed in, and says what to do with a whole repository', async () => {
  github.createIssue('acme/shop', { title: 'Round prices' });
  github.createIssue('acme/shop', { title: 'Done' });
  github.closeIssue('acme/shop#2');
  const links = [1, 2].map((n) => `${repo()}/issues/${n}`);
  const made = await koubou(['import', ...links, ...ENGINE]);
  expect(made.code).toBe(0);
  expect(made.out).toContain('it is closed');
  expect(tasks().map(({ title }) => title)).toEqual(['Round prices']);
  const whole = await koubou(['import', `${repo()}.git`, ...ENGINE]);
  expect(whole.out).toContain('pick from its issues with --label or --search');
});
