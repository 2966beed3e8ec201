/** Never more than GitHub allows, whatever is asked for, and nobody waits for ever. */
import { array, assert, asyncProperty, boolean, record } from 'fast-check';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { testClock } from '../../../journal/testing.ts';
import { problemOf, valueOf } from '../testing.ts';
import { createLimits, type Wish } from './limits.ts';

const wish: Wish = {
  resource: 'core',
  isWrite: false,
  isUrgent: false,
  patienceMs: 900_000,
  signal: undefined,
};
const write = { ...wish, isWrite: true };

function headers(remaining: number, resetAt: number): Headers {
  return new Headers({
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(resetAt / 1_000),
    'x-ratelimit-used': String(5_000 - remaining),
    'x-ratelimit-resource': 'core',
  });
}

/** Takes turns in the background, and says in which order they came. */
function taker(limits: ReturnType<typeof createLimits>) {
  const order: string[] = [];
  const ends = new Map<string, () => void>();
  return {
    order,
    async take(name: string, what: Wish): Promise<void> {
      const turn = await limits.turn(what);
      order.push(turn.ok ? name : `${name} refused`);
      if (turn.ok) ends.set(name, turn.value);
    },
    end: (name: string) => ends.get(name)?.(),
  };
}

test('writes go one at a time, a second apart, urgent ones first', async () => {
  const clock = testClock();
  const { take, end, order } = taker(createLimits(clock, 'github.com'));
  const all = [take('a', write), take('b', write), take('c', { ...write, isUrgent: true })];
  await nextTurn();
  expect(order).toEqual(['a']);
  end('a');
  clock.advance(999);
  await nextTurn();
  expect(order).toEqual(['a']);
  clock.advance(1);
  await nextTurn();
  expect(order).toEqual(['a', 'c']);
  end('c');
  clock.advance(1_000);
  await Promise.all(all);
  expect(order).toEqual(['a', 'c', 'b']);
});

test('what is left is not overdrawn by requests that are under way; the rest waits for the reset', async () => {
  const clock = testClock();
  const limits = createLimits(clock, 'github.com');
  const resetAt = Math.ceil(clock.now() / 1_000) * 1_000 + 60_000;
  limits.observe(headers(2, resetAt), 'core');
  const { take, order } = taker(limits);
  const all = ['a', 'b', 'c'].map(async (name) => await take(name, wish));
  await nextTurn();
  expect(order).toEqual(['a', 'b']);
  expect(limits.budgets()).toMatchObject([{ remaining: 2, used: 4_998, waiting: 1, resetAt }]);
  clock.advance(62_000);
  await Promise.all(all);
  expect(order).toEqual(['a', 'b', 'c']);
});

test('who has less patience than the wait takes is told when it ends', async () => {
  const clock = testClock();
  const limits = createLimits(clock, 'github.com');
  const until = clock.now() + 120_000;
  limits.pause(until, null);
  const hurried = problemOf(await limits.turn({ ...wish, patienceMs: 5_000 }));
  expect(hurried).toMatchObject({ code: 'rate_limited', retryAt: until });
  const patient = limits.turn(wish);
  limits.pause(clock.now() + 16 * 60_000, null);
  expect(problemOf(await patient).retryAt).toBe(clock.now() + 16 * 60_000);
});

test('a clock that is set back or forward makes no pause longer', async () => {
  const clock = testClock();
  const limits = createLimits(clock, 'github.com');
  limits.observe(headers(0, clock.now() + 600_000), 'core');
  limits.pause(clock.now() + 60_000, null);
  clock.jump(-24 * 3_600_000);
  expect(limits.budgets()[0]?.pausedUntil).toBe(clock.now() + 60_000);
  const { take, order } = taker(limits);
  const turn = take('a', wish);
  clock.advance(600_000);
  await nextTurn();
  expect(order).toEqual([]);
  clock.advance(1_000);
  await turn;
  expect(order).toEqual(['a']);
});

test('a pause of one resource leaves the others alone', async () => {
  const clock = testClock();
  const limits = createLimits(clock, 'github.com');
  limits.pause(clock.now() + 60_000, 'search');
  valueOf(await limits.turn(wish));
  expect((await limits.turn({ ...wish, resource: 'search', patienceMs: 0 })).ok).toBe(false);
});

test('who gives up, or is closed, waits no longer', async () => {
  const clock = testClock();
  const limits = createLimits(clock, 'github.com');
  limits.pause(clock.now() + 60_000, null);
  const stop = new AbortController();
  const [one, other] = [limits.turn({ ...wish, signal: stop.signal }), limits.turn(wish)];
  stop.abort();
  expect(problemOf(await one).code).toBe('aborted');
  limits.close();
  expect(problemOf(await other).code).toBe('aborted');
  expect(problemOf(await limits.turn(wish)).code).toBe('aborted');
  expect(clock.waiting).toBe(0);
});

test('whatever is asked for: ten reads at once, one write, a second between two, and everyone has a turn', async () => {
  const Asking = record({ isWrite: boolean(), isUrgent: boolean() });
  await assert(
    asyncProperty(array(Asking, { maxLength: 40 }), async (wishes) => {
      const clock = testClock();
      const limits = createLimits(clock, 'github.com');
      const running = { reads: 0, writes: 0 };
      let lastWrite = Number.NEGATIVE_INFINITY;
      let done = 0;
      const all = wishes.map(async (one) => {
        const end = valueOf(await limits.turn({ ...wish, ...one }));
        const kind = one.isWrite ? 'writes' : 'reads';
        running[kind] += 1;
        expect(running.reads).toBeLessThanOrEqual(10);
        expect(running.writes).toBeLessThanOrEqual(1);
        const since = one.isWrite ? clock.monotonic() - lastWrite : 1_000;
        expect(since).toBeGreaterThanOrEqual(1_000);
        await nextTurn();
        running[kind] -= 1;
        if (one.isWrite) lastWrite = clock.monotonic();
        done += 1;
        end();
      });
      for (let turns = 0; done < wishes.length && turns < 500; turns++) {
        clock.advance(250);
        await nextTurn();
      }
      await Promise.all(all);
      expect(done).toBe(wishes.length);
    }),
    { numRuns: 30 },
  );
});
