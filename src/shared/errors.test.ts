/** The two tables of codes are part of the API: their form, and that the documentation explains each. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { FAILURES, FailureCode, REJECTIONS, RejectionCode } from './errors.ts';

const DOCUMENTATION = readFileSync(
  path.resolve(import.meta.dirname, '../../docs/errors.md'),
  'utf8',
);
const ROWS = new Map(
  DOCUMENTATION.split('\n').flatMap((row) => {
    const code = /^\| `(\w+)` \|/.exec(row)?.[1];
    return code === undefined ? [] : [[code, row] as const];
  }),
);

describe('codes', () => {
  it.each([...RejectionCode.options, ...FailureCode.options])(
    '%s is one lower-case word',
    (code) => {
      expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
    },
  );

  it.each(RejectionCode.options)('%s has an HTTP status of an error, also in the docs', (code) => {
    expect(REJECTIONS[code]).toBeGreaterThanOrEqual(400);
    expect(REJECTIONS[code]).toBeLessThan(600);
    expect(ROWS.get(code)).toContain(`| ${REJECTIONS[code]} |`);
  });

  it.each([...RejectionCode.options, ...FailureCode.options])(
    '%s is explained in docs/errors.md',
    (code) => {
      expect(ROWS.has(code)).toBe(true);
    },
  );

  it('are all there are in docs/errors.md', () => {
    const known = new Set<string>([...Object.keys(REJECTIONS), ...Object.keys(FAILURES)]);
    expect([...ROWS.keys()].filter((code) => !known.has(code))).toEqual([]);
  });
});
