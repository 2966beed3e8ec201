/** What the steps of an attempt run commands with: one terminal, its last lines kept for messages. */
import type { Clock } from '../shared/clock.ts';
import type { ProcessTree } from './process-tree.ts';
import { runInPty, type Command, type RunningCommand, type TerminalSink } from './pty.ts';

export interface Terminal {
  run(command: Command): RunningCommand;
  /** A line of our own. */
  note(text: string): void;
  /** The last lines that were printed since `mark()`, without escape sequences. */
  lastLines(count: number): string;
  mark(): void;
}

export interface TerminalDeps {
  readonly sink: TerminalSink;
  readonly note: (text: string) => void;
  readonly signal: AbortSignal;
  readonly mayStart?: (signal: AbortSignal) => Promise<void>;
  readonly clock: Clock;
  readonly tree: ProcessTree;
}

/** Enough for the 40 lines that a failure message quotes. */
const TAIL = 16 * 1024;

export function createTerminal(deps: TerminalDeps): Terminal {
  let tail: Buffer[] = [];
  let size = 0;
  const sink: TerminalSink = {
    write(bytes) {
      tail.push(bytes);
      size += bytes.length;
      for (let first = tail[0]; first && size - first.length >= TAIL; first = tail[0]) {
        tail.shift();
        size -= first.length;
      }
      return deps.sink.write(bytes);
    },
    drained: () => deps.sink.drained(),
  };
  return {
    run: (command) => runInPty(command, { ...deps, sink }),
    note: deps.note,
    mark() {
      tail = [];
      size = 0;
    },
    lastLines(count) {
      const text = plainText(Buffer.concat(tail).toString('utf8'));
      return text.trimEnd().split('\n').slice(-count).join('\n').trim();
    },
  };
}

// CSI, OSC and two-byte escape sequences.
// oxlint-disable-next-line no-control-regex -- matching control characters is the purpose
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\^_])/g;
// oxlint-disable-next-line no-control-regex -- as above
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Terminal output as text: without escape sequences, and of a line that was overwritten only its last state. */
export function plainText(text: string): string {
  const lines = text.replaceAll(ESCAPES, '').replaceAll(/\r+\n/g, '\n').split('\n');
  return lines
    .map((line) => line.slice(line.lastIndexOf('\r') + 1).replaceAll(CONTROLS, ''))
    .join('\n');
}
