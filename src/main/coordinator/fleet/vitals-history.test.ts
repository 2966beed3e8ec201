/** What a chart of an agent's load is told: means of what was heard, gaps where nothing was, and never more than a day. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Vitals } from '../../../shared/domain/agent.ts';
import { AgentId } from '../../../shared/ids.ts';
import { createVitalsHistory } from './vitals-history.ts';

const KILN = AgentId.parse('kiln');
const START = Date.UTC(2026, 10, 21, 9);
const VITALS: Vitals = {
  cpu: 0.5,
  memoryUsedBytes: 5e9,
  memoryBytes: 16e9,
  diskFreeBytes: 84e9,
  load1: 1,
};

function workbench() {
  let now = START;
  const history = createVitalsHistory({ now: () => now });
  return {
    history,
    /** Goes on by so many seconds and hears the agent then. */
    hear(seconds: number, change: Partial<Vitals> = {}, busy = 1) {
      now += seconds * 1_000;
      history.add(KILN, { ...VITALS, ...change }, busy);
    },
    pass(seconds: number) {
      now += seconds * 1_000;
    },
  };
}

describe('the history of an agent', () => {
  it('has the mean of each piece', () => {
    const { history, hear } = workbench();
    hear(0, { cpu: 0.2 });
    hear(2, { cpu: 0.4 }, 3);
    hear(15, { cpu: 1 });
    const past = history.read(KILN, 1);
    expect(past.stepMs).toBe(15_000);
    expect(past.from).toBe(START - 30_000);
    expect(past.cpu.slice(0, 2)).toEqual([null, null]);
    expect(past.cpu[2]).toBeCloseTo(0.3, 3);
    expect(past.cpu[3]).toBeCloseTo(1, 3);
    expect(past.slotsBusy).toEqual([null, null, 2, 1]);
  });

  it('has gaps where nothing was heard, and of what an agent does not say', () => {
    const { history, hear, pass } = workbench();
    hear(0);
    hear(45);
    pass(20);
    const { cpu, rxBytesPerS } = history.read(KILN, 2);
    expect(cpu.map((value) => value !== null)).toEqual([
      ...[false, false, false, true],
      ...[false, false, true, false],
    ]);
    expect(rxBytesPerS.every((value) => value === null)).toBe(true);
  });

  it('goes back an hour finely, a day coarsely, and no further', () => {
    const { history, hear } = workbench();
    for (let minute = 0; minute < 26 * 60; minute++) hear(60, { cpu: 0.25 });
    expect(history.read(KILN, 60)).toMatchObject({ stepMs: 15_000 });
    const day = history.read(KILN, 1_440);
    expect(day.stepMs).toBe(120_000);
    expect(day.cpu).toHaveLength(720);
    expect(day.cpu.every((value) => value !== null)).toBe(true);
    hear(25 * 3_600);
    expect(history.read(KILN, 1_440).cpu.filter((value) => value !== null)).toHaveLength(1);
  });

  it('survives a clock that is set right by a second, and begins anew when it is set back far', () => {
    const { history, hear, pass } = workbench();
    hear(0);
    hear(16);
    hear(-2);
    pass(2);
    expect(history.read(KILN, 1).cpu.filter((value) => value !== null)).toHaveLength(2);
    hear(-7_200);
    expect(history.read(KILN, 60).cpu.filter((value) => value !== null)).toHaveLength(1);
  });

  it('is empty of an agent that was never heard, or is forgotten', () => {
    const { history, hear } = workbench();
    const known = (): number => history.read(KILN, 15).cpu.filter((value) => value !== null).length;
    expect(known()).toBe(0);
    hear(0);
    expect(known()).toBe(1);
    history.forget(KILN);
    expect(known()).toBe(0);
  });

  it('tells sizes within a thousandth', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 2 ** 50, noNaN: true }), (diskFreeBytes) => {
        const { history, hear } = workbench();
        hear(0, { diskFreeBytes });
        const told = history.read(KILN, 1).diskFreeBytes.at(-1) ?? Number.NaN;
        expect(Math.abs(told - diskFreeBytes)).toBeLessThanOrEqual(diskFreeBytes / 1_000 + 1);
      }),
    );
  });
});
