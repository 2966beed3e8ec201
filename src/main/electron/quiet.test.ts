import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quietAfter, quietAt } from './quiet.ts';

const NOON = new Date(2026, 10, 21, 12, 30);

describe('the quiet mode', () => {
  it('lasts an hour, until tomorrow at eight, or for good', () => {
    const now = NOON.getTime();
    expect(quietAt(quietAfter('hour', NOON), now)).toEqual({ kind: 'until', at: now + 3_600_000 });
    const morning = new Date(2026, 10, 22, 8).getTime();
    expect(quietAt(quietAfter('morning', NOON), now)).toEqual({ kind: 'until', at: morning });
    expect(quietAt(quietAfter('always', NOON), now)).toEqual({ kind: 'always' });
    expect(quietAt(quietAfter('off', NOON), now)).toEqual({ kind: 'off' });
    expect(quietAt({}, now)).toEqual({ kind: 'off' });
  });

  it('until the morning is over at eight on the next day, whenever it began', () => {
    const moments = fc.date({
      min: new Date(2020, 0, 1),
      max: new Date(2040, 0, 1),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(moments, (now) => {
        const { quietUntil = 0 } = quietAfter('morning', now);
        const end = new Date(quietUntil);
        expect([end.getHours(), end.getMinutes()]).toEqual([8, 0]);
        expect(end.getDate()).not.toBe(now.getDate());
        expect(quietAt({ quietUntil }, quietUntil).kind).toBe('off');
        expect(quietAt({ quietUntil }, quietUntil - 1).kind).toBe('until');
      }),
    );
  });
});
