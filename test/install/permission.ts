/**
 * The person who gives an update the rights of root: a `pkexec` of the test's own, which hands what it is asked to run to the test.
 * The test runs it as the system would after the right password.
 */
import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { give, type Home } from './installed-app.ts';

export interface Permission {
  /** What was run as root. */
  readonly given: readonly string[][];
  /** Nobody is there any more. */
  close(): Promise<void>;
}

export function givePermission(home: Home): Permission {
  const dir = mkdtempSync(path.join(tmpdir(), 'koubou-permission-'));
  const asked = path.join(dir, 'asked');
  const answer = path.join(dir, 'answer');
  execFileSync('mkfifo', [asked, answer]);
  const program = path.join(home.bin, 'pkexec');
  const lines = [
    '#!/bin/sh',
    `printf '%s\\0' "$@" > ${asked}`,
    `read -r code < ${answer}`,
    'exit "$code"',
    '',
  ];
  writeFileSync(program, lines.join('\n'));
  chmodSync(program, 0o755);
  for (const file of [dir, asked, answer, program]) give(home, file);

  const given: string[][] = [];
  const end = new AbortController();
  const over = answerAll({ home, asked, answer, given, signal: end.signal });
  return {
    given,
    async close() {
      end.abort();
      await over;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

interface Pipes {
  readonly home: Home;
  readonly asked: string;
  readonly answer: string;
  readonly given: string[][];
  readonly signal: AbortSignal;
}

/** Programs wait at the pipes in our place: they can be ended. */
async function answerAll({ home, asked, answer, given, signal }: Pipes): Promise<void> {
  const start = promisify(execFile);
  try {
    for (;;) {
      const { stdout } = await start('cat', [asked], { signal });
      const command = stdout.split('\0').slice(0, -1);
      given.push(command);
      const code = String(await run([...home.machine.asRoot, ...command]));
      await start('sh', ['-c', 'echo "$1" > "$2"', 'sh', code, answer], { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** Answers the exit code. */
async function run([program = '', ...args]: string[]): Promise<number> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return await new Promise((resolve) => {
    execFile(program, args, { env }, (error) => {
      resolve(typeof error?.code === 'number' ? error.code : error ? 127 : 0);
    });
  });
}
