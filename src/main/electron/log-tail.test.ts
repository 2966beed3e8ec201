import { describe, expect, it } from 'vitest';
import { createLogTail } from './log-tail.ts';

describe('the last words of a program', () => {
  it('are whole lines, wherever they were cut on their way', () => {
    const tail = createLogTail();
    for (const piece of ['one\ntw', 'o\n', '\n', 'open']) tail.add(piece);
    expect(tail.lines()).toEqual(['one', 'two', 'open']);
  });

  it('are bounded', () => {
    const tail = createLogTail();
    for (let i = 0; i < 500; i++) tail.add(`line ${i} ${'x'.repeat(5_000)}\n`);
    tail.add('y'.repeat(1_000_000));
    expect(tail.lines().length).toBeLessThanOrEqual(41);
    expect(tail.lines().join('').length).toBeLessThan(41 * 501);
  });

  it('keep no token', () => {
    const tail = createLogTail();
    tail.add('at http://127.0.0.1/#tok');
    tail.add('en=abc-DEF_1\nat #token=xyz');
    expect(tail.lines()).toEqual(['at http://127.0.0.1/#token=…', 'at #token=…']);
  });
});
