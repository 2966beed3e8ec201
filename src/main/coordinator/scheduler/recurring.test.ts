/** Recurring tasks come due: exactly one task for each time, whatever happens in between. */
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandOf } from '../../../shared/domain/command.ts';
import { must } from '../journal/testing.ts';
import { openWorkshop, type Workshop } from './testing.ts';

const HOUR_MS = 3_600_000;

let workshop: Workshop;

beforeEach(() => {
  workshop = openWorkshop();
});
afterEach(() => workshop[Symbol.asyncDispose]());

/** Every hour, on the hour. */
function hourly(nextAt: number, overlap: 'allow' | 'skip' = 'allow'): CommandOf<'recurring.save'> {
  const pattern = {
    ...{ title: 'Tidy up', body: '', repo: { url: '/srv/shop', base: 'main' }, needs: [] },
    ...({ priority: 'normal', engine: { kind: 'command', run: 'true' } } as const),
  };
  return {
    ...{ type: 'recurring.save', cron: '0 * * * *', timeZone: 'UTC' },
    ...{ pattern, overlap, isOn: true, nextAt },
  };
}

function nextHour(): number {
  return (Math.floor(workshop.clock.now() / HOUR_MS) + 1) * HOUR_MS;
}

/** The times that were seen to, with what was made. */
function fired(): unknown[] {
  return workshop.journal
    .eventsAfter(0, 10_000)
    .flatMap(({ event }) => (event.type === 'recurring.fired' ? [[event.at, event.made]] : []));
}

describe('a recurring task', () => {
  it('makes one task when its time comes, and knows the next', async () => {
    const at = nextHour();
    workshop.start();
    await must(workshop.journal, hourly(at));
    await workshop.settled();
    expect(fired()).toEqual([]);
    workshop.clock.advance(at - workshop.clock.now());
    await workshop.settled();
    expect(fired()).toEqual([[at, 'task-1']]);
    const [one] = workshop.journal.recurrings();
    expect(one).toMatchObject({ nextAt: at + HOUR_MS, lastAt: at, lastTask: 'task-1' });
    expect(workshop.journal.tasks({ limit: 10 })).toMatchObject([
      { title: 'Tidy up', recurring: 'recurring-1', createdBy: 'test', at: null },
    ]);
  });

  it('makes up for all that it missed with one', async () => {
    const at = nextHour();
    await must(workshop.journal, hourly(at));
    workshop.clock.advance(10.5 * HOUR_MS);
    workshop.start();
    await workshop.settled();
    expect(fired()).toEqual([[at, 'task-1']]);
    expect(workshop.journal.recurrings()[0]?.nextAt).toBe(nextHour());
  });

  it('leaves a time out while the task before is open, where it says so', async () => {
    const at = nextHour();
    workshop.start();
    await must(workshop.journal, hourly(at, 'skip'));
    await workshop.settled();
    for (let hour = 0; hour < 2; hour++) {
      workshop.clock.advance(nextHour() - workshop.clock.now());
      await workshop.settled();
    }
    await must(workshop.journal, { type: 'task.cancel', taskId: taskOne(), reason: '' });
    workshop.clock.advance(nextHour() - workshop.clock.now());
    await workshop.settled();
    expect(fired()).toEqual([
      [at, 'task-1'],
      [at + HOUR_MS, null],
      [at + 2 * HOUR_MS, 'task-2'],
    ]);
  });

  it('is made once for each time, however often it is asked and the reactor is started anew', async () => {
    const first = nextHour();
    await must(workshop.journal, hourly(first));
    const [one] = workshop.journal.recurrings();
    if (!one) throw new Error('it was saved');
    const steps = fc.sample(fc.record({ ms: fc.nat(2 * HOUR_MS), asks: fc.nat(3) }), 40);
    for (const { ms, asks } of steps) {
      const reactor = workshop.start();
      workshop.clock.advance(ms);
      const now = workshop.journal.recurrings()[0]?.nextAt ?? 0;
      const again = { type: 'recurring.fire', id: one.id, at: first, nextAt: now } as const;
      for (let ask = 0; ask < asks; ask++) await must(workshop.journal, again);
      await workshop.settled();
      reactor.close();
    }
    const times = fired();
    expect(new Set(times.map(String)).size).toBe(times.length);
    expect(workshop.journal.workshop().lastTask).toBe(times.length);
    expect(times.length).toBeGreaterThan(10);
  });
});

function taskOne() {
  const [task] = workshop.journal.tasks({ limit: 1 });
  if (!task) throw new Error('no task was made');
  return task.id;
}
