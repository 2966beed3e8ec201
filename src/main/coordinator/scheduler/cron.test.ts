/** When recurring tasks come, around changes of clocks too. */
import { describe, expect, it } from 'vitest';
import { readTimes } from './cron.ts';

function times(cron: string, timeZone: string, after: string, count = 3): string[] {
  const read = readTimes(cron, timeZone);
  if (!read.ok) throw new Error(read.error.message);
  return read.value.next(count, Date.parse(after)).map((at) => new Date(at).toISOString());
}

describe('the times of a pattern', () => {
  it('follow the clock of its time zone', () => {
    expect(times('30 6 * * 1-5', 'Asia/Tokyo', '2026-11-20T00:00Z')).toEqual([
      '2026-11-22T21:30:00.000Z',
      '2026-11-23T21:30:00.000Z',
      '2026-11-24T21:30:00.000Z',
    ]);
  });

  it('come right after the gap when clocks are set forward', () => {
    expect(times('30 1 * * *', 'Europe/London', '2026-03-28T12:00Z')).toEqual([
      '2026-03-29T01:00:00.000Z',
      '2026-03-30T00:30:00.000Z',
      '2026-03-31T00:30:00.000Z',
    ]);
  });

  it('come once when clocks are set back, but every half hour goes on', () => {
    expect(times('30 1 * * *', 'Europe/London', '2026-10-24T12:00Z')).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
      '2026-10-27T01:30:00.000Z',
    ]);
    expect(times('*/30 * * * *', 'Europe/London', '2026-10-25T00:00Z', 4)).toEqual([
      '2026-10-25T00:30:00.000Z',
      '2026-10-25T01:00:00.000Z',
      '2026-10-25T01:30:00.000Z',
      '2026-10-25T02:00:00.000Z',
    ]);
  });

  it('are none where there is no such day', () => {
    expect(times('0 0 30 2 *', 'UTC', '2026-01-01T00:00Z')).toEqual([]);
  });
});

describe('what is no pattern', () => {
  it.each([
    ['* * *', 'UTC', 'cron: "* * *" does not have five fields'],
    ['* * * * * *', 'UTC', 'does not have five fields'],
    ['@daily', 'UTC', 'does not have five fields'],
    ['2026-11-22T10:00:00', 'UTC', 'does not have five fields'],
    ['61 * * * *', 'UTC', 'cron: "61 * * * *" is not understood: Invalid value for minute: 61'],
    ['0 6 * * *', 'Mars/Olympus', 'timeZone: "Mars/Olympus" is no time zone'],
    ['0 6 * * *', '', 'timeZone: "" is no time zone'],
  ])('%s in %s is refused in words', (cron, timeZone, message) => {
    const read = readTimes(cron, timeZone);
    expect(read).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
    expect(read.ok ? '' : read.error.message).toContain(message);
  });
});
