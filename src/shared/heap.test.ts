/** The heap gives the same as sorting would, also when something comes between. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { heapOf } from './heap.ts';

it('gives all in order, whatever came when', () => {
  const numbers = fc.array(fc.integer({ min: 0, max: 20 }));
  fc.assert(
    fc.property(numbers, numbers, fc.nat({ max: 10 }), (first, later, taken) => {
      const heap = heapOf([...first], (a, b) => a < b);
      const out = Array.from({ length: taken }, () => heap.pop());
      for (const number of later) heap.push(number);
      for (let next = heap.pop(); next !== undefined; next = heap.pop()) out.push(next);
      const sorted = first.toSorted((a, b) => a - b);
      const rest = [...sorted.slice(taken), ...later].toSorted((a, b) => a - b);
      const gone = Array.from({ length: taken }, (_, index) => sorted[index]);
      expect(out).toEqual([...gone, ...rest]);
    }),
  );
});
