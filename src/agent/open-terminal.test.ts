/** The pipe that stands in for a terminal: the same order of things, the same ends. */
import { expect, test, vi } from 'vitest';
import { systemClock } from './clock.ts';
import { openPipe } from './open-terminal.ts';

vi.setConfig({ testTimeout: 30_000 });

interface Ran {
  readonly text: string;
  readonly end: readonly [number, number | null];
}

async function run(script: string): Promise<Ran> {
  const env = { PATH: process.env['PATH'] ?? '' };
  const command = { argv: ['/bin/sh', '-c', script], cwd: '/', env };
  const pipe = openPipe(command, systemClock);
  const chunks: Buffer[] = [];
  pipe.onData((bytes) => chunks.push(bytes));
  const end = await new Promise<Ran['end']>((resolve) => {
    pipe.onExit((code, signal) => resolve([code, signal]));
  });
  return { text: Buffer.concat(chunks).toString('utf8'), end };
}

test('both outputs come in order, with the line ends of a terminal', async () => {
  expect(await run('echo a; echo b >&2; echo ü; exit 3')).toEqual({
    text: 'a\r\nb\r\nü\r\n',
    end: [3, null],
  });
});

test('a signal is told', async () => {
  expect((await run('kill -TERM $$')).end).toEqual([0, 15]);
});

test('a program that is missing ends as it does in a shell', async () => {
  const env = { PATH: '/usr/bin:/bin' };
  const pipe = openPipe({ argv: ['no-such-program'], cwd: '/', env }, systemClock);
  const code = await new Promise<number>((resolve) => {
    pipe.onExit(resolve);
  });
  expect(code).toBe(127);
});

test('it leads a session of its own', async () => {
  const [pid, session] = (await run('ps -o pid=,sid= -p $$')).text.trim().split(/\s+/);
  expect(pid).toBe(session);
});

test('what was left in the background does not hold it open', async () => {
  const { text, end } = await run('sleep 60 & echo $!');
  process.kill(Number(text));
  expect(end).toEqual([0, null]);
});
