import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../shared/clock.ts';
import { KEYCHAIN_VARIABLE } from '../../shared/keychain.ts';
import { untilFirstScreen } from './first-screen.ts';

function opened(env: Record<string, string> = { [KEYCHAIN_VARIABLE]: '1' }, connected = true) {
  const timers = new Set<() => void>();
  const clock: Clock = {
    now: () => 0,
    monotonic: () => 0,
    after(_ms, run) {
      timers.add(run);
      return () => timers.delete(run);
    },
  };
  const parent = Object.assign(new EventEmitter(), { env, connected });
  let runs = 0;
  const hold = untilFirstScreen(parent, clock);
  const cancel = hold?.(() => runs++);
  return { parent, timers, hold, cancel, runs: () => runs };
}

describe('agents beside a window', () => {
  it('start when its first screen is there, once', () => {
    const { parent, timers, runs } = opened();
    parent.emit('message', { type: 'keychain', id: 1, text: null });
    expect(runs()).toBe(0);
    parent.emit('message', { type: 'shown' });
    parent.emit('message', { type: 'shown' });
    expect([runs(), timers.size, parent.listenerCount('message')]).toEqual([1, 0, 0]);
  });

  it('start when it does not come', () => {
    const { parent, timers, runs } = opened();
    for (const run of timers) run();
    expect([runs(), parent.listenerCount('message')]).toEqual([1, 0]);
  });

  it('do not start any more when that is called off', () => {
    const { parent, timers, cancel, runs } = opened();
    cancel?.();
    parent.emit('message', { type: 'shown' });
    expect([runs(), timers.size]).toEqual([0, 0]);
  });

  it('are not held up without one', () => {
    expect(opened({}).hold).toBeNull();
    expect(opened(undefined, false).hold).toBeNull();
  });
});
