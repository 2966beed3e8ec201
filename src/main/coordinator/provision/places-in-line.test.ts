/** Who may go on when: never too many, never two for one key, and nobody is forgotten. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPlacesInLine } from './places-in-line.ts';

const never = new AbortController().signal;

test('whatever comes and goes, the bounds hold and everybody gets a turn', async () => {
  const keys = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(keys, fc.integer({ min: 1, max: 5 }), async (wanted, most) => {
      const line = createPlacesInLine(most);
      const inside: string[] = [];
      let served = 0;
      const turns = wanted.map(async (key) => {
        const leave = await line.take(key, never);
        expect(inside).not.toContain(key);
        inside.push(key);
        expect(inside.length).toBeLessThanOrEqual(most);
        await Promise.resolve();
        inside.splice(inside.indexOf(key), 1);
        served += 1;
        leave();
        // Given back once, however often it is said.
        leave();
      });
      await Promise.all(turns);
      expect(served).toBe(wanted.length);
    }),
  );
});

test('who gives up in the line makes room for those behind', async () => {
  const line = createPlacesInLine(1);
  const leave = await line.take('a', never);
  const stop = new AbortController();
  const second = line.take('b', stop.signal);
  const third = line.take('c', never);
  stop.abort(new Error('cancelled'));
  await expect(second).rejects.toThrow('cancelled');
  leave();
  (await third)();
  await expect(line.take('d', stop.signal)).rejects.toThrow('cancelled');
});
