/** What a preview shows of a terminal, and how a log is read. */
import { describe, expect, it } from 'vitest';
import { logLines } from './log-lines.ts';
import { tailOf } from './tail.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('the tail of a terminal', () => {
  it('is its last lines without commands to the terminal', () => {
    const text =
      '\u001B]0;title\u0007one\r\n\u001B[1;32mtwo\u001B[0m\r\n\u001B[2Kthree\u001B[?25l\r\n\r\n';
    expect(tailOf(bytes(text), 2, false)).toEqual(['two', 'three']);
  });

  it('is what is left where lines are written over', () => {
    expect(tailOf(bytes('10 %\r55 %\r100 %\ndone'), 5, false)).toEqual(['100 %', 'done']);
    expect(tailOf(bytes('a long line\rshort'), 5, false)).toEqual(['shortg line']);
  });

  it('leaves out a line that is cut, and half a character', () => {
    const cut = bytes('工房\n二行目').subarray(1);
    expect(tailOf(cut, 5, true)).toEqual(['二行目']);
  });

  it('is empty when nothing was printed', () => {
    expect(tailOf(bytes('\u001B[H\u001B[2J\r\n'), 5, false)).toEqual([]);
  });
});

describe('the log', () => {
  it('is read from what the logger writes, with what it says besides', () => {
    const line =
      '{"level":40,"time":"2026-11-21T09:00:00.000Z","agent":"kiln","task":"task-1","msg":"late"}';
    expect(logLines(`${line}\n`)).toEqual([
      { at: Date.UTC(2026, 10, 21, 9), level: 'warn', text: 'late  task=task-1' },
    ]);
    const failed = '{"level":50,"time":1,"msg":"no","err":{"message":"why"}}';
    expect(logLines(failed)[0]).toEqual({ at: 1, level: 'error', text: 'no  why' });
  });

  it('keeps whatever else was printed', () => {
    expect(logLines('\n{not json\nplain\n').map(({ text }) => text)).toEqual([
      '{not json',
      'plain',
    ]);
  });
});
