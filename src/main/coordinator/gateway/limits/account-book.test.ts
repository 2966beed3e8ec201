/** What is learned of one account: its windows where headers tell them, and how many calls it bears where they do not. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ModelAccountId } from '../../../../shared/models.ts';
import type { ModelAccount } from '../models/port.ts';
import { createAccountBook, type AccountBook, type Leave } from './account-book.ts';
import { readLimits, type Headers } from './read-headers.ts';
import { simulatedProvider, type SimulatedProvider } from './testing-provider.ts';

const START = Date.parse('2026-11-22T10:00:00Z');
const ACCOUNT: ModelAccount = {
  id: ModelAccountId.parse('acct-simulated'),
  provider: 'anthropic',
  name: 'simulated',
  baseUrl: 'http://simulated.invalid',
  auth: 'api_key',
};
const LOAD = { input: 1_000, cached: 0, output: 500 };

function telling(book: AccountBook, leave: Leave, headers: Headers, at: number): void {
  const now = START + at;
  book.answered(leave, readLimits(headers, now), at, now);
}

/** Headers of one window of requests. */
function requests(limit: number, remaining: number, resetAt: number): Headers {
  return {
    'anthropic-ratelimit-requests-limit': String(limit),
    'anthropic-ratelimit-requests-remaining': String(remaining),
    'anthropic-ratelimit-requests-reset': new Date(START + resetAt).toISOString(),
  };
}

/** One call that tells, so that a limit is known. */
function knowing(headers: Headers): AccountBook {
  const book = createAccountBook(ACCOUNT);
  const leave = book.leave(LOAD, false, 0);
  telling(book, leave, headers, 10);
  book.settle(leave, LOAD, 10);
  return book;
}

describe('a known limit', () => {
  test('no more leave than the provider has left, and urgent ones find what is kept for them', () => {
    const book = knowing(requests(20, 5, 30_000));
    const plain: number[] = [];
    for (let at = 20; at < 30_000; at += 100) {
      if ((book.opensAt(LOAD, false, at) ?? Infinity) > at) continue;
      book.settle(book.leave(LOAD, false, at), LOAD, at);
      plain.push(at);
    }
    // Spread over the time, not all at its beginning.
    expect(plain.length).toBeLessThanOrEqual(5);
    expect(plain.length).toBeGreaterThanOrEqual(4);
    expect((plain[1] ?? 0) - (plain[0] ?? 0)).toBeGreaterThan(3_000);
  });

  test('a window that is used up holds the account until its reset, and is whole again after it', () => {
    const book = knowing(requests(20, 0, 30_000));
    expect(book.heldUntil(20)).toBeGreaterThanOrEqual(30_000);
    expect(book.opensAt(LOAD, true, 20)).toBe(book.heldUntil(20));
    expect(book.heldUntil(31_000)).toBeNull();
    expect(book.buckets.get('requests')?.view(31_000, START + 31_000)).toMatchObject({
      limit: 20,
      remaining: 20,
    });
  });

  test('an answer that was overtaken does not give back what a later one took', () => {
    const book = createAccountBook(ACCOUNT);
    const [early, late] = [book.leave(LOAD, true, 0), book.leave(LOAD, true, 1)];
    telling(book, late, requests(20, 3, 30_000), 100);
    telling(book, early, requests(20, 12, 30_000), 101);
    expect(book.buckets.get('requests')?.view(102, START + 102).remaining).toBeLessThanOrEqual(3);
  });

  test('an answer that does not know of the call beside it gives nothing back either', () => {
    const book = createAccountBook(ACCOUNT);
    const [a, b] = [book.leave(LOAD, true, 0), book.leave(LOAD, true, 1)];
    // The provider counted b first; a was answered sooner.
    telling(book, a, requests(20, 18, 30_000), 100);
    telling(book, b, requests(20, 19, 30_000), 200);
    expect(book.buckets.get('requests')?.view(201, START + 201).remaining).toBeLessThanOrEqual(18);
  });

  test('a call larger than all there ever is goes when all of it is there', () => {
    const headers = {
      'anthropic-ratelimit-input-tokens-limit': '10000',
      'anthropic-ratelimit-input-tokens-remaining': '2000',
      'anthropic-ratelimit-input-tokens-reset': new Date(START + 30_000).toISOString(),
    };
    const book = knowing(headers);
    const large = { input: 50_000, cached: 0, output: 0 };
    expect(book.opensAt(large, true, 20)).toBeGreaterThanOrEqual(30_000);
    expect(book.opensAt(large, true, 31_000)).toBe(31_000);
  });
});

