import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Clock } from '../../../shared/clock.ts';
import { AttemptId } from '../../../shared/ids.ts';
import type { Recordings, TerminalMoment, TerminalPace, TerminalTimes } from './port.ts';
import { openRecordings } from './recordings.ts';

const attemptId = AttemptId.parse('task-3.1');
const BEGAN = 1_800_000_000_123;

let dir: string;
let recordings: Recordings;
let wall: number;
/** The monotonic clock began when the coordinator did. */
let started: number;
const clock: Clock = {
  now: () => wall,
  monotonic: () => wall - started,
  after: () => () => {},
};

function open(): void {
  started = wall;
  recordings = openRecordings({ dir, clock });
}

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-times-'));
  wall = BEGAN;
  open();
});
afterEach(async () => {
  await recordings.close();
  rmSync(dir, { recursive: true, force: true });
});

function print(bytes: Uint8Array): TerminalMoment {
  const offset = recordings.end(attemptId, 'terminal');
  return {
    offset: recordings.append({ attemptId, stream: 'terminal', offset, bytes }),
    at: wall,
  };
}

function times(): TerminalTimes {
  return recordings.times(attemptId);
}

describe('the times of a terminal', () => {
  test('are those at which it printed, whatever it printed and however often the coordinator went away', async () => {
    const step = fc.record({
      text: fc.string({ minLength: 1, maxLength: 40 }),
      waitMs: fc.integer({ min: 0, max: 90_000 }),
      isRestarted: fc.boolean(),
    });
    const steps = fc.array(step, { minLength: 1, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(), fc.nat(), async (list, anyMs, anyByte) => {
        await recordings.close();
        rmSync(dir, { recursive: true });
        wall = BEGAN;
        open();
        const printed: TerminalMoment[] = [];
        for (const { text, waitMs, isRestarted } of list) {
          if (printed.length > 0) wall += waitMs;
          if (isRestarted) {
            await recordings.close();
            open();
          }
          printed.push(print(Buffer.from(text)));
        }
        const last = printed.at(-1) ?? { offset: 0, at: 0 };
        expect(times().range()).toEqual({ first: { offset: 0, at: BEGAN }, last });
        const at = BEGAN + (anyMs % (last.at - BEGAN + 1));
        expect(await times().atTime(at)).toEqual(printed.findLast((one) => one.at <= at));
        const offset = anyByte % last.offset;
        const holding = printed.find((one) => one.offset > offset);
        expect(await times().atOffset(offset)).toEqual({ offset, at: holding?.at });
        const { places, next } = await times().pace(offset);
        expect(next).toBeNull();
        expect(places.at(-1)?.offset).toBe(last.offset);
        const sums = await times().activity(7);
        expect(sums.reduce((sum, bytes) => sum + bytes, 0)).toBe(last.offset);
      }),
      { numRuns: 40 },
    );
  });

  test('are found in a large recording without reading what comes before', async () => {
    const line = Buffer.from(`${'x'.repeat(1_022)}\r\n`);
    const printed: TerminalMoment[] = [];
    for (let n = 0; n < 5 * 1_024; n++) {
      printed.push(print(line));
      wall += 10;
    }
    const middle = printed[3_000] ?? { offset: 0, at: 0 };
    // Whoever read from the beginning would stumble.
    const file = recordings.file(attemptId, 'terminal');
    await recordings.close();
    const cast = readFileSync(file);
    cast.fill('!', 200_000, 210_000);
    writeFileSync(file, cast);
    open();
    expect(await times().atTime(middle.at + 3)).toEqual(middle);
    expect(await times().atOffset(middle.offset - 1)).toEqual({
      ...middle,
      offset: middle.offset - 1,
    });
    const { places, next } = await times().pace(middle.offset);
    expect(places[0]?.offset).toBeGreaterThan(middle.offset);
    expect(next).toBeNull();
    const sums = await times().activity(10);
    expect(Math.max(...sums)).toBeLessThan(1.3 * Math.min(...sums));
  });

  test('come in pages when the output came in very many steps', async () => {
    for (let n = 0; n < 4_100; n++) {
      print(Buffer.from('.'));
      wall += 20;
    }
    const first = await times().pace(0);
    expect(first).toMatchObject({ next: 4_000 });
    expect((await times().pace(first.next ?? 0)).places).toHaveLength(100);
  });

  test('come in pages when very much came at once, and nothing is left out between them', async () => {
    const piece = Buffer.alloc(64 * 1024, 'x');
    for (let n = 0; n < 160; n++) print(piece);
    const most = 4 * 1024 * 1024;
    const pages: TerminalMoment[][] = [];
    for (let from: number | null = 0; from !== null;) {
      const { places, next }: TerminalPace = await times().pace(from);
      pages.push([...places]);
      from = next;
    }
    expect(pages).toEqual([most, 2 * most, 2.5 * most].map((offset) => [{ offset, at: wall }]));
  });

  test('go with the modes that the program had set, found without reading what comes before', async () => {
    const screen = Buffer.from(`\u001b[H${'x'.repeat(32 * 1024)}`);
    print(Buffer.from('$ top\r\n'));
    const before = recordings.end(attemptId, 'terminal');
    print(Buffer.from('\u001b[?1049h\u001b[?2'));
    print(Buffer.from('5l'));
    for (let n = 0; n < 40; n++) print(screen);
    await recordings.close();
    open();
    for (let n = 0; n < 40; n++) print(screen);
    const late = recordings.end(attemptId, 'terminal');
    print(Buffer.from('\u001b[?25h\u001b[?1049l'));
    const file = recordings.file(attemptId, 'terminal');
    const cast = readFileSync(file);
    expect(await times().modesAt(before)).toBe('');
    expect(await times().modesAt(late)).toBe('\u001b[?1049h\u001b[?25l');
    expect(await times().modesAt(late + 6)).toBe('\u001b[?1049h');
    expect(await times().modesAt(late + 100)).toBe('');
    await recordings.close();
    writeFileSync(file, cast.fill('!', 200_000, 210_000));
    open();
    expect(await times().modesAt(late)).toBe('\u001b[?1049h\u001b[?25l');
  });

  test('are told to the second for a recording of an older version, and not at all for none', async () => {
    expect(times().range()).toBeNull();
    expect(await times().pace(0)).toEqual({ places: [], next: null });
    print(Buffer.from('hello'));
    const file = recordings.file(attemptId, 'terminal');
    await recordings.close();
    writeFileSync(file, readFileSync(file, 'utf8').replace(/,"began_ms":\d+/, ''));
    open();
    expect(times().range()?.first.at).toBe(1_800_000_000_000);
  });
});
