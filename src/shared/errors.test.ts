/** The two tables of codes are part of the API: their form, and that the documentation says the same. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { FAILURES, REJECTIONS } from './errors.ts';

const PAGE = path.resolve(import.meta.dirname, '../../docs/errors.md');
/** The first two columns of every row about a code: `code value`. */
const DOCUMENTED = readFileSync(PAGE, 'utf8')
  .split('\n')
  .flatMap((row) => {
    const [, code, value] = /^\| `(\w+)` \| (\w+) \|/.exec(row) ?? [];
    return code === undefined ? [] : [`${code} ${value}`];
  });

const TABLES = { ...REJECTIONS, ...FAILURES };

describe('codes', () => {
  it.each(Object.keys(TABLES))('%s is in lower-case words', (code) => {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
  });

  it.each(Object.entries(REJECTIONS))('%s has the HTTP status of an error: %d', (_, status) => {
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
  });

  it('are in docs/errors.md with the same status, or the same way to retry, and no others are', () => {
    const known = [...Object.entries(REJECTIONS), ...Object.entries(FAILURES)];
    expect(DOCUMENTED.toSorted()).toEqual(
      known.map(([code, value]) => `${code} ${value}`).toSorted(),
    );
  });
});
