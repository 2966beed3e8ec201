/** Comments on lines find their lines, also in the next attempt's change. */
import { expect, it } from 'vitest';
import { AttemptId } from '../../../shared/ids.ts';
import { parsePatch } from './parse-patch.ts';
import { placeTalk, talkOf, type Talk } from './talk.ts';

const FIRST = AttemptId.parse('task-1.1');
const SECOND = AttemptId.parse('task-1.2');
const BEFORE = parsePatch('@@ -1,2 +1,3 @@\n a\n-old\n+let x = 1;\n+last\n');
const AFTER = parsePatch('@@ -1,2 +1,4 @@\n a\n-old\n+// why\n+let x = 1;\n+last, changed\n');

const about = (line: number, quote: string): Talk => ({
  key: `${line}`,
  comment: { path: 'a.ts', line, side: 'after', text: 'Why?', quote },
  said: { by: 'ada', at: 1, attemptId: FIRST },
});

it('in the change they were said about, they stand at their line', () => {
  const { at, elsewhere } = placeTalk(BEFORE, [about(2, 'let x = 1;')], FIRST);
  expect([...at.keys()]).toEqual(['after 2']);
  expect(elsewhere).toEqual([]);
});

it('in a later one, at the line that says the same, wherever it is now', () => {
  const { at } = placeTalk(AFTER, [about(2, 'let x = 1;')], SECOND);
  expect([...at.keys()]).toEqual(['after 3']);
});

it('and beside the file where there is no such line any more', () => {
  const { at, elsewhere } = placeTalk(AFTER, [about(3, 'gone for good')], SECOND);
  expect(at.size).toBe(0);
  expect(elsewhere).toHaveLength(1);
});

it('a line that was removed is found on its own side', () => {
  const talk: Talk = {
    ...about(2, 'old'),
    comment: { ...about(2, 'old').comment, side: 'before' },
  };
  expect([...placeTalk(BEFORE, [talk], FIRST).at.keys()]).toEqual(['before 2']);
});

it('all that was said about lines is gathered from what people said', () => {
  const comments = [about(2, 'x').comment];
  const said = { at: 5, by: 'ada', attemptId: FIRST, comment: 'Nearly' };
  expect(talkOf({ feedback: [said, { ...said, at: 6, comments }] })).toMatchObject([
    { comment: { line: 2 }, said: { at: 6, attemptId: FIRST } },
  ]);
});
