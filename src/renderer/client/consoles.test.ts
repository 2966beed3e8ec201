/** What is shown of consoles when: of the one that is typed into at once, of the others in turns, never too much under way. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../shared/clock.ts';
import { ConsoleId } from '../../shared/console.ts';
import type { FromClient } from '../../shared/protocol/client.ts';
import { CONSOLE_WINDOW, CONSOLE_WINDOW_LEAST } from '../../shared/protocol/console.ts';
import { createConsoles } from './consoles.ts';
import { createPace } from './pace.ts';

const idOf = (n: number): ConsoleId => ConsoleId.parse(`console-${String(n).padStart(12, '0')}`);

/** Frames and the clock stand still until the test moves them. */
function page() {
  let now = 0;
  const frames: (() => void)[] = [];
  const timers: { at: number; run: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    monotonic: () => now,
    after(ms, run) {
      timers.push({ at: now + ms, run });
      return () => {};
    },
  };
  const sent: FromClient[] = [];
  const consoles = createConsoles({
    clock,
    nextFrame(run) {
      frames.push(run);
      return () => {};
    },
    send: (message) => sent.push(message),
    sendBytes: () => {},
    surface: 'window',
  });
  return {
    consoles,
    sent,
    /** Draws a frame that takes so long. */
    frame(ms: number): void {
      now += ms;
      for (const run of frames.splice(0)) run();
    },
    pass(ms: number): void {
      now += ms;
      const due = timers.filter(({ at }) => at <= now);
      for (const timer of due) timers.splice(timers.indexOf(timer), 1);
      for (const { run } of due) run();
    },
  };
}

/** A screen that says what it was given, and is done with it when the test says so. */
function screen({ consoles }: ReturnType<typeof page>, id: ConsoleId) {
  const shown: number[] = [];
  const dones: (() => void)[] = [];
  const watch = consoles.watch(id, {
    onBytes(bytes, done) {
      shown.push(...bytes);
      dones.push(done);
    },
    onReset: () => shown.push(-1),
  });
  let end = 0;
  return {
    shown,
    watch,
    digest: () => dones.splice(0).forEach((done) => done()),
    print(...bytes: number[]): void {
      consoles.receive({ consoleId: id, offset: end, bytes: Uint8Array.from(bytes) });
      end += bytes.length;
    },
  };
}

describe('consoles on one page', () => {
  it('shows what is typed into at once, and what waited there before it', () => {
    const all = page();
    const one = screen(all, idOf(1));
    one.print(1);
    expect(one.shown).toEqual([]);
    one.watch.type('x');
    one.print(2);
    expect(one.shown).toEqual([1, 2]);
  });

  it('lets the others take turns, a few in a frame, and leaves the page as long as they took', () => {
    const all = page();
    const screens = [1, 2, 3, 4].map((n) => screen(all, idOf(n)));
    const counts = () => screens.map(({ shown }) => shown.length);
    for (const { print } of screens) print(1);
    all.frame(16);
    expect(counts()).toEqual([1, 1, 0, 0]);
    for (const { print } of screens) print(2);
    // They are drawn in one frame, and that one took 80 ms.
    all.frame(80);
    all.frame(0);
    all.pass(79);
    expect(counts()).toEqual([1, 1, 0, 0]);
    all.pass(1);
    expect(counts()).toEqual([1, 1, 2, 2]);
    all.frame(16);
    all.frame(0);
    all.pass(16);
    expect(counts()).toEqual([2, 2, 2, 2]);
  });

  it('gives nothing to a screen that is closed', () => {
    const all = page();
    const one = screen(all, idOf(1));
    one.print(1);
    one.watch.close();
    all.frame(16);
    expect(one.shown).toEqual([]);
  });

  it('begins anew where more was printed than is kept, and asks after a break for what it has not', () => {
    const all = page();
    const { consoles, sent } = all;
    const one = screen(all, idOf(1));
    one.watch.type('x');
    one.print(1, 2);
    consoles.receive({ consoleId: idOf(1), offset: 1, bytes: Uint8Array.from([2, 3]) });
    consoles.reopen();
    expect(sent.at(-1)).toMatchObject({ type: 'console_watch', from: 3 });
    consoles.receive({ consoleId: idOf(1), offset: 9, bytes: Uint8Array.from([10]) });
    expect(one.shown).toEqual([1, 2, 3, -1, 10]);
  });

  it('acknowledges what the screen is done with, and says how much may come', () => {
    const all = page();
    const one = screen(all, idOf(1));
    one.watch.type('x');
    one.print(...new Uint8Array(100));
    expect(all.sent.some(({ type }) => type === 'console_ack')).toBe(false);
    all.pass(500);
    one.digest();
    expect(all.sent.at(-1)).toEqual({
      type: 'console_ack',
      consoleId: idOf(1),
      offset: 100,
      window: 8 * 1024,
    });
  });
});

describe('the window', () => {
  /** The window after a while on a screen that digests so many bytes in a ms. */
  function settled(bytesPerMs: number): number {
    const pace = createPace();
    for (let now = 0, round = 0; round < 100; round++) {
      const bytes = pace.window;
      const end = now + bytes / bytesPerMs;
      pace.digested(bytes, now, end);
      now = end;
    }
    return pace.window;
  }

  it('holds what the screen digests in a few tens of milliseconds, within its bounds', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 10_000, noNaN: true }), (bytesPerMs) => {
        const window = settled(bytesPerMs);
        expect(window).toBeGreaterThanOrEqual(CONSOLE_WINDOW_LEAST);
        expect(window).toBeLessThanOrEqual(CONSOLE_WINDOW);
        const ms = window / bytesPerMs;
        expect(window === CONSOLE_WINDOW_LEAST || ms <= 40).toBe(true);
        expect(window === CONSOLE_WINDOW || ms >= 19).toBe(true);
      }),
    );
  });

  it('is lessened once for all that was under way together', () => {
    const pace = createPace();
    for (const to of [100, 110, 120]) pace.digested(1_000, 0, to);
    expect(pace.window).toBe(8 * 1024);
    pace.digested(1_000, 130, 200);
    expect(pace.window).toBe(4 * 1024);
  });
});
