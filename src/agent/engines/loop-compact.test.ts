/** A conversation that is told anew stays one that models accept, and loses neither the task nor what is recent. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compacted, splitForCompaction, summaryQuestion, tokensIn } from './loop-compact.ts';
import type { AnswerPart, Message, UserPart } from './loop-model.ts';
import { faultIn } from '../testing/conversations.ts';

/** Of any length up to the longest; strings of fast-check stay short. */
const ofLength = (longest: number): fc.Arbitrary<string> =>
  fc.nat({ max: longest }).map((length) => 'x'.repeat(length));

/** One round: what the model says and calls, and what it hears. */
const round = fc.record({
  says: ofLength(4_000),
  thinks: fc.boolean(),
  results: fc.array(ofLength(8_000), { maxLength: 3 }),
});

const conversation = fc.array(round, { maxLength: 30 }).map((rounds) => {
  const messages: Message[] = [{ role: 'user', parts: [{ kind: 'text', text: 'The task.' }] }];
  rounds.forEach(({ says, thinks, results }, index) => {
    const parts: AnswerPart[] = [{ kind: 'text', text: says }];
    if (thinks) parts.unshift({ kind: 'thinking', text: 'hm', seal: 's', isHidden: false });
    const heard: UserPart[] = results.map((text, call) => {
      const id = `call_${index}_${call}`;
      parts.push({ kind: 'call', id, tool: 'read', input: { file_path: text.slice(0, 9) } });
      return { kind: 'result', id, tool: 'read', text, isError: false };
    });
    messages.push({ role: 'assistant', parts });
    messages.push({
      role: 'user',
      parts: heard.length > 0 ? heard : [{ kind: 'text', text: 'Go on.' }],
    });
  });
  return messages;
});

test('whatever is left out, what remains is valid, begins with the task, and ends as it did', () => {
  fc.assert(
    fc.property(conversation, fc.nat({ max: 20_000 }), (messages, keep) => {
      expect(faultIn(messages)).toBeNull();
      const split = splitForCompaction(messages, keep);
      if (!split) return;
      const shorter = compacted(split, 'The summary.');
      expect(faultIn(shorter)).toBeNull();
      expect(shorter[0]?.parts[0]).toEqual({ kind: 'text', text: 'The task.' });
      expect(shorter.slice(1)).toEqual(split.recent);
      expect(messages.slice(messages.length - split.recent.length)).toEqual(split.recent);
      expect(tokensIn(split.recent)).toBeLessThanOrEqual(keep + 1);
      expect(faultIn(summaryQuestion(split, 1_000))).toBeNull();
      expect(tokensIn(summaryQuestion(split, 1_000))).toBeLessThan(5_000);
    }),
    { numRuns: 200 },
  );
});

test('told anew twice, the first summary is told along, and the task once', () => {
  const [task, ...rest] =
    fc.sample(conversation, { seed: 7, numRuns: 40 }).find((one) => one.length > 8) ?? [];
  if (!task) throw new Error('no conversation');
  const once = splitForCompaction([task, ...rest], 0);
  if (!once) throw new Error('nothing to leave out');
  const again = splitForCompaction([...compacted(once, 'FIRST'), ...rest.slice(0, 2)], 0);
  if (!again) throw new Error('nothing to leave out');
  expect(again.task).toBe('The task.');
  expect(JSON.stringify(summaryQuestion(again, 1_000))).toContain('FIRST');
});

test('of a task alone nothing can be left out', () => {
  const alone: Message[] = [{ role: 'user', parts: [{ kind: 'text', text: 'x'.repeat(99) }] }];
  expect(splitForCompaction(alone, 1)).toBeNull();
});
