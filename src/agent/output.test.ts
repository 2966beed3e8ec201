/** Streams on their way: whatever the link does, the other end gets each byte once and in order. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  array,
  assert,
  asyncProperty,
  constant,
  constantFrom,
  integer,
  oneof,
  record,
} from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { AttemptReport } from '../shared/domain/attempt.ts';
import { AttemptId } from '../shared/ids.ts';
import { decodeOutput, OUTPUT_WINDOW, type Stream } from '../shared/protocol/output.ts';
import { systemClock } from './clock.ts';
import type { NumberedReport } from './journal.ts';
import { openOutput, type Output } from './output.ts';
import { openRelay, type Relay } from './relay.ts';
import { createReports } from './reports.ts';
import { createSender } from './sender.ts';
import type { SpoolReader } from './spool.ts';

const ID = AttemptId.parse('task-1.1');

vi.setConfig({ testTimeout: 30_000 });

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-output-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

/** The other end: takes frames in order, acknowledges when told, and is connected or not. */
class Far {
  readonly got: Record<Stream, Buffer[]> = { terminal: [], transcript: [] };
  readonly acked: Record<Stream, number> = { terminal: 0, transcript: 0 };
  connected = true;
  ended: Record<Stream, number> | null = null;
  /** Frames on a link that broke: sent, never arrived. */
  lossy = false;
  relay: Relay | null = null;

  length(stream: Stream): number {
    return this.got[stream].reduce((sum, { length }) => sum + length, 0);
  }

  canSend(): boolean {
    return this.connected;
  }

  sendOutput(data: Uint8Array): boolean {
    if (!this.connected) return false;
    const frame = decodeOutput(data);
    if (!frame.ok) throw new Error(frame.error);
    const { stream, offset, bytes } = frame.value;
    if (this.lossy) return true;
    if (offset !== this.length(stream))
      throw new Error(`${stream}: ${offset} after ${this.length(stream)}`);
    this.got[stream].push(Buffer.from(bytes));
    if (this.length(stream) - this.acked[stream] > OUTPUT_WINDOW)
      throw new Error('beyond the window');
    return true;
  }

  acknowledge(): void {
    for (const stream of ['terminal', 'transcript'] as const) {
      this.acked[stream] = this.length(stream);
      this.relay?.acknowledged(stream, this.acked[stream]);
    }
  }

  reconnect(): void {
    this.connected = true;
    this.lossy = false;
    this.acked.terminal = this.length('terminal');
    this.acked.transcript = this.length('transcript');
    this.relay?.resume(this.acked);
  }
}

/** Both ends of the spool files: what a supervisor writes, and an agent sends. */
interface Opened {
  readonly output: Output;
  readonly relay: Relay;
  readonly reached: () => number;
  /** All that was printed is sent, and that it was all. */
  finish(): Promise<void>;
  close(): Promise<void>;
}

async function open(far: Far, where: string, limit = 1e9): Promise<Opened> {
  mkdirSync(where, { recursive: true });
  let reached = 0;
  const files = {
    terminal: path.join(where, 'terminal'),
    transcript: path.join(where, 'transcript'),
  };
  const output = await openOutput({
    files,
    limit,
    clock: systemClock,
    onGrown: () => relay.grown(output.written()),
    onLimit: () => {
      reached += 1;
    },
    onBroken: (error) => {
      throw error;
    },
  });
  const relay = await openRelay(
    {
      attemptId: ID,
      files,
      link: far,
      sendEnd(lengths) {
        if (far.connected && !far.lossy) far.ended = lengths;
        return far.connected;
      },
    },
    { terminal: 0, transcript: 0 },
  );
  far.relay = relay;
  return {
    output,
    relay,
    reached: () => reached,
    async finish() {
      await output.finish();
      await relay.finish();
    },
    async close() {
      await output.close();
      await relay.close();
    },
  };
}

/** One turn of the event loop. */
async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

const Step = oneof(
  {
    weight: 6,
    arbitrary: record({
      do: constant('write' as const),
      size: integer({ min: 1, max: 150_000 }),
    }),
  },
  record({ do: constantFrom('acknowledge', 'disconnect', 'lose', 'reconnect') }),
  { weight: 6, arbitrary: record({ do: constant('tick' as const) }) },
);

test('each byte arrives once and in order, whatever the link does', async () => {
  let round = 0;
  await assert(
    asyncProperty(array(Step, { maxLength: 120 }), async (steps) => {
      const far = new Far();
      const { output, finish, close } = await open(far, path.join(dir, String((round += 1))));
      const sent: Buffer[] = [];
      for (const step of steps) {
        if (step.do === 'write') {
          const bytes = Buffer.alloc(step.size, sent.length % 251);
          sent.push(bytes);
          output.terminal.write(bytes);
        } else if (step.do === 'acknowledge') far.acknowledge();
        else if (step.do === 'disconnect') far.connected = false;
        else if (step.do === 'lose') far.lossy = true;
        else if (step.do === 'reconnect') far.reconnect();
        else await turn();
      }
      let done = false;
      const finished = finish().then(() => (done = true));
      while (!done || far.lossy || !far.connected || far.ended === null) {
        if (far.lossy || !far.connected || (done && far.ended === null)) far.reconnect();
        far.acknowledge();
        await turn();
      }
      await finished;
      await close();
      expect(Buffer.concat(far.got.terminal).equals(Buffer.concat(sent))).toBe(true);
      expect(far.ended).toEqual({ terminal: Buffer.concat(sent).length, transcript: 0 });
    }),
    { numRuns: 100 },
  );
});

