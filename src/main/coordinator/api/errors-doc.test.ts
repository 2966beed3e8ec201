/** `docs/errors.md` explains every code of the tables, and none that is not there. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { FAILURES, REJECTIONS } from '../../../shared/errors.ts';

const PAGE = readFileSync(path.resolve(import.meta.dirname, '../../../../docs/errors.md'), 'utf8');

/** The rows of the table under a heading: code, second column, and whether both texts are there. */
function rowsOf(heading: string): [string, string, boolean][] {
  const section = PAGE.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => {
      const [, code = '', second = '', meaning = '', remedy = ''] = line
        .split('|')
        .map((cell) => cell.trim());
      return [code.replaceAll('`', ''), second, meaning.length > 10 && remedy.length > 5];
    });
}

test.each([
  ['Refusals', REJECTIONS],
  ['Failures', FAILURES],
])('%s: every code, with its status or retry, a meaning and a remedy', (heading, table) => {
  const expected = Object.entries(table).map(([code, second]) => [code, String(second), true]);
  expect(rowsOf(heading)).toEqual(expected);
});
