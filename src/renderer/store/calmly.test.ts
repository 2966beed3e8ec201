import { describe, expect, it } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { Clock } from '../../shared/clock.ts';
import { calmly } from './calmly.ts';

/** A clock that stands still until the test moves it; one timer at a time is enough here. */
function manualClock() {
  let now = 0;
  let timer: { at: number; run: () => void } | null = null;
  const clock: Clock = {
    now: () => now,
    monotonic: () => now,
    after(ms, run) {
      timer = { at: now + ms, run };
      return () => (timer = null);
    },
  };
  return {
    clock,
    pass(ms: number): void {
      now += ms;
      if (!timer || timer.at > now) return;
      const { run } = timer;
      timer = null;
      run();
    },
  };
}

/** @param isMoving whether somebody scrolls all the time */
function setUp(isMoving = false) {
  const store = createStore<number>()(() => 0);
  const { clock, pass } = manualClock();
  const told: number[] = [];
  const hand = { isMoving };
  const calm = calmly(store, 200, clock, { restsIn: () => (hand.isMoving ? 100 : 0) });
  const stop = calm.subscribe(() => told.push(calm.getState()));
  const put = (value: number): void => store.setState(value, true);
  return { calm, pass, told, stop, hand, put };
}

describe('a calm reader', () => {
  it('hears the first change at once and the last for sure', () => {
    const { put, pass, told } = setUp();
    put(1);
    put(2);
    put(3);
    expect(told).toEqual([1]);
    pass(200);
    expect(told).toEqual([1, 3]);
    pass(1_000);
    put(4);
    expect(told).toEqual([1, 3, 4]);
  });

  it('hears of a busy store no more than it asked for', () => {
    const { put, pass, told } = setUp();
    for (let i = 1; i <= 100; i++) {
      put(i);
      pass(10);
    }
    expect(told.length).toBeLessThanOrEqual(6);
    expect(told.at(-1)).toBe(100);
  });

  it('reads the same between two tellings, whatever has come since', () => {
    const { calm, put, pass } = setUp();
    put(1);
    put(2);
    expect(calm.getState()).toBe(1);
    pass(200);
    expect(calm.getState()).toBe(2);
  });

  it('hears nothing while the hand moves, and all when it rests', () => {
    const { put, pass, told, hand } = setUp(true);
    put(1);
    for (let i = 2; i <= 10; i++) {
      put(i);
      pass(100);
    }
    expect(told).toEqual([]);
    hand.isMoving = false;
    pass(100);
    expect(told).toEqual([10]);
  });

  it('is not held for ever by a hand that never rests', () => {
    const { put, pass, told } = setUp(true);
    for (let i = 1; i <= 70; i++) {
      put(i);
      pass(100);
    }
    expect(told.length).toBeGreaterThan(0);
  });

  it('hears nothing once it stopped', () => {
    const { put, pass, told, stop } = setUp();
    put(1);
    put(2);
    stop();
    pass(500);
    put(3);
    expect(told).toEqual([1]);
  });
});
