/** What an agent did before counts against the fleet, the more the more it is. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { AgentId } from '../ids.ts';
import { openRecordBook, type EndedAttempt, type RecordBook } from './place-record.ts';

const [FAST, SLOW] = [AgentId.parse('fast'), AgentId.parse('slow')];

function add(
  book: RecordBook,
  agentId: AgentId,
  times: number,
  ended: Partial<EndedAttempt>,
): void {
  const usual = { specialty: 'backend', state: 'succeeded', code: null, tookMs: 1_000 } as const;
  for (let n = 0; n < times; n++) book.add({ ...usual, agentId, ...ended });
}

it('knows who is faster at what, and knows it better with each task', () => {
  const book = openRecordBook();
  add(book, SLOW, 20, { tookMs: 4_000 });
  let before = 1;
  for (let n = 0; n < 10; n++) {
    add(book, FAST, 1, { tookMs: 1_000 });
    const { speed } = book.of(FAST, 'backend') ?? { speed: 0 };
    expect(speed).toBeGreaterThan(before);
    before = speed;
  }
  expect(before).toBeLessThan(4);
  expect(book.of(SLOW, 'backend')?.speed).toBeCloseTo(1);
  expect(book.of(FAST, 'frontend')).toBeNull();
});

it('knows who succeeds, and blames nobody for what others would have failed at too', () => {
  const book = openRecordBook();
  add(book, FAST, 10, {});
  add(book, SLOW, 10, { state: 'failed', code: 'tests_failed' });
  expect(book.of(FAST, 'backend')?.success).toBeCloseTo(0.5 * (10 / 15));
  expect(book.of(SLOW, 'backend')?.success).toBeCloseTo(-0.5 * (10 / 15));
  const other = openRecordBook();
  add(other, SLOW, 3, { state: 'failed', code: 'engine_rate_limited' });
  add(other, SLOW, 3, { state: 'failed', code: 'repo_not_found' });
  add(other, SLOW, 3, { state: 'cancelled' });
  expect(other.of(SLOW, 'backend')).toBeNull();
  add(other, SLOW, 1, { state: 'lost' });
  expect(other.of(SLOW, 'backend')).not.toBeNull();
});

it('keeps whoever is like all others in the middle, whatever the times', () => {
  const ended = fc.record({
    tookMs: fc.option(fc.integer({ min: -5, max: 10_000 })),
    state: fc.constantFrom('succeeded', 'failed', 'lost', 'cancelled'),
  });
  fc.assert(
    fc.property(fc.array(ended, { maxLength: 80 }), (list) => {
      const book = openRecordBook();
      for (const one of list) add(book, FAST, 1, one);
      const record = book.of(FAST, 'backend');
      if (list.length > 50) return;
      expect(record?.speed ?? 1).toBeCloseTo(1);
      expect(record?.success ?? 0).toBeCloseTo(0);
    }),
  );
});
