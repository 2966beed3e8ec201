/**
 * A process in a terminal of its own. Where the machine is too old for the native part of it, in its place a plain pipe:
 * commands then see no terminal, everything else works the same.
 */
import { spawn } from 'node:child_process';
import { Socket } from 'node:net';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import type * as NodePty from '@lydell/node-pty';
import { z } from 'zod';
import { loadNative, NativeError } from '../native/load.ts';
import type { Clock } from '../shared/clock.ts';
import { TERMINAL_COLS, TERMINAL_ROWS } from '../shared/protocol/output.ts';

export interface OpenTerminal {
  readonly pid: number;
  onData(take: (bytes: Buffer) => void): void;
  /** Once, after the last output. */
  onExit(take: (code: number, signal: number | null) => void): void;
  pause(): void;
  resume(): void;
  /** What a person types. Dropped where there is only a pipe, and when more waits than a person can have meant. */
  write(bytes: Uint8Array): void;
  resize(cols: number, rows: number): void;
}

export interface TerminalProcess {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** That of recordings when left out. */
  readonly size?: { readonly cols: number; readonly rows: number };
}

/** Starts a process in a session of its own. */
export function openTerminal(command: TerminalProcess, clock: Clock): OpenTerminal {
  const pty = terminals();
  return pty instanceof NativeError ? openPipe(command, clock) : openPty(command, pty);
}

/** What commands have to do without on this machine, for people; `null` when there are terminals. */
export function terminalTrouble(): string | null {
  const pty = terminals();
  if (!(pty instanceof NativeError)) return null;
  return `commands run without a terminal (no colours, no full-screen programs): ${pty.message}`;
}

const Library = z.custom<typeof NodePty>(
  (value) => typeof value === 'object' && value !== null && 'spawn' in value,
);

function terminals(): typeof NodePty | NativeError {
  try {
    return Library.parse(loadNative('@lydell/node-pty').exports);
  } catch (error) {
    if (error instanceof NativeError) return error;
    throw error;
  }
}

function openPty(
  { argv, cwd, env, size = { cols: TERMINAL_COLS, rows: TERMINAL_ROWS } }: TerminalProcess,
  { spawn: start }: typeof NodePty,
): OpenTerminal {
  const [program = '', ...args] = argv;
  const terminal = start(program, args, {
    name: 'xterm-256color',
    ...size,
    cwd,
    env: { ...env },
    encoding: null,
  });
  // A character may come in two pieces.
  const typed = new StringDecoder('utf8');
  return {
    pid: terminal.pid,
    onData(take) {
      // With `encoding: null` the data are buffers, whatever the declared type says.
      terminal.onData((data: unknown) => {
        if (Buffer.isBuffer(data)) take(data);
      });
    },
    onExit(take) {
      terminal.onExit(({ exitCode, signal }) => take(exitCode, signal ? signal : null));
    },
    pause: () => terminal.pause(),
    resume: () => terminal.resume(),
    write(bytes) {
      const text = typed.write(Buffer.from(bytes));
      if (waitingFor(terminal) < MOST_TYPED) terminal.write(text);
    },
    resize(cols, rows) {
      try {
        terminal.resize(cols, rows);
      } catch {
        // It ended meanwhile.
      }
    },
  };
}

/** Bytes typed that what runs in the terminal has not taken. */
const MOST_TYPED = 1024 * 1024;

/** node-pty keeps what is typed in the buffer of its own socket, and does not say how much. */
function waitingFor(terminal: object): number {
  const socket: unknown = Reflect.get(terminal, '_socket');
  return socket instanceof Socket ? socket.writableLength : 0;
}

/** What was started in the background may hold the pipe open; as long as a terminal would be read then. */
const DRAIN_MS = 200;

/** Both outputs through one pipe, so that their order is kept. */
export function openPipe({ argv, cwd, env }: TerminalProcess, clock: Clock): OpenTerminal {
  const child = spawn('/bin/sh', ['-c', 'exec "$@" 2>&1', 'sh', ...argv], {
    cwd,
    env: { ...env, TERM: 'dumb' },
    // A session of its own, as a terminal is.
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const output = child.stdout;
  const ended = new Promise<readonly [number, number | null]>((resolve) => {
    child.once('error', () => resolve([127, null]));
    child.once('exit', (code, signal) =>
      resolve([code ?? 0, signal === null ? null : constants.signals[signal]]),
    );
  });
  return {
    pid: child.pid ?? 0,
    onData(take) {
      output.on('data', (bytes: Buffer) => take(asTerminalWould(bytes)));
    },
    onExit(take) {
      void ended.then(async ([code, signal]) => {
        await drained(output, clock);
        take(code, signal);
      });
    },
    pause: () => output.pause(),
    resume: () => output.resume(),
    write: () => {},
    resize: () => {},
  };
}

async function drained(output: Readable, clock: Clock): Promise<void> {
  if (!output.readableEnded) {
    await new Promise<void>((resolve) => {
      const cancel = clock.after(DRAIN_MS, resolve);
      output.once('end', () => {
        cancel();
        resolve();
      });
    });
  }
  output.destroy();
}

/** A terminal goes back to the start of the line at its end. */
function asTerminalWould(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replaceAll('\n', '\r\n'), 'latin1');
}
