/** Slots that follow the load: up when there is room, down when there is not, and never to and fro. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { slotsFor, type SlotsLook } from './slots.ts';

const MINUTE = 60_000;

function looks(facts: Omit<SlotsLook, 'at'>, minutes = 6): SlotsLook[] {
  return Array.from({ length: minutes * 4 + 1 }, (_, n) => ({ at: n * (MINUTE / 4), ...facts }));
}

const EASY = { cpu: 0.3, memory: 0.4, running: 2 };

describe('slotsFor', () => {
  it('gives one more when all are in use and the machine has room', () => {
    const history = { slots: 2, most: 8, looks: looks(EASY), slowdown: null };
    expect(slotsFor(history)?.slots).toBe(3);
    expect(slotsFor({ ...history, most: 2 })).toBeNull();
    expect(slotsFor({ ...history, looks: looks({ ...EASY, running: 1 }) })).toBeNull();
    expect(slotsFor({ ...history, looks: looks(EASY, 2) })).toBeNull();
    expect(slotsFor({ ...history, slowdown: 1.4 })).toBeNull();
  });

  it.each([
    [{ cpu: 0.99 }, null, 'processor'],
    [{ memory: 0.95 }, null, 'memory'],
    [{}, 2, '2.0 times'],
  ] as const)('takes one away with %o and a slow-down of %o', (facts, slowdown, why) => {
    const answer = slotsFor({ slots: 2, most: 8, looks: looks({ ...EASY, ...facts }), slowdown });
    expect(answer).toMatchObject({ slots: 1, why: expect.stringContaining(why) as unknown });
    expect(
      slotsFor({ slots: 1, most: 8, looks: looks({ ...EASY, ...facts }), slowdown }),
    ).toBeNull();
  });

  it('comes to rest under any steady load, within 1 and the most', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 0.6, noNaN: true }),
        fc.double({ min: 0.01, max: 0.3, noNaN: true }),
        fc.integer({ min: 1, max: 8 }),
        (cpuEach, memoryEach, start) => {
          let slots = start;
          const seen: number[] = [slots];
          for (let step = 0; step < 20; step++) {
            const cpu = Math.min(1, cpuEach * slots);
            const memory = Math.min(1, memoryEach * slots);
            const history = looks({ cpu, memory, running: slots });
            slots = slotsFor({ slots, most: 8, looks: history, slowdown: null })?.slots ?? slots;
            seen.push(slots);
          }
          const turns = seen.filter(
            (now, n) =>
              n > 1 &&
              Math.sign(now - (seen[n - 1] ?? 0)) *
                Math.sign((seen[n - 1] ?? 0) - (seen[n - 2] ?? 0)) <
                0,
          );
          expect(turns).toEqual([]);
          expect(seen.every((one) => one >= 1 && one <= 8)).toBe(true);
          expect(seen.at(-1)).toBe(seen.at(-2));
        },
      ),
    );
  });
});
