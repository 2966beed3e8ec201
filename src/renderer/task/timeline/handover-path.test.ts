import { describe, expect, it } from 'vitest';
import { handoverPath } from './handover-path.ts';

describe('the line of a hand-over', () => {
  const newer = { x: 200, top: 50 };

  it('goes along the time between, and up to the newer bar', () => {
    expect(handoverPath({ x: 80, top: 300 }, newer)).toBe(
      'M80 309.5 H187 Q193 309.5 193 303.5 V65.5 Q193 59.5 199 59.5',
    );
  });

  it('begins above the older bar where there was no time between', () => {
    expect(handoverPath({ x: 199, top: 300 }, newer)).toBe('M193 300 V65.5 Q193 59.5 199 59.5');
  });
});
