/** Who reads a console sets its pace, and nobody else. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConsoleId, type Console } from '../../../../shared/console.ts';
import { AgentId } from '../../../../shared/ids.ts';
import {
  CONSOLE_WINDOW,
  CONSOLE_WINDOW_LEAST,
  decodeConsole,
} from '../../../../shared/protocol/console.ts';
import { manualClock } from '../testing.ts';
import type { ConsoleClient } from './port.ts';
import { createRing } from './ring.ts';
import { FORGOTTEN_MS, Room } from './room.ts';

const FRESH: Console = {
  id: ConsoleId.parse('console-000000000001'),
  agentId: AgentId.parse('local-1'),
  attemptId: null,
  kind: 'shell',
  openedBy: 'user',
  openedAt: 0,
  writer: null,
  watchers: 0,
  cols: 80,
  rows: 24,
  state: 'open',
  why: null,
  exit: null,
};

interface TestClient extends ConsoleClient {
  readonly got: { offset: number; length: number }[];
  /** Bytes that came and the offset after the last. */
  total(): number;
  end(): number;
}

function clientOf(id: string): TestClient {
  const got: TestClient['got'] = [];
  return {
    id,
    got,
    send(data) {
      const frame = decodeConsole(data);
      if (!frame.ok) throw new Error(frame.error);
      got.push({ offset: frame.value.offset, length: frame.value.bytes.length });
    },
    total: () => got.reduce((sum, { length }) => sum + length, 0),
    end() {
      const last = got.at(-1);
      return last ? last.offset + last.length : 0;
    },
  };
}

function open() {
  const clock = manualClock();
  const acks: number[] = [];
  const windows: number[] = [];
  const typed: string[] = [];
  const sizes: string[] = [];
  let forgotten = 0;
  const room = new Room(FRESH, {
    clock,
    ack(offset, window) {
      acks.push(offset);
      windows.push(window);
    },
    printed: () => {},
    resize: ({ cols, rows }) => sizes.push(`${cols}x${rows}`),
    type: (bytes) => typed.push(Buffer.from(bytes).toString()),
    changed: () => {},
    forgotten: () => (forgotten += 1),
  });
  let end = 0;
  const print = (length: number): void => {
    room.output(end, new Uint8Array(length));
    end += length;
  };
  return { room, clock, acks, windows, typed, sizes, print, forgotten: () => forgotten };
}

const LOOK = { from: 0, pen: true, surface: 'window' } as const;

describe('the pen', () => {
  test('the first who wants it has it; another may take it, and then only that one types', () => {
    const { room, typed, sizes } = open();
    const [one, two] = [clientOf('one'), clientOf('two')];
    room.watch(one, LOOK);
    room.watch(two, LOOK);
    room.type(one, Buffer.from('a'));
    room.type(two, Buffer.from('b'));
    room.takePen(two);
    room.type(one, Buffer.from('c'));
    room.type(two, Buffer.from('d'));
    room.resize(one, { cols: 10, rows: 10 });
    room.resize(two, { cols: 90, rows: 30 });
    expect(typed).toEqual(['a', 'd']);
    expect(sizes).toEqual(['90x30']);
    room.unwatch(two);
    expect(room.console).toMatchObject({ writer: null, watchers: 1 });
  });
});

describe('the pace', () => {
  test('whoever writes sets it; one that reads nothing holds nobody and is sent no more than the window', () => {
    const { room, acks, print } = open();
    const [writer, idle] = [clientOf('writer'), clientOf('idle')];
    room.watch(writer, LOOK);
    room.watch(idle, LOOK);
    for (let round = 0; round < 100; round += 1) {
      print(32 * 1024);
      room.acknowledge(writer, writer.end(), CONSOLE_WINDOW);
    }
    expect(acks.at(-1)).toBe(100 * 32 * 1024);
    expect(writer.total()).toBe(100 * 32 * 1024);
    expect(idle.total()).toBeLessThan(CONSOLE_WINDOW + 8 * 1024);
    // It reads on from what is still kept, and catches up.
    room.acknowledge(idle, idle.end(), CONSOLE_WINDOW);
    for (let before = -1; before !== idle.end();) {
      before = idle.end();
      room.acknowledge(idle, before, CONSOLE_WINDOW);
    }
    expect(idle.end()).toBe(writer.end());
  });

  test('the window of whoever writes is told to the agent, and holds for what is under way to them', () => {
    const { room, acks, windows, print } = open();
    const [writer, other] = [clientOf('writer'), clientOf('other')];
    room.watch(writer, LOOK);
    room.watch(other, LOOK);
    print(8 * 1024);
    room.acknowledge(other, other.end(), CONSOLE_WINDOW);
    expect(acks).toEqual([]);
    room.acknowledge(writer, writer.end(), CONSOLE_WINDOW_LEAST);
    expect([acks, windows]).toEqual([[8 * 1024], [CONSOLE_WINDOW_LEAST]]);
    const before = writer.total();
    print(32 * 1024);
    expect(writer.total() - before).toBeLessThan(CONSOLE_WINDOW_LEAST + 8 * 1024);
    // A share of the window is read: the agent may go on.
    room.acknowledge(writer, before + CONSOLE_WINDOW_LEAST / 4, CONSOLE_WINDOW_LEAST);
    expect(acks.at(-1)).toBe(before + CONSOLE_WINDOW_LEAST / 4);
  });

  test('while nobody looks, output is let through by the clock, and after ten minutes it is forgotten', () => {
    const { room, acks, clock, print, forgotten } = open();
    print(1_000);
    expect(acks).toEqual([]);
    clock.advance(100);
    expect(acks).toEqual([1_000]);
    room.watch(clientOf('late'), LOOK);
    clock.advance(FORGOTTEN_MS);
    expect(forgotten()).toBe(0);
    room.unwatch(clientOf('late'));
    clock.advance(FORGOTTEN_MS);
    expect(forgotten()).toBe(1);
  });
});

test('a ring has the last bytes of what it was given, at their offsets', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 30 }), (pieces) => {
      const ring = createRing(16);
      const all = Buffer.concat(pieces);
      for (const piece of pieces) ring.append(piece);
      expect(ring.end).toBe(all.length);
      expect(ring.start).toBe(Math.max(0, all.length - 16));
      const kept = Buffer.from(ring.read(ring.start, 100));
      expect(kept.equals(all.subarray(ring.start))).toBe(true);
    }),
  );
});
