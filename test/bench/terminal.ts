/** Terminal bytes per second: from a PTY through agent, coordinator and recording to a watcher, against the PTY alone. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { spawn } from '@lydell/node-pty';
import { WebSocket } from 'ws';
import { AttemptId } from '../../src/shared/ids.ts';
import { ToClient } from '../../src/shared/protocol/client.ts';
import {
  decodeOutput,
  OUTPUT_ACK_EVERY,
  TERMINAL_COLS,
  TERMINAL_ROWS,
} from '../../src/shared/protocol/output.ts';
import { makeRepo } from '../support/small-repo.ts';
import { startWorkshop, type Workshop } from '../support/workshop.ts';
import { row, type Print } from './measure.ts';

const MB = 1_000_000;
const SIZE = 150 * MB;
const LINE = `${'A line of a build log that goes on for a while. '.repeat(2).trim()}\n`;

export async function benchTerminal(print: Print): Promise<void> {
  print('Terminal output, PTY to watcher');
  const scratch = mkdtempSync(path.join(tmpdir(), 'koubou-bench-terminal-'));
  try {
    const file = path.join(scratch, 'output.txt');
    writeFileSync(file, LINE.repeat(Math.ceil(SIZE / LINE.length)));
    const alone: number[] = [];
    const through: number[] = [];
    for (let i = 0; i < 3; i++) {
      alone.push(await ptyAlone(file));
      through.push(await wholeWay(scratch, file));
    }
    const [best, ours] = [Math.max(...alone), Math.max(...through)];
    print(row('PTY alone', `${best.toFixed(0)} MB/s`, ''));
    print(row('PTY → agent → coordinator → recording → watcher', `${ours.toFixed(0)} MB/s`, ''));
    print(row('whole way ÷ PTY alone (best of 3 each)', `${(ours / best).toFixed(2)}×`, '≥ 0.7×'));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function ptyAlone(file: string): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let bytes = 0;
  let first = 0;
  const pty = spawn('cat', [file], { cols: TERMINAL_COLS, rows: TERMINAL_ROWS, encoding: null });
  pty.onData((data) => {
    first ||= performance.now();
    bytes += data.length;
  });
  pty.onExit(() => resolve());
  await promise;
  return rate(bytes, performance.now() - first);
}

async function wholeWay(scratch: string, file: string): Promise<number> {
  const repo = makeRepo(mkdtempSync(path.join(scratch, 'repo-')), { 'a.txt': 'a\n' });
  const workshop = await startWorkshop();
  try {
    const task = await workshop.call('tasks.create', {
      repo,
      title: 'Print much',
      engine: { kind: 'command', run: `cat ${file}` },
    });
    const attemptId = AttemptId.parse(`${task.id}.1`);
    await workshop.untilEvent(
      ({ event }) => event.type === 'attempt.started' && event.attemptId === attemptId,
    );
    return await watch(workshop, attemptId);
  } finally {
    await workshop.close();
  }
}

async function watch({ url, token }: Workshop, attemptId: AttemptId): Promise<number> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, {
    headers: { authorization: `Bearer ${token}` },
  });
  socket.binaryType = 'nodebuffer';
  const { promise, resolve } = Promise.withResolvers<number>();
  let acknowledged = 0;
  let first = 0;
  let bytes = 0;
  socket.on('message', (data, isBinary) => {
    if (!isBinary) {
      const message = ToClient.parse(JSON.parse(String(data)));
      if (message.type === 'output_end') resolve(rate(bytes, performance.now() - first));
      return;
    }
    if (!Buffer.isBuffer(data)) throw new Error('not a buffer');
    const frame = decodeOutput(data);
    if (!frame.ok) throw new Error(frame.error);
    first ||= performance.now();
    bytes += frame.value.bytes.length;
    const end = frame.value.offset + frame.value.bytes.length;
    if (end - acknowledged < OUTPUT_ACK_EVERY) return;
    acknowledged = end;
    socket.send(JSON.stringify({ type: 'output_ack', attemptId, stream: 'terminal', offset: end }));
  });
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'output_open', attemptId, stream: 'terminal', from: 0 }));
  const result = await promise;
  socket.close();
  return result;
}

function rate(bytes: number, ms: number): number {
  return bytes / MB / (ms / 1_000);
}
