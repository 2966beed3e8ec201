/** A transcript is read in turns, so that a large one never holds the window. */
import { expect, it } from 'vitest';
import type { Clock } from '../../../shared/clock.ts';
import { AttemptId } from '../../../shared/ids.ts';
import type { OutputReader } from '../../client/outputs.ts';
import { createTranscriptStore } from './transcript-store.ts';

const LINE = `${JSON.stringify({ type: 'novelty', text: 'x'.repeat(500) })}\n`;

function open() {
  let ms = 0;
  let turns: (() => void)[] = [];
  const frames: (() => void)[] = [];
  let reader: OutputReader | undefined;
  let isClosed = false;
  const clock: Clock = {
    now: () => ms,
    // Each look at the time takes some.
    monotonic: () => (ms += 3),
    after(_, run) {
      turns.push(run);
      return () => (turns = turns.filter((one) => one !== run));
    },
  };
  const store = createTranscriptStore({
    attemptId: AttemptId.parse('task-1.1'),
    clock,
    nextFrame: (run) => {
      frames.push(run);
      return () => {};
    },
    outputs: {
      watch(_attempt, _stream, opened) {
        reader = opened;
        return () => (isClosed = true);
      },
    },
  });
  const stop = store.subscribe(() => {});
  return {
    store,
    stop,
    isClosed: () => isClosed,
    give: (lines: number, done: () => void) =>
      reader?.onBytes(new TextEncoder().encode(LINE.repeat(lines)), done),
    end: () => reader?.onEnd(),
    turn(): void {
      for (const run of turns.splice(0)) run();
      for (const draw of frames.splice(0)) draw();
    },
    waits: () => turns.length,
  };
}

it('reads what came in several turns, in order, and says when it has', () => {
  const { store, give, end, turn, waits } = open();
  const told: number[] = [];
  give(100, () => told.push(1));
  give(1, () => told.push(2));
  end();
  turn();
  expect(store.get().entries.length).toBeLessThan(100);
  expect(store.get().isWhole).toBe(false);
  expect(told).toEqual([]);
  for (let n = 0; waits() > 0 && n < 100; n++) turn();
  expect(told).toEqual([1, 2]);
  expect(store.get()).toMatchObject({ isWhole: true, dropped: 0 });
  expect(store.get().entries).toHaveLength(101);
});

it('reads nothing more when nobody looks', () => {
  const { give, turn, stop, waits, isClosed } = open();
  give(100, () => {});
  turn();
  stop();
  expect(waits()).toBe(0);
  expect(isClosed()).toBe(true);
});
