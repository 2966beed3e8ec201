/** `koubou queue` against a real API: parts of the queue, and clearing it. */
import { mkdtempSync, rmSync } from 'node:fs';
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

/** Answers what runs a command; `answer`: what the person at the terminal types, where there is one. */
async function open(): Promise<(args: string[], answer?: string) => Promise<Ran>> {
  const api = await openTestApi();
  const home = mkdtempSync(path.join(tmpdir(), 'koubou-queue-command-'));
  onTestFinished(async () => {
    await api.close();
    rmSync(home, { recursive: true, force: true });
  });
  let run = 0;
  return async (args, answer) => {
    let [out, err] = ['', ''];
    run += 1;
    const code = await runCli(
      args,
      {
        write: async (text) => void (out += text),
        warn: (line) => (err += `${line}\n`),
        readInput: async () => '',
        ask: async (prompt) => {
          if (answer !== undefined) out += prompt;
          return answer ?? null;
        },
        openKeyboard: () => null,
        env: { KOUBOU_URL: api.url, KOUBOU_TOKEN: TOKEN },
        ...{ platform: 'linux', home, cwd: home, colours: false },
        columns: answer === undefined ? undefined : 80,
        now: () => 1_700_000_000_000,
        requestKey: `run-${run}`,
        offline: async () => await import('../../src/main/coordinator/offline.ts'),
        simulator: () => Promise.reject(new Error('nothing is simulated here')),
        stop: new AbortController().signal,
      },
      () => {},
    );
    return { code, out, err };
  };
}

const ADD = ['tasks', 'add', '--repo', '/srv/shop', '--engine', 'command:true', '--title'];

test('a part of the queue is paused and resumed, and the status says so', async () => {
  const koubou = await open();
  const paused = await koubou(['queue', 'pause', '--repo', '/srv/shop']);
  expect(paused.out).toBe('the queue of /srv/shop is paused; what runs goes on\n');
  expect((await koubou(['queue', 'pause', '--priority', 'low'])).code).toBe(0);
  const { out } = await koubou(['queue', 'status']);
  expect(out).toContain('the queue of /srv/shop is paused');
  expect(out).toContain('the queue of low tasks is paused');
  expect((await koubou(['queue', 'resume', '--repo', '/srv/shop'])).out).toContain('goes on');
  const rest = await koubou(['queue', 'resume']);
  expect(rest.out).toBe('the queue goes on, but these stay paused: the queue of low tasks\n');
  const both = await koubou(['queue', 'pause', '--priority', 'low', '--repo', 'x']);
  expect(both.code).toBe(2);
});

test('what waits is cleared when its number is confirmed, and not otherwise', async () => {
  const koubou = await open();
  await koubou([...ADD, 'First', '--priority', 'low']);
  await koubou([...ADD, 'Second', '--priority', 'low']);
  await koubou([...ADD, 'Third']);
  const clear = ['queue', 'clear', '--priority', 'low'];
  const nobody = await koubou(clear);
  expect([nobody.code, nobody.err]).toEqual([2, expect.stringContaining('--yes')]);
  const wrong = await koubou(clear, '3');
  expect(wrong.out).toContain('Cancel 2 tasks of the queue of low tasks?');
  expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining('nothing was cancelled')]);
  expect((await koubou(['queue', 'status'])).out).toContain('3 wait, of 100000 at most');
  expect((await koubou(clear, '2')).out).toContain('2 tasks cancelled');
  expect((await koubou(clear)).out).toBe('nothing waits there\n');
  expect((await koubou(['queue', 'clear', '--yes'])).out).toBe('1 task cancelled\n');
});
