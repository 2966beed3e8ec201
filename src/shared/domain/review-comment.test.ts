/** Comments on lines, as an engine reads them. */
import { expect, it } from 'vitest';
import { wordsOf } from './review-comment.ts';

it('says the comment first, then each line with its place and its words', () => {
  const words = wordsOf({
    comment: 'Nearly.\n',
    comments: [
      { path: 'src/total.ts', line: 7, side: 'after', text: 'Round\nonce.', quote: '  sum += 1;' },
      { path: 'old.ts', line: 2, side: 'before', text: 'Why?' },
    ],
  });
  expect(words).toBe(
    'Nearly.\n\nOn single lines of the change:\n\n- src/total.ts:7\n  > sum += 1;\n  Round\n  once.\n- old.ts:2 (before the change)\n  Why?',
  );
});

it('is the comment alone where nothing was said about lines', () => {
  expect(wordsOf({ comment: 'More.' })).toBe('More.');
});
