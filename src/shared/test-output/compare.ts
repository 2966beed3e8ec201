/** The tests of two attempts beside each other: what was fixed, what was broken. Pure. */
import type { TestCase } from './cases.ts';

export interface TestsCompared {
  readonly fixed: readonly string[];
  readonly broke: readonly string[];
  /** Failed before, and still. */
  readonly still: readonly string[];
}

export function caseKey({ suite, name }: Pick<TestCase, 'suite' | 'name'>): string {
  return suite === null ? name : `${suite} › ${name}`;
}

/**
 * What programs tell by number only cannot be named: a case that failed before, and is not among the failures of a run that
 * named none of its passed cases, counts as fixed.
 */
export function compareTests(
  before: readonly TestCase[],
  after: readonly TestCase[],
): TestsCompared {
  const failedBefore = failuresOf(before);
  const failedAfter = failuresOf(after);
  const seen = new Set(after.map(caseKey));
  const namesPassed = after.some(
    ({ outcome, name }) => outcome === 'passed' && !/^\d+ ×$/.test(name),
  );
  return {
    fixed: [...failedBefore].filter(
      (key) => !failedAfter.has(key) && (seen.has(key) || !namesPassed),
    ),
    broke: [...failedAfter].filter((key) => !failedBefore.has(key)),
    still: [...failedAfter].filter((key) => failedBefore.has(key)),
  };
}

function failuresOf(cases: readonly TestCase[]): Set<string> {
  return new Set(cases.filter(({ outcome }) => outcome === 'failed').map(caseKey));
}
