/** `koubou import` against a real API: what it takes, what it says, and with which code it ends. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { runCli } from '../../src/cli/run-cli.ts';
import { openTestApi, TOKEN, type TestApi } from '../../src/main/coordinator/api/testing.ts';

let api: TestApi;
let scratch: string;

beforeEach(async () => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-import-'));
  api = await openTestApi();
});

afterEach(async () => {
  await api.close();
  rmSync(scratch, { recursive: true, force: true });
});

async function koubou(
  args: string[],
  input = '',
): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const code = await runCli(
    args,
    {
      write: async (text) => void (out += text),
      warn: (line) => (err += `${line}\n`),
      readInput: async () => input,
      ask: async () => null,
      openKeyboard: () => null,
      env: { KOUBOU_URL: api.url, KOUBOU_TOKEN: TOKEN },
      platform: 'linux',
      home: scratch,
      cwd: scratch,
      colours: false,
      columns: undefined,
      now: () => 1_700_000_000_000,
      requestKey: `key-${args.join(' ').replaceAll(/\W/g, '')}`,
      offline: async () => await import('../../src/main/coordinator/offline.ts'),
      simulator: () => Promise.reject(new Error('nothing is simulated here')),
      stop: new AbortController().signal,
    },
    () => {},
  );
  return { code, out, err };
}

const ENGINE = ['--engine', 'command:true'];

test('makes tasks of links, of an issue once', async () => {
  const args = ['import', 'https://github.com/acme/shop/issues/12', 'acme/shop#13', ...ENGINE];
  const first = await koubou(args);
  expect(first).toMatchObject({ code: 0, err: '' });
  expect(first.out).toMatch(
    /^TASK\s+FROM\s+TITLE\s+NOTE\ntask-1\s+acme\/shop#12\s+Title of acme\/shop#12\s+pending\ntask-2/,
  );
  const second = await koubou([...args, '--priority', 'high']);
  expect(second.code).toBe(0);
  expect(second.out).toContain(
    'task-1 was made of it already and is pending: say --again to make another',
  );
  expect((await koubou([...args, '--again', '--needs', 'gpu'])).code).toBe(0);
  expect(api.journal.tasks({ limit: 9 }).map(({ id, needs }) => [id, needs])).toEqual([
    ['task-4', ['gpu']],
    ['task-3', ['gpu']],
    ['task-2', []],
    ['task-1', []],
  ]);
});

test('keeps on its agent what must not leave it, as "tasks add" does', async () => {
  const csv = path.join(scratch, 'tasks.csv');
  writeFileSync(csv, 'title,repo,engine\nOne,/srv/shop,\nTwo,/srv/shop,codex\n');
  const imported = await koubou(['import', '--file', csv, '--local-only']);
  expect(imported.code).not.toBe(0);
  expect(imported.out).toContain('cannot name codex');
  const add = ['tasks', 'add', '--repo', '/srv/shop', '--title', 'Three'];
  expect((await koubou([...add, '--local-only'])).code).toBe(0);
  const away = await koubou([...add, '--local-only', '--engine', 'codex']);
  expect(away.code).not.toBe(0);
  expect(away.err).toContain('cannot name codex');
  expect((await koubou([...add, '--engine', 'auto'])).code).toBe(0);
  expect((await koubou(['tasks', 'show', '2'])).out).toContain('ollama, local only');
  const made = api.journal.tasks({ limit: 9 });
  expect(made.map(({ engine, localOnly }) => [engine.kind, localOnly])).toEqual([
    ['auto', false],
    ['ollama', true],
    ['ollama', true],
  ]);
});

test('reads files, and says of each item why it became none', async () => {
  const table = `title;repo;priority\nOne;/srv/shop;low\nTwo;;\nThree;/srv/missing;\nFour;/srv/shop;soon\n`;
  writeFileSync(path.join(scratch, 'plan.csv'), table);
  const ran = await koubou(['import', '--file', 'plan.csv', '--json', ...ENGINE]);
  expect(ran.code).toBe(1);
  expect(ran.err).toContain('3 of 4 became no task');
  const lines = z
    .object({ items: z.array(z.object({ why: z.string().nullable(), result: z.unknown() })) })
    .parse(JSON.parse(ran.out)).items;
  expect(lines).toMatchObject([
    { why: null, result: { ok: true, id: 'task-1' } },
    { why: 'it names no repository: give --repo' },
    { why: 'there is no repository at /srv/missing' },
    { result: null },
  ]);
  expect(lines[3]?.why).toContain('priority');
});

test('takes a list from standard input, and only shows it when asked to', async () => {
  const list = '- [ ] One\n  more\n- [ ] Two\n';
  const dry = await koubou(['import', '-', '--repo', '/srv/shop', '--dry-run', ...ENGINE], list);
  expect(dry.code).toBe(0);
  expect(dry.out).toContain('would become a task');
  expect(api.journal.seq()).toBe(0);
  await koubou(['import', '-', '--repo', '/srv/shop', ...ENGINE], list);
  expect(api.journal.tasks({ limit: 9 }).map(({ title, body }) => [title, body])).toEqual([
    ['Two', ''],
    ['One', 'more'],
  ]);
});

test.each([
  [['import']],
  [['import', 'acme/shop#1', '--file', 'x']],
  [['import', '--file', 'not-there.md']],
  [['import', 'acme/shop#1', '--priority', 'soon']],
])('wrong use: %j', async (args) => {
  expect((await koubou(args)).code).toBe(2);
});
