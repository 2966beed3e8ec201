/** Every event is told in words, whatever the history that it is part of. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { describe } from './describe.ts';
import { emptyState } from './state.ts';
import { carryOut, nextCommand, pickFrom } from './testing.ts';

const COMMANDS = 150;

test('no event is told by its bare name', () => {
  const told = new Set<string>();
  const histories = fc.array(fc.nat(), { minLength: 40, maxLength: 400 });
  const inWords = fc.property(histories, (numbers) => {
    for (const event of eventsOf(numbers)) {
      told.add(event.type);
      expect(describe(event)).not.toBe(event.type);
    }
  });
  fc.assert(inWords, { numRuns: 100, seed: 1 });
  // Histories without them would prove nothing.
  const seldom = ['attempt.model_called', 'task.pull_changed', 'task.blockers_changed'];
  expect([...told]).toEqual(expect.arrayContaining([...seldom, 'task.source_changed']));
});

function* eventsOf(numbers: readonly number[]) {
  const state = emptyState();
  const pick = pickFrom(numbers);
  let now = 1_000_000;
  let seq = 0;
  for (let i = 0; i < COMMANDS; i++) {
    now += pick(400);
    const stored = carryOut(state, nextCommand(state, pick, now), now, seq);
    seq += stored.length;
    for (const { event } of stored) yield event;
  }
}