describe('an unknown limit', () => {
  test('more at once as calls go well, half after a refusal, and a growing pause', () => {
    const book = createAccountBook(ACCOUNT);
    for (let n = 0; n < 40; n++) settleAll(book, leaveAll(book, n), n);
    const many = leaveAll(book, 100);
    expect(many.length).toBeGreaterThan(8);
    for (const leave of many) book.limited(leave, null, 101);
    for (const leave of many) book.settle(leave, null, 101);
    expect(book.heldUntil(101)).toBe(1_101);
    const fewer = leaveAll(book, 1_101);
    expect(fewer.length).toBe(Math.floor(many.length / 2));
    const [one] = fewer;
    if (one) book.limited(one, null, 1_102);
    expect(book.heldUntil(1_102)).toBe(3_102);
  });

  test('it waits as long as it is told to', () => {
    const book = createAccountBook(ACCOUNT);
    const leave = book.leave(LOAD, false, 0);
    telling(book, leave, { 'retry-after': '90' }, 5);
    book.limited(leave, 90_005, 6);
    expect(book.heldUntil(6)).toBe(90_005);
  });
});

function leaveAll(book: AccountBook, at: number): Leave[] {
  const all: Leave[] = [];
  while ((book.opensAt(LOAD, false, at) ?? Infinity) <= at) all.push(book.leave(LOAD, false, at));
  return all;
}

function settleAll(book: AccountBook, all: readonly Leave[], at: number): void {
  for (const leave of all) book.settle(leave, LOAD, at);
}

const Call = fc.record({
  input: fc.integer({ min: 1, max: 30_000 }),
  output: fc.integer({ min: 0, max: 4_000 }),
  after: fc.integer({ min: 0, max: 8_000 }),
  toProvider: fc.integer({ min: 0, max: 400 }),
  toAnswer: fc.integer({ min: 0, max: 3_000 }),
  toEnd: fc.integer({ min: 0, max: 30_000 }),
  isUrgent: fc.boolean(),
});

interface Step {
  readonly at: number;
  readonly run: () => void;
}

/** Whatever calls come, in whatever order they reach the provider and are answered. */
test.each([true, false])(
  'an exact provider never refuses a call once its limits are known (refilling: %s)',
  (isRefilling) => {
    fc.assert(
      fc.property(fc.array(Call, { minLength: 1, maxLength: 150 }), (calls) => {
        const rules = { requestsPerMinute: 20, inputPerMinute: 100_000, outputPerMinute: 20_000 };
        const quota = { quota: 1e9, quotaAge: 0 };
        const provider = simulatedProvider({ ...rules, ...quota, isRefilling }, START);
        const book = createAccountBook(ACCOUNT);
        const first = book.leave(LOAD, true, 0);
        telling(book, first, provider.ask(LOAD.input, 0).headers, 5);
        provider.wrote(LOAD.output, 6);
        book.settle(first, LOAD, 6);
        play(book, provider, calls);
        expect(provider.refused).toEqual([]);
        for (const bucket of book.buckets.values()) expect(bucket.reserved()).toBe(0);
        expect(book.running()).toBe(0);
      }),
      { numRuns: 60 },
    );
  },
);

type CallOf = typeof Call extends fc.Arbitrary<infer T> ? T : never;

function play(book: AccountBook, provider: SimulatedProvider, calls: readonly CallOf[]): void {
  const steps: Step[] = [];
  let at = 10;
  const pass = (until: number): void => {
    for (;;) {
      const [next] = steps.toSorted((a, b) => a.at - b.at);
      if (!next || next.at > until) break;
      steps.splice(steps.indexOf(next), 1);
      next.run();
    }
    at = Math.max(at, until);
  };
  for (const call of calls) {
    pass(at + call.after);
    const load = { input: call.input, cached: 0, output: call.output };
    for (let opens = book.opensAt(load, call.isUrgent, at); opens !== at;) {
      pass(opens ?? Math.min(...steps.map((step) => step.at)));
      opens = book.opensAt(load, call.isUrgent, at);
    }
    const leave = book.leave(load, call.isUrgent, at);
    const asked = at + call.toProvider;
    const answered = asked + call.toAnswer;
    const over = answered + call.toEnd;
    const end = (): void => {
      provider.wrote(call.output, over);
      book.settle(leave, load, over);
    };
    const answer = (headers: Headers): void => {
      telling(book, leave, headers, answered);
      steps.push({ at: over, run: end });
    };
    const ask = (): void => {
      const { headers } = provider.ask(call.input, asked);
      steps.push({ at: answered, run: () => answer(headers) });
    };
    steps.push({ at: asked, run: ask });
  }
  pass(at + 3_600_000);
}
