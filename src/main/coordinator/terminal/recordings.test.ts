import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Clock } from '../../../shared/clock.ts';
import { AttemptId } from '../../../shared/ids.ts';
import {
  OUTPUT_FRAME_MAX,
  OUTPUT_WINDOW,
  STREAMS,
  type Stream,
} from '../../../shared/protocol/output.ts';
import type { Recordings, Watch } from './port.ts';
import { openRecordings } from './recordings.ts';

// A busy machine is no failure.
vi.setConfig({ testTimeout: 60_000 });

const attemptId = AttemptId.parse('task-3.1');

let dir: string;
let recordings: Recordings;
let ms: number;
let timers: (() => void)[];
const clock: Clock = {
  now: () => 1_800_000_000_000,
  monotonic: () => ms,
  after(_, run) {
    timers.push(run);
    return () => (timers = timers.filter((one) => one !== run));
  },
};

function open(): void {
  recordings = openRecordings({ dir, clock });
}

async function reopen(): Promise<void> {
  await recordings.close();
  open();
}

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-terminal-'));
  ms = 500;
  timers = [];
  open();
});
afterEach(async () => {
  await recordings.close();
  rmSync(dir, { recursive: true, force: true });
});

function append(
  bytes: Uint8Array | string,
  stream: Stream = 'terminal',
  offset = recordings.end(attemptId, stream),
): number {
  return recordings.append({ attemptId, stream, offset, bytes: Buffer.from(bytes) });
}

/** Watches with an acknowledgement for everything at once; resolves at the end of the recording. */
async function replay(from: number, stream: Stream = 'terminal'): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let next = from;
  const { promise, resolve } = Promise.withResolvers<number>();
  const watch = recordings.watch(attemptId, stream, from, {
    bytes(offset, chunk) {
      expect(offset).toBe(next);
      expect(chunk.length).toBeLessThanOrEqual(OUTPUT_FRAME_MAX);
      chunks.push(Buffer.from(chunk));
      next += chunk.length;
      watch.acknowledge(next);
    },
    ended: resolve,
  });
  expect(await promise).toBe(recordings.end(attemptId, stream));
  return Buffer.concat(chunks);
}

function cast(): string[] {
  return readFileSync(recordings.file(attemptId, 'terminal'), 'utf8').split('\n').slice(0, -1);
}

/** What programs print: text in many scripts, escapes, and bytes that are no text. */
const printed = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) => Buffer.from(text)),
  fc
    .constantFrom('\u001b[31m', '工房\r\n', '🛠️', '\ufeff', '\ud83d', '"\\\n')
    .map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
  fc
    .constantFrom([0xe5], [0xe5, 0xb7], [0xf0, 0x9f], [0x80], [0xc0, 0x80], [0xf5], [0xed, 0xa0])
    .map((bytes) => Buffer.from(bytes)),
);
const output = fc.array(printed, { maxLength: 25 }).map((parts) => Buffer.concat(parts));

