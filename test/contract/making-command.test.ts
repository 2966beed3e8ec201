/** `koubou recurring`, `koubou workflows` and batches against a real API. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runCli } from '../../src/cli/run-cli.ts';
import { openTestApi, TOKEN } from '../../src/main/coordinator/api/testing.ts';

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function open(): Promise<{ home: string; koubou: (...args: string[]) => Promise<Ran> }> {
  const api = await openTestApi();
  const home = mkdtempSync(path.join(tmpdir(), 'koubou-making-command-'));
  onTestFinished(async () => {
    await api.close();
    rmSync(home, { recursive: true, force: true });
  });
  let run = 0;
  const koubou = async (...args: string[]): Promise<Ran> => {
    let [out, err] = ['', ''];
    run += 1;
    const code = await runCli(
      args,
      {
        write: async (text) => void (out += text),
        warn: (line) => (err += `${line}\n`),
        readInput: async () => '',
        ask: async () => null,
        openKeyboard: () => null,
        env: { KOUBOU_URL: api.url, KOUBOU_TOKEN: TOKEN },
        ...{ platform: 'linux', home, cwd: home, colours: false, columns: undefined },
        now: () => 1_700_000_000_000,
        requestKey: `run-${run}`,
        simulator: () => Promise.reject(new Error('nothing is simulated here')),
        offline: async () => await import('../../src/main/coordinator/offline.ts'),
        stop: new AbortController().signal,
      },
      () => {},
    );
    return { code, out, err };
  };
  return { home, koubou };
}

const SHOP = ['--repo', '/srv/shop', '--engine', 'command:true', '--title'];

test('a recurring task is made, listed, changed, run and removed', async () => {
  const { koubou } = await open();
  const times = ['--cron', '30 6 * * 1-5', '--time-zone', 'Asia/Tokyo'];
  const added = await koubou('recurring', 'add', ...times, ...SHOP, 'Update all');
  expect(added.out).toBe(
    'recurring-1 Update all: comes\n  Thu 2023-11-16 06:30\n  Fri 2023-11-17 06:30\n  Mon 2023-11-20 06:30\n',
  );
  const changed = await koubou('recurring', 'change', '1', '--cron', '0 7 * * *', '--overlap');
  expect(changed.out).toContain('  Thu 2023-11-16 07:00\n  Fri 2023-11-17 07:00\n');
  const { out } = await koubou('recurring', 'list', '--json');
  expect(JSON.parse(out)).toMatchObject({
    recurring: [{ recurring: { overlap: 'allow', pattern: { title: 'Update all' } } }],
  });
  expect((await koubou('recurring', 'change', '1', '--off')).out).toContain('is off');
  expect((await koubou('recurring', 'list')).out).toMatch(/recurring-1 +0 7 .*Asia\/Tokyo +off/);
  expect((await koubou('recurring', 'run', '1')).out).toBe('task-1 is pending: Update all\n');
  expect((await koubou('recurring', 'remove', '1')).out).toBe('recurring-1 comes no more\n');
  const wrong = await koubou('recurring', 'add', '--cron', 'noon', ...SHOP, 'Update all');
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('five fields')]);
});

test('a workflow is tried, made and shown', async () => {
  const { home, koubou } = await open();
  const steps =
    '  - { id: a, title: A }\n  - { id: b, title: B {{item}}, after: a, forEach: { items: [x, y] } }';
  const text = `name: Both\nrepo: shop\ndefaults: { engine: 'command:true' }\nsteps:\n${steps}\n`;
  writeFileSync(path.join(home, 'both.yaml'), text.replaceAll('B {{item}}', '"B {{item}}"'));
  const tried = await koubou('workflows', 'run', 'both.yaml', '--dry-run');
  expect(tried.out).toContain('Both would make 3 tasks:\n');
  expect((await koubou('workflows', 'show', '1')).err).toContain('none was started yet');
  expect((await koubou('workflows', 'list')).out).toContain('no workflows');
  const made = await koubou('workflows', 'run', 'both.yaml');
  expect(made.out).toMatch(
    /^workflow-1 {2}Both\n.*\na +task-1 +pending +- +A\nb\[x\] +task-2 +blocked +task-1 +B x\n/,
  );
  expect((await koubou('workflows', 'show', '1')).out).toBe(made.out);
  const list = await koubou('workflows', 'list');
  expect(list.out).toMatch(/^workflow-1 +\S+ +3 +2 blocked, 1 pending +Both$/m);
  const { out } = await koubou('tasks', 'list', '--json');
  expect(JSON.parse(out)).toMatchObject({
    tasks: [{}, {}, { repo: { url: path.join(home, 'shop') } }],
  });
});

test('tasks wait for others, and a batch is listed and cancelled', async () => {
  const { koubou } = await open();
  await koubou('tasks', 'add', ...SHOP, 'One', '--batch', 'monday', '--security', 'public');
  await koubou('tasks', 'add', ...SHOP, 'Two', '--after', '1', '--upstream', 'skip');
  await koubou(
    'tasks',
    'add',
    ...SHOP,
    'Three',
    '--concurrency',
    'path:src',
    '--location',
    'London',
  );
  expect((await koubou('tasks', 'list', '--batch', 'monday')).out).toMatch(/^TASK.*\ntask-1 .*\n$/);
  const circle = await koubou('tasks', 'update', '1', '--after', '2');
  expect(circle.err).toContain('task-1 → task-2 → task-1');
  await koubou('tasks', 'update', '3', '--after', '1');
  expect((await koubou('tasks', 'show', '3')).out).toMatch(/waits for +task-1 \(pending\)/);
  expect((await koubou('tasks', 'cancel-batch', 'monday')).out).toBe('1 task cancelled\n');
  expect((await koubou('tasks', 'show', '3')).out).toMatch(/stuck +task-1 will never complete/);
  expect((await koubou('tasks', 'update', '3', '--after', 'none')).code).toBe(0);
  expect((await koubou('tasks', 'show', '3')).out).toMatch(/state +queued/);
});
