import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isInStage, mayInstall } from './policy.ts';
import { compareVersions } from './versions.ts';

describe('an update', () => {
  it('never costs an attempt, and “when nothing runs” means so', () => {
    const work = fc.record({ running: fc.nat({ max: 3 }), consoles: fc.nat({ max: 2 }) });
    const when = fc.constantFrom('now' as const, 'idle' as const);
    fc.assert(
      fc.property(when, fc.boolean(), work, (wanted, keepsAttempts, now) => {
        const isCalm = now.running === 0 && now.consoles === 0;
        const expected = wanted === 'idle' ? isCalm : keepsAttempts || now.running === 0;
        expect(mayInstall(wanted, { keepsAttempts }, now, true)).toBe(expected);
      }),
    );
  });

  it('waits for a coordinator that does not answer but may have work', () => {
    expect(mayInstall('now', { keepsAttempts: false }, null, true)).toBe(false);
    expect(mayInstall('idle', { keepsAttempts: true }, null, true)).toBe(false);
    expect(mayInstall('now', { keepsAttempts: false }, null, false)).toBe(true);
  });

  it('reaches more and more installations, never fewer', () => {
    const part = fc.integer({ min: 0, max: 100 });
    fc.assert(
      fc.property(fc.uuid(), part, part, (id, a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        const [early, late] = [less, more].map((percent) => isInStage(id, '0.2.0', percent));
        expect(early && !late).toBe(false);
        expect(isInStage(id, '0.2.0', 0)).toBe(false);
        expect(isInStage(id, '0.2.0', 100)).toBe(true);
      }),
    );
    const all = Array.from({ length: 2_000 }, (_, n) => `installation ${n}`);
    const taken = all.filter((id) => isInStage(id, '0.2.0', 20)).length;
    expect(taken).toBeGreaterThan(320);
    expect(taken).toBeLessThan(480);
  });
});

describe('versions', () => {
  it('stand in the order of semantic versioning', () => {
    const inOrder = [
      ...['0.1.0', '0.2.0-alpha', '0.2.0-alpha.1', '0.2.0-beta', '0.2.0-beta.2', '0.2.0-beta.11'],
      ...['0.2.0', '0.2.1', '0.10.0', '1.0.0'],
    ];
    for (const [i, a] of inOrder.entries())
      for (const [j, b] of inOrder.entries())
        expect(Math.sign(compareVersions(a, b)), `${a} ${b}`).toBe(Math.sign(i - j));
  });
});