describe('what is replayed is what was printed', () => {
  test.each(STREAMS)(
    '%s: however it is cut, resent and interrupted, from every offset',
    async (stream) => {
      const step = fc.record({
        size: fc.nat(9),
        back: fc.nat(6),
        reopen: fc.boolean(),
        tear: fc.boolean(),
      });
      await fc.assert(
        fc.asyncProperty(
          output,
          fc.array(step, { maxLength: 40 }),
          fc.nat(),
          async (bytes, steps, place) => {
            await recordings.close();
            rmSync(dir, { recursive: true });
            open();
            for (const { size, back, reopen: isReopened, tear } of [
              ...steps,
              { size: 1e6, back: 2, reopen: true, tear: false },
            ]) {
              const end = recordings.end(attemptId, stream);
              const from = Math.max(0, end - back);
              const to = Math.min(bytes.length, end + size);
              expect(append(bytes.subarray(from, to), stream, from)).toBe(to);
              if (isReopened || tear) await recordings.close();
              // A crash in the middle of the next write.
              if (tear && stream === 'terminal' && to > 0)
                appendFileSync(recordings.file(attemptId, stream), '# skip 1\n[0.1, "o", "lo');
              if (isReopened || tear) open();
              expect(recordings.end(attemptId, stream)).toBe(to);
            }
            recordings.finish(attemptId);
            const from = bytes.length === 0 ? 0 : place % (bytes.length + 1);
            expect((await replay(from, stream)).equals(bytes.subarray(from))).toBe(true);
          },
        ),
        { numRuns: 150 },
      );
    },
  );

  test('also where the index is used, lost, torn or wrong', async () => {
    const line = 'a line of a build log, 工房, that goes on\r\n';
    const all = Buffer.from(line.repeat(20_000));
    for (let at = 0; at < all.length; at += 5_003) append(all.subarray(at, at + 5_003));
    recordings.finish(attemptId);
    const index = path.join(path.dirname(recordings.file(attemptId, 'terminal')), 'terminal.idx');
    expect(statSync(index).size / 24).toBeGreaterThan(10);
    const check = async (): Promise<void> => {
      await reopen();
      expect(recordings.end(attemptId, 'terminal')).toBe(all.length);
      for (const from of [0, 1, 70_000, 500_001, all.length]) {
        expect((await replay(from)).equals(all.subarray(from))).toBe(true);
      }
    };
    await check();
    truncateSync(index, statSync(index).size - 5);
    await check();
    truncateSync(recordings.file(attemptId, 'terminal'), 300_000);
    await reopen();
    const end = recordings.end(attemptId, 'terminal');
    expect(append(all.subarray(end))).toBe(all.length);
    await check();
    rmSync(index);
    await check();
  });

  test('zeros that a power failure leaves at the end are cut off', async () => {
    append('before');
    await recordings.close();
    appendFileSync(
      recordings.file(attemptId, 'terminal'),
      Buffer.concat([Buffer.alloc(4_096), Buffer.from('\n[0, "o", "x"]\n')]),
    );
    open();
    expect(append(' after')).toBe(12);
    recordings.finish(attemptId);
    expect(String(await replay(0))).toBe('before after');
  });

  test('gaps are ignored', () => {
    append('one');
    expect(append('three', 'terminal', 8)).toBe(3);
    expect(append('', 'terminal', 3)).toBe(3);
    expect(append('ne', 'terminal', 1)).toBe(3);
    expect(append('etwo', 'terminal', 2)).toBe(6);
  });
});

describe('the file is asciicast v3', () => {
  test('with the intervals of the monotonic clock', async () => {
    append('a');
    ms += 1_250;
    append('b"\u001b');
    await reopen();
    ms += 9;
    recordings.end(attemptId, 'terminal');
    ms += 40;
    append('c');
    expect(JSON.parse(cast()[0] ?? '')).toMatchObject({
      version: 3,
      term: { cols: 120, rows: 32 },
      timestamp: 1_800_000_000,
    });
    expect(
      cast()
        .slice(1)
        .map((line): unknown => JSON.parse(line)),
    ).toEqual([
      [0, 'o', 'a'],
      [1.25, 'o', 'b"\u001b'],
      [0.04, 'o', 'c'],
    ]);
  });

  test('and shows a character whole that came in pieces', () => {
    const bytes = Buffer.from('工🛠');
    for (const byte of bytes) append(Buffer.from([byte]));
    const events = cast().filter((line) => line.startsWith('['));
    expect(events.map((line): unknown => JSON.parse(line))).toEqual([
      [0, 'o', '工'],
      [0, 'o', '🛠'],
    ]);
  });

  test('and only its owner may read it', () => {
    append('x');
    expect(statSync(recordings.file(attemptId, 'terminal')).mode & 0o077).toBe(0);
  });
});

