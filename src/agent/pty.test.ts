/** Commands in real terminals: size, session, input, ends, limits, the brake. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { Clock } from '../shared/clock.ts';
import { systemClock } from './clock.ts';
import { readEnvironment } from './config.ts';
import { engineEnvironment } from './environment.ts';
import { listProcesses } from './processes.ts';
import { openProcessTree, type ProcessTree } from './process-tree.ts';
import { runInPty, type Command, type CommandEnd, type TerminalSink } from './pty.ts';
import { plainText } from './terminal.ts';

vi.setConfig({ testTimeout: 30_000 });

let dir: string;
let tree: ProcessTree;
beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-pty-'));
  tree = await openProcessTree({ attemptId: 'task-1.1', dir }, dir, systemClock);
});
afterAll(async () => {
  await tree.close();
  rmSync(dir, { recursive: true, force: true });
});

interface Ran {
  readonly end: CommandEnd;
  readonly text: string;
}

async function run(
  script: string,
  more: Partial<Command> = {},
  signal = new AbortController().signal,
): Promise<Ran> {
  const chunks: Buffer[] = [];
  const sink: TerminalSink = {
    write: (bytes) => chunks.push(bytes) > 0,
    drained: () => Promise.resolve(),
  };
  const env = engineEnvironment(readEnvironment(), tree.mark);
  const command = { argv: ['sh', '-c', script], cwd: dir, env, totalMs: 60_000, ...more };
  const end = await runInPty(command, { sink, signal, clock: systemClock, tree }).ended;
  return { end, text: Buffer.concat(chunks).toString('utf8') };
}

test('runs in a terminal of the agreed size, as leader of its session, in its folder', async () => {
  const { end, text } = await run(
    'stty size </dev/tty; test -t 1 && echo tty; ps -o pid=,sid= -p $$; pwd',
  );
  expect(end).toEqual({ kind: 'exited', code: 0, signal: null });
  const [size, tty, ids, cwd] = text.split('\r\n');
  expect([size, tty, cwd]).toEqual(['32 120', 'tty', dir]);
  const [pid, session] = ids?.trim().split(/\s+/) ?? [];
  expect(pid).toBe(session);
});

test('reads its input from a file, or from nothing', async () => {
  const file = path.join(dir, 'prompt');
  writeFileSync(file, 'hello from a file');
  expect((await run('cat', { stdin: file })).text).toBe('hello from a file');
  expect((await run('cat; echo end')).text).toBe('end\r\n');
});

test('writes its standard output to a file, the rest to the terminal', async () => {
  const stdout = path.join(dir, 'out file');
  const { text } = await run('echo to the file; echo to the terminal >&2', { stdout });
  expect(text).toBe('to the terminal\r\n');
  expect(readFileSync(stdout, 'utf8')).toBe('to the file\n');
});

test.each([
  ['exit 3', { kind: 'exited', code: 3, signal: null }],
  ['no-such-program', { kind: 'exited', code: 127, signal: null }],
  ['kill -KILL $$', { kind: 'exited', code: 0, signal: 9 }],
])('%s', async (script, end) => {
  expect((await run(script)).end).toEqual(end);
});

test('a large output that ends at once is whole', async () => {
  const { text } = await run('seq 1 60000');
  expect(text).toBe(Array.from({ length: 60_000 }, (_, i) => `${i + 1}\r\n`).join(''));
});

test('limits: total, and silence', async () => {
  const never = 'while :; do echo .; sleep 0.05; done';
  expect((await run(never, { totalMs: 300, idleMs: 10_000 })).end).toEqual({
    kind: 'timed_out',
    limit: 'total',
  });
  expect((await run('sleep 1000', { idleMs: 200 })).end).toEqual({
    kind: 'timed_out',
    limit: 'idle',
  });
});

test('an abort ends it with all it started, and rejects with the reason', async () => {
  const stop = new AbortController();
  const running = run('setsid sleep 1000 & sleep 1000', {}, stop.signal);
  stop.abort(new Error('enough'));
  await expect(running).rejects.toThrow('enough');
  const all = await listProcesses();
  expect(all.filter(({ environment }) => environment.includes(`KOUBOU_DIR=${dir}\0`))).toEqual([]);
});

test('a sink that is full stops the command, and nothing is lost when it goes on', async () => {
  let bytes = 0;
  const open = Promise.withResolvers<void>();
  let waits = 0;
  const sink: TerminalSink = {
    write(chunk) {
      bytes += chunk.length;
      return false;
    },
    async drained() {
      waits += 1;
      await open.promise;
    },
  };
  const env = engineEnvironment(readEnvironment(), tree.mark);
  const command = {
    argv: ['sh', '-c', 'exec head -c 3000000 /dev/zero'],
    cwd: dir,
    env,
    totalMs: 60_000,
  };
  const { ended } = runInPty(command, {
    sink,
    signal: new AbortController().signal,
    clock: systemClock,
    tree,
  });
  // One look per passage: between two of them at most what the kernel holds may come.
  while (waits === 0) await new Promise((resolve) => setImmediate(resolve));
  const stood = bytes;
  expect(stood).toBeLessThan(200_000);
  open.resolve();
  await ended;
  expect(bytes).toBe(3_000_000);
});

test('however often it is stopped and goes on, at most one look at its process waits', async () => {
  let stops = 0;
  const waiting = new Set<object>();
  let mostWaiting = 0;
  const clock: Clock = {
    ...systemClock,
    after(ms, then) {
      const timer = {};
      waiting.add(timer);
      mostWaiting = Math.max(mostWaiting, waiting.size);
      const cancel = systemClock.after(ms, () => {
        waiting.delete(timer);
        then();
      });
      return () => {
        waiting.delete(timer);
        cancel();
      };
    },
  };
  const sink: TerminalSink = {
    write() {
      stops += 1;
      return false;
    },
    drained: () => Promise.resolve(),
  };
  const env = engineEnvironment(readEnvironment(), tree.mark);
  const deps = { sink, signal: new AbortController().signal, clock, tree };
  const command = { argv: ['head', '-c', '3000000', '/dev/zero'], cwd: dir, env, totalMs: 60_000 };
  await runInPty(command, deps).ended;
  expect(stops).toBeGreaterThan(20);
  // Beside the limit of the whole.
  expect(mostWaiting).toBeLessThanOrEqual(2);
});

test('what was printed before the end arrives although the sink never has room again', async () => {
  let bytes = 0;
  const sink: TerminalSink = {
    write(chunk) {
      bytes += chunk.length;
      return false;
    },
    drained: () => new Promise(() => {}),
  };
  const env = engineEnvironment(readEnvironment(), tree.mark);
  const deps = { sink, signal: new AbortController().signal, clock: systemClock, tree };
  // The kernel holds some 15 kB of a paused terminal; a command that prints more would wait for ever.
  const command = { argv: ['head', '-c', '10000', '/dev/zero'], cwd: dir, env, totalMs: 60_000 };
  await runInPty(command, deps).ended;
  expect(bytes).toBe(10_000);
});

test('terminal output as text: no escape sequences, overwritten lines as they ended', () => {
  expect(
    plainText('\u001b[1;31mred\u001b[0m\r\n10%\r50%\r100%\r\n\u001b]0;title\u0007done\u0008'),
  ).toBe('red\n100%\ndone');
});
