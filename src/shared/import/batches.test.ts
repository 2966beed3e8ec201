/** Every task is sent once, in order, and no part is larger than a request may be. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { batchesOf } from './batches.ts';
import { ImportedTask, MOST_BODY_BYTES } from './payload.ts';

it('parts are in order, whole, and short enough, however long the texts are', () => {
  const lengths = fc.array(fc.constantFrom(0, 10, 100_000, 200_000), { maxLength: 60 });
  fc.assert(
    fc.property(lengths, fc.integer({ min: 1, max: 50 }), (all, atOnce) => {
      const tasks = all.map((length, n) =>
        ImportedTask.parse({ title: `t${n}`, repo: '/srv/shop', body: '木'.repeat(length) }),
      );
      const parts = [...batchesOf(tasks, atOnce)];
      expect(parts.flat().map(({ title }) => title)).toEqual(tasks.map(({ title }) => title));
      for (const part of parts) {
        expect(part.length).toBeLessThanOrEqual(atOnce);
        const body = JSON.stringify({ items: part });
        expect(new TextEncoder().encode(body).length).toBeLessThan(MOST_BODY_BYTES);
      }
    }),
    { numRuns: 30 },
  );
});
