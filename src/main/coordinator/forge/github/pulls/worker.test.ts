/** One run at a time for each key, none lost, none too often. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Clock } from '../../../../../shared/clock.ts';
import { createWorker } from './worker.ts';

function manual(): Clock & { advance(ms: number): void } {
  let time = 0;
  const due = new Map<object, { at: number; run: () => void }>();
  return {
    now: () => time,
    monotonic: () => time,
    after(ms, run) {
      const key = {};
      due.set(key, { at: time + ms, run });
      return () => due.delete(key);
    },
    advance(ms) {
      time += ms;
      for (const [key, { at, run }] of [...due]) if (at <= time && due.delete(key)) run();
    },
  };
}

const rest = { gapMs: 0, atOnce: 2, againMs: 50, onError: () => {} };

test('a key that is woken while it runs, runs once more', async () => {
  let finish = (): void => {};
  let runs = 0;
  const run = async (): Promise<null> => {
    runs++;
    await new Promise<void>((resolve) => (finish = resolve));
    return null;
  };
  const worker = createWorker<string>({ ...rest, clock: manual(), run });
  worker.wake('a');
  for (let n = 0; n < 3; n++) worker.wake('a');
  finish();
  await new Promise(setImmediate);
  expect(runs).toBe(2);
  finish();
  await worker.idle();
  expect(runs).toBe(2);
  await worker.close();
});

test('a burst of wakes is one run after the gap, and a wish to run again is kept', async () => {
  const clock = manual();
  const at: number[] = [];
  const run = (): Promise<number | null> => {
    at.push(clock.now());
    return Promise.resolve(at.length === 2 ? 300 : null);
  };
  const worker = createWorker<string>({ ...rest, gapMs: 100, clock, run });
  worker.wake('a');
  await worker.idle();
  for (let n = 0; n < 5; n++) worker.wake('a');
  clock.advance(100);
  await worker.idle();
  clock.advance(299);
  await worker.idle();
  expect(at).toEqual([0, 100]);
  clock.advance(1);
  await worker.idle();
  expect(at).toEqual([0, 100, 400]);
  await worker.close();
});

test('a run that throws is told and made up for; closing ends all waiting', async () => {
  const clock = manual();
  const errors: unknown[] = [];
  let runs = 0;
  const run = (): Promise<null> =>
    ++runs === 1 ? Promise.reject(new Error('broken')) : Promise.resolve(null);
  const onError = (error: unknown): void => void errors.push(error);
  const worker = createWorker<string>({ ...rest, clock, run, onError });
  await worker.ran('a');
  expect(errors).toHaveLength(1);
  clock.advance(50);
  await worker.idle();
  expect(runs).toBe(2);
  await worker.close();
  await worker.ran('a');
  worker.wake('a');
  expect(runs).toBe(2);
});

test('whatever is woken when, each runs alone and after its last wake', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 40 }), async (keys) => {
      const woken = new Map<number, number>();
      const seen = new Map<number, number>();
      const under = new Set<number>();
      let most = 0;
      const worker = createWorker<number>({
        ...rest,
        clock: manual(),
        async run(key) {
          expect(under.has(key)).toBe(false);
          under.add(key);
          most = Math.max(most, under.size);
          seen.set(key, woken.get(key) ?? 0);
          await new Promise(setImmediate);
          under.delete(key);
          return null;
        },
      });
      for (const [i, key] of keys.entries()) {
        woken.set(key, i);
        worker.wake(key);
        if (i % 3 === 0) await Promise.resolve();
      }
      await worker.idle();
      expect(seen).toEqual(woken);
      expect(most).toBeLessThanOrEqual(2);
      await worker.close();
    }),
    { numRuns: 50 },
  );
});