test('no more than a window is under way, and it goes on with each acknowledgement', async () => {
  const far = new Far();
  const { output, finish, close } = await open(far, dir);
  const size = 3 * OUTPUT_WINDOW + 1_000;
  for (let sent = 0; sent < size; sent += 4_096)
    output.terminal.write(Buffer.alloc(Math.min(4_096, size - sent)));
  const finished = finish();
  while (far.length('terminal') < OUTPUT_WINDOW - 128 * 1024) await turn();
  for (let i = 0; i < 20; i++) await turn();
  expect(far.length('terminal')).toBeLessThanOrEqual(OUTPUT_WINDOW);
  while (far.ended === null) {
    far.acknowledge();
    await turn();
  }
  await finished;
  expect(far.length('terminal')).toBe(size);
  await close();
});

test('the end is said over the link that has the bytes, when there is one', async () => {
  const far = new Far();
  const { output, finish, close } = await open(far, dir);
  output.terminal.write(Buffer.from('all'));
  while (far.length('terminal') < 3) await turn();
  far.connected = false;
  let done = false;
  const finished = finish().then(() => (done = true));
  for (let i = 0; i < 20; i++) await turn();
  expect(done).toBe(false);
  far.reconnect();
  await finished;
  expect(far.ended).toEqual({ terminal: 3, transcript: 0 });
  await close();
});

test('bytes that were being read while the link broke are not sent in the wrong place', async () => {
  const content = Buffer.from(Array.from({ length: 200_000 }, (_, i) => i % 251));
  let release = Promise.withResolvers<void>();
  const spool: SpoolReader = {
    written: content.length,
    grown: () => {},
    async read(from, length) {
      await release.promise;
      return content.subarray(from, from + length);
    },
    close: () => Promise.resolve(),
  };
  const far = new Far();
  const sender = createSender({ attemptId: ID, stream: 'terminal', spool, link: far });
  sender.pump();
  release.resolve();
  release = Promise.withResolvers<void>();
  while (far.length('terminal') === 0) await turn();
  // The second read is under way. The first frame turns out not to have arrived.
  far.got.terminal.length = 0;
  sender.resume(0);
  release.resolve();
  await sender.drained();
  expect(Buffer.concat(far.got.terminal).equals(content)).toBe(true);
});

test('what another process writes to the transcript is sent, too', async () => {
  const far = new Far();
  const { output, finish, close } = await open(far, dir);
  writeFileSync(output.transcript.path, '{"a":1}\n');
  output.transcript.grown(8);
  await finish();
  expect(Buffer.concat(far.got.transcript).toString('utf8')).toBe('{"a":1}\n');
  expect(far.ended).toEqual({ terminal: 0, transcript: 8 });
  await close();
});

test('the limit counts both streams, is told once, and leaves room for our own words', async () => {
  const far = new Far();
  const { output, relay, reached, close } = await open(far, dir, 1_000);
  output.terminal.write(Buffer.alloc(600));
  output.transcript.grown(300);
  expect(reached()).toBe(0);
  output.terminal.write(Buffer.alloc(200));
  output.terminal.write(Buffer.alloc(5_000));
  output.note('too much\n');
  expect(reached()).toBe(1);
  relay.abandon();
  await close();
  far.reconnect();
  expect(far.length('terminal')).toBeLessThan(1_000);
});

test('an abandoned relay keeps nobody waiting', async () => {
  const far = new Far();
  far.connected = false;
  const { output, relay, finish, close } = await open(far, dir);
  output.terminal.write(Buffer.from('never sent'));
  const finished = finish();
  relay.abandon();
  await finished;
  expect(far.ended).toBeNull();
  await close();
});

test('reports are sent in order, again after a break, and the last one only when all is printed', async () => {
  const Move = constantFrom('append', 'up', 'down', 'ack');
  await assert(
    asyncProperty(array(Move, { maxLength: 80 }), async (moves) => {
      let up = true;
      let printed = false;
      const arrived: number[] = [];
      const reports = createReports({
        attemptId: ID,
        fence: 7,
        send(frame) {
          if (!up || frame.type !== 'report') return false;
          expect(frame.seq).toBeLessThanOrEqual(arrived.length + 1);
          if (frame.seq === arrived.length + 1) arrived.push(frame.seq);
          return true;
        },
        mayEnd: () => printed,
      });
      const journal: NumberedReport[] = [];
      const append = (report: AttemptReport): void => {
        journal.push({ seq: journal.length + 1, report });
        reports.journal([...journal]);
      };
      for (const move of moves) {
        if (move === 'append') append({ kind: 'started' });
        else if (move === 'down') up = false;
        else if (move === 'ack') reports.acked(arrived.length);
        else if (!up) {
          up = true;
          reports.resendFrom(arrived.length);
        }
      }
      append({ kind: 'cancelled' });
      up = true;
      reports.resendFrom(arrived.length);
      expect(arrived.length).toBe(journal.length - 1);
      printed = true;
      reports.journal(journal);
      expect(arrived.length).toBe(journal.length);
      reports.acked(arrived.length);
      await reports.settled();
    }),
  );
});
