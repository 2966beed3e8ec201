/** A lease, by its numbers: when an attempt stands still, when it may push, and when it is given up. */
import { assert, array, constantFrom, property, record, integer } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AGENT_PAUSE_MS, FRESH_LEASE_MS, PAUSED_AT_MOST_MS } from '../../shared/protocol/timing.ts';
import { testClock, type TestClock } from '../testing/clock.ts';
import { createLease, type Lease } from './lease.ts';
import { pausableClock } from './pausable-clock.ts';

function open(clock: TestClock): { lease: Lease; events: string[] } {
  const events: string[] = [];
  const say = (what: string) => (): void => void events.push(what);
  const lease = createLease({
    at: clock.sinceBoot(),
    pauseMs: AGENT_PAUSE_MS,
    clock,
    want: say('want'),
    onOld: say('old'),
    onYoung: say('young'),
    onGone: say('gone'),
  });
  return { lease, events };
}

describe('lease', () => {
  test('an attempt stands still before its agent is lost, goes on when heard, and is given up at last', () => {
    const clock = testClock();
    const { lease, events } = open(clock);
    clock.pass(AGENT_PAUSE_MS - 1_000);
    expect(events).toEqual([]);
    clock.pass(1_500);
    expect(events).toEqual(['old']);
    lease.heard(clock.sinceBoot());
    expect(events).toEqual(['old', 'young']);
    clock.pass(PAUSED_AT_MOST_MS + 1_000);
    expect(events).toEqual(['old', 'young', 'old', 'gone']);
    lease.heard(clock.sinceBoot());
    expect(events.at(-1)).toBe('gone');
  });

  test('a message that was long on its way makes nothing young', () => {
    const clock = testClock();
    const { lease, events } = open(clock);
    const before = clock.sinceBoot();
    clock.pass(AGENT_PAUSE_MS + 2_000);
    lease.heard(before + 1_000);
    expect(events).toEqual(['old']);
  });

  test('a sleep of the machine counts, a clock that is set does not', () => {
    const clock = testClock();
    const { events } = open(clock);
    clock.set(clock.now() + 86_400_000);
    clock.pass(1_000);
    clock.set(clock.now() - 2 * 86_400_000);
    clock.pass(1_000);
    expect(events).toEqual([]);
    clock.sleep(3_600_000);
    clock.pass(300);
    expect(events).toEqual(['gone']);
  });

  test('a push waits until the coordinator was heard just now', async () => {
    const clock = testClock();
    const { lease, events } = open(clock);
    const stop = new AbortController();
    await lease.fresh(stop.signal);
    clock.pass(FRESH_LEASE_MS + 500);
    const order: string[] = [];
    const pushed = lease.fresh(stop.signal).then(() => order.push('pushed'));
    expect(events).toEqual(['want']);
    lease.heard(clock.sinceBoot() - FRESH_LEASE_MS - 1);
    await Promise.resolve();
    order.push('heard');
    lease.heard(clock.sinceBoot());
    await pushed;
    expect(order).toEqual(['heard', 'pushed']);
    clock.pass(FRESH_LEASE_MS + 500);
    const refused = lease.fresh(stop.signal);
    stop.abort(new Error('stopped'));
    await expect(refused).rejects.toThrow('stopped');
  });

  test('it works exactly while the coordinator was heard within the limit', () => {
    const Step = record({
      ms: integer({ min: 1, max: 8_000 }),
      what: constantFrom('pass', 'hear', 'jump'),
    });
    assert(
      property(array(Step, { maxLength: 60 }), (steps) => {
        const clock = testClock();
        const { lease, events } = open(clock);
        let heardAt = clock.sinceBoot();
        for (const { ms, what } of steps) {
          clock.pass(ms);
          if (what === 'jump') clock.set(clock.now() + (ms % 2 === 0 ? -86_400_000 : 86_400_000));
          if (what === 'hear') {
            heardAt = clock.sinceBoot();
            lease.heard(heardAt);
          }
          const age = clock.sinceBoot() - heardAt;
          // Between two looks it may be late, by no more than their distance.
          const either = age >= AGENT_PAUSE_MS && age <= AGENT_PAUSE_MS + 300;
          const works = events.at(-1) !== 'old';
          expect(either || works === age < AGENT_PAUSE_MS).toBe(true);
        }
      }),
    );
  });
});

describe('pausable clock', () => {
  test('what is limited in time does not age while it stands still', () => {
    const clock = testClock();
    const running = pausableClock(clock);
    const fired: string[] = [];
    running.after(1_000, () => fired.push('a'));
    const cancelled = running.after(1_000, () => fired.push('never'));
    clock.pass(900);
    running.hold();
    running.hold();
    clock.pass(60_000);
    expect(fired).toEqual([]);
    expect(running.monotonic()).toBe(900);
    cancelled();
    running.release();
    clock.pass(90);
    expect(fired).toEqual([]);
    clock.pass(300);
    expect(fired).toEqual(['a']);
  });
});
