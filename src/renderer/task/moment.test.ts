import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { attemptIdOf, taskIdOf } from '../../shared/ids.ts';
import { readMoment, withMoment } from './moment.ts';

const attemptId = fc
  .tuple(fc.integer({ min: 1, max: 99_999 }), fc.integer({ min: 1, max: 99 }))
  .map(([task, ordinal]) => attemptIdOf(taskIdOf(task), ordinal));

it('comes out of an address as it went in, and leaves the rest of the address alone', () => {
  const moment = fc.record({
    attemptId: fc.option(attemptId),
    at: fc.option(fc.integer({ min: 1, max: 8e15 })),
  });
  fc.assert(
    fc.property(moment, moment, (before, after) => {
      const first = withMoment(new URLSearchParams('view=split'), before);
      const second = withMoment(first, after);
      expect(readMoment(new URLSearchParams(second.toString()))).toEqual(after);
      expect(second.get('view')).toBe('split');
    }),
  );
});

it('is now, of the newest attempt, where an address says nothing that makes sense', () => {
  for (const address of ['', 'at=&attempt=', 'at=soon&attempt=x', 'at=-5', 'at=1e999', 'at=1.5']) {
    expect(readMoment(new URLSearchParams(address))).toEqual({ attemptId: null, at: null });
  }
});
