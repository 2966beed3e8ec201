/** What the usage screen asks for, and what it gives to a spreadsheet. */
import { describe, expect, it } from 'vitest';
import { NO_AMOUNTS, told } from '../../shared/usage.ts';
import { questionOf, viewOf } from './address.ts';
import { csvOf } from './csv.ts';

describe('the address', () => {
  it('says what is shown, and falls back to the week by engine', () => {
    expect(viewOf(new URLSearchParams('range=month&by=repo&show=cost'))).toEqual({
      range: 'month',
      group: 'repo',
      measure: 'cost',
    });
    expect(viewOf(new URLSearchParams('range=ever&by=x'))).toEqual({
      range: 'week',
      group: 'engine',
      measure: 'tokens',
    });
  });

  it('asks for whole days of the wall clock, the present one included', () => {
    const now = new Date(2026, 10, 21, 14, 30).getTime();
    const asked = questionOf({ range: 'week', group: 'agent' }, now);
    expect(asked).toMatchObject({
      from: new Date(2026, 10, 15).getTime(),
      to: new Date(2026, 10, 22).getTime(),
      by: 'day',
      group: 'agent',
    });
    const today = questionOf({ range: 'today', group: 'agent' }, now);
    expect(today).toMatchObject({ from: new Date(2026, 10, 21).getTime(), by: 'hour' });
  });
});

describe('the table for a spreadsheet', () => {
  it('has a row for each piece in which something was used, and no formulas', () => {
    const some = told({ ...NO_AMOUNTS, attempts: 2, inputTokens: 1_234, costMicros: 5e5 });
    const none = told(NO_AMOUNTS);
    const usage = {
      pieces: [0, 86_400_000],
      groups: [
        { name: 'a', total: some, pieces: [none, some] },
        { name: null, total: some, pieces: [some, none] },
      ],
      total: some,
    };
    const names = new Map([
      ['a', '=cmd("x")'],
      ['', 'Others'],
    ]);
    const lines = csvOf(usage, 'agent', (name) => names.get(name ?? '') ?? '').split('\r\n');
    expect(lines).toEqual([
      expect.stringMatching(/^from,agent,created,/),
      '1970-01-01T00:00:00.000Z,"Others",0,2,0,0,0,1234,0,0,0.5,0,0,0',
      `1970-01-02T00:00:00.000Z,"'=cmd(""x"")",0,2,0,0,0,1234,0,0,0.5,0,0,0`,
      '',
    ]);
  });
});