describe('watchers', () => {
  /** A watcher that acknowledges when told to. */
  function slow(from = 0): {
    seen: () => number;
    watch: Watch;
    moved: () => Promise<void>;
    over: Promise<number>;
  } {
    let seen = from;
    let next = Promise.withResolvers<void>();
    const { promise: over, resolve } = Promise.withResolvers<number>();
    const watch = recordings.watch(attemptId, 'terminal', from, {
      bytes(offset, { length }) {
        expect(offset).toBe(seen);
        seen += length;
        next.resolve();
        next = Promise.withResolvers<void>();
      },
      ended: resolve,
    });
    return { seen: () => seen, watch, moved: async () => await next.promise, over };
  }
  const chunk = Buffer.alloc(OUTPUT_FRAME_MAX, 'x');

  test('at the end get what is appended at once, from memory', async () => {
    const { seen, watch, moved } = slow();
    const first = moved();
    append('one');
    await first;
    append('two');
    expect(seen()).toBe(6);
    watch.close();
    append('three');
    expect(seen()).toBe(6);
  });

  test('that do not acknowledge are sent a window, whatever is appended, and the rest when they do', async () => {
    const one = slow();
    const quick = slow();
    let first = quick.moved();
    for (let i = 0; i < 48; i++) {
      append(chunk);
      await first;
      first = quick.moved();
      quick.watch.acknowledge(quick.seen());
    }
    expect(quick.seen()).toBe(48 * OUTPUT_FRAME_MAX);
    expect(one.seen()).toBe(OUTPUT_WINDOW);
    recordings.finish(attemptId);
    expect(await quick.over).toBe(48 * OUTPUT_FRAME_MAX);
    while (one.seen() < 48 * OUTPUT_FRAME_MAX) {
      const before = one.seen();
      const moved = one.moved();
      one.watch.acknowledge(before);
      await moved;
      expect(one.seen() - before).toBeLessThanOrEqual(OUTPUT_WINDOW);
    }
    expect(await one.over).toBe(48 * OUTPUT_FRAME_MAX);
  });

  test('are told the end once they have everything, also of a recording without bytes', async () => {
    const early = slow();
    recordings.finish(attemptId);
    expect(await early.over).toBe(0);
    await reopen();
    expect(await slow().over).toBe(0);
  });

  test('are not sent anything after they closed, though it was being read', async () => {
    for (let i = 0; i < 20; i++) append(chunk);
    const { seen, watch, moved } = slow();
    await moved();
    watch.close();
    const before = seen();
    recordings.finish(attemptId);
    expect((await replay(0)).length).toBe(20 * OUTPUT_FRAME_MAX);
    expect(seen()).toBe(before);
  });

  test('that come late, in the middle of output, miss nothing and get nothing twice', async () => {
    const text = Buffer.from(Array.from({ length: 30_000 }, (_, i) => `line ${i}\r\n`).join(''));
    const half = text.length >> 1;
    append(text.subarray(0, half));
    const whole = replay(100);
    for (let at = half; at < text.length; at += 40_000) {
      append(text.subarray(at, at + 40_000));
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    recordings.finish(attemptId);
    expect((await whole).equals(text.subarray(100))).toBe(true);
  });
});

describe('many and full', () => {
  test('thousands of recordings hold few file handles', async () => {
    for (let i = 1; i <= 1_500; i++) {
      const id = AttemptId.parse(`task-${i}.1`);
      recordings.append({
        attemptId: id,
        stream: 'terminal',
        offset: 0,
        bytes: Buffer.from(`${i}`),
      });
    }
    const ours = readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8') !== '' && linkOf(fd).startsWith(dir);
      } catch {
        return false; // The handle of the listing itself.
      }
    });
    expect(ours.length).toBeLessThanOrEqual(128);
    expect(recordings.end(AttemptId.parse('task-12.1'), 'terminal')).toBe(2);
  });
});

test('a full disk acknowledges nothing, says so once, and goes on when there is room', async () => {
  await recordings.close();
  const problems: Error[] = [];
  let rooms = 0;
  const onRoom = (): void => {
    rooms++;
  };
  recordings = openRecordings({ dir, clock, onProblem: (error) => problems.push(error), onRoom });
  const file = recordings.file(attemptId, 'terminal');
  mkdirSync(path.dirname(file), { recursive: true });
  symlinkSync('/dev/full', file);
  expect(append('lost')).toBe(0);
  expect(append('lost')).toBe(0);
  expect(problems.map((error) => 'code' in error && error.code)).toEqual(['ENOSPC']);
  const probe = path.join(dir, '.probe');
  symlinkSync('/dev/full', probe);
  timers.pop()?.();
  expect(rooms).toBe(0);
  timers.pop()?.();
  expect(rooms).toBe(1);
  expect(existsSync(probe)).toBe(false);
  rmSync(file);
  expect(append('kept')).toBe(4);
  recordings.finish(attemptId);
  expect(String(await replay(0))).toBe('kept');
});

function linkOf(fd: string): string {
  return existsSync(`/proc/self/fd/${fd}`) ? readlinkSync(`/proc/self/fd/${fd}`) : '';
}
