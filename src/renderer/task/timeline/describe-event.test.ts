import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../../shared/domain/event.ts';
import { emptyState } from '../../../shared/domain/state.ts';
import { carryOut, nextCommand, pickFrom } from '../../../shared/domain/testing.ts';
import { LANGUAGES, TEXTS } from '../../i18n/languages.ts';
import { describeEvent } from './describe-event.ts';
import { worthTelling } from './worth-telling.ts';

function historyOf(numbers: readonly number[]): StoredEvent[] {
  const state = emptyState();
  const pick = pickFrom(numbers);
  const events: StoredEvent[] = [];
  for (let i = 0; i < 120; i++) {
    events.push(...carryOut(state, nextCommand(state, pick, i), i, events.length));
  }
  return events;
}

const numbers = fc.array(fc.nat(), { minLength: 40, maxLength: 100 });

describe('an event', () => {
  it('of a task has words in every language', () => {
    const told = new Set<string>();
    fc.assert(
      fc.property(numbers, (list) => {
        for (const { event } of historyOf(list)) {
          if (!('taskId' in event)) continue;
          told.add(event.type);
          for (const language of LANGUAGES) {
            const { text } = describeEvent(event, TEXTS[language]);
            expect(text).not.toBe('');
            expect(text).not.toBe(event.type);
            expect(text).not.toContain('undefined');
          }
        }
      }),
      { numRuns: 40 },
    );
    // Histories without attempts and reviews would prove little.
    expect(told).toContain('task.review_opened');
    expect(told).toContain('attempt.phase_ended');
  });

  it('that began a phase is left out once the phase has ended', () => {
    fc.assert(
      fc.property(numbers, (list) => {
        const events = historyOf(list);
        const left = worthTelling(events);
        const ended = new Set<string>();
        for (const { event } of events) {
          if (event.type === 'attempt.phase_ended') ended.add(`${event.attemptId}${event.phase}`);
        }
        for (const { event } of left) {
          if (event.type !== 'attempt.phase_started') continue;
          expect(ended.has(`${event.attemptId}${event.phase}`)).toBe(false);
        }
        const others = (all: readonly StoredEvent[]) =>
          all.filter(({ event }) => event.type !== 'attempt.phase_started');
        expect(others(left)).toEqual(others(events));
      }),
      { numRuns: 20 },
    );
  });
});
