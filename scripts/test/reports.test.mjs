/** Counting over two tries: no test twice, nothing that failed for good forgiven, and all that is unsteady told by name. */
import { describe, expect, it } from 'vitest';
import {
  countsOf,
  filesToRunAgain,
  unsteadyTests,
  unsteadyWindows,
  windowCountsOf,
  withSecondTry,
} from './reports.mjs';

const STEADY = file('/root/src/steady.test.ts', { one: 'passed', two: 'passed' });
const LUCKY = file('/root/src/lucky.test.ts', { same: 'passed', rare: 'failed' });
const LUCKY_AGAIN = file('/root/src/lucky.test.ts', { same: 'passed', rare: 'passed' });
// What a failing beforeAll leaves.
const UNPREPARED = file('/root/src/unprepared.test.ts', { one: 'skipped' }, 'failed');

describe('a report of Vitest', () => {
  it('counts each test once over two tries', () => {
    const first = { testResults: [STEADY, LUCKY, UNPREPARED] };
    expect(countsOf(first)).toEqual({ passed: 3, failed: 1, skipped: 1 });
    const prepared = file(UNPREPARED.name, { one: 'passed' });
    const both = withSecondTry(first, { testResults: [LUCKY_AGAIN, prepared] });
    expect(countsOf(both)).toEqual({ passed: 5, failed: 0, skipped: 0 });
  });

  it('has what failed twice as failed', () => {
    const both = withSecondTry({ testResults: [STEADY, LUCKY] }, { testResults: [LUCKY] });
    expect(countsOf(both)).toEqual({ passed: 3, failed: 1, skipped: 0 });
  });

  it('names the files of a second try, when they are few and nothing else went wrong', () => {
    const failed = (count) =>
      Array.from({ length: count }, (_, index) => file(`/root/${index}`, { one: 'failed' }));
    const named = (count, unhandled) =>
      filesToRunAgain({ testResults: [STEADY, ...failed(count)] }, unhandled);
    expect(named(0, 0)).toEqual([]);
    expect(named(4, 0)).toEqual(['/root/0', '/root/1', '/root/2', '/root/3']);
    expect(named(5, 0)).toEqual([]);
    expect(named(1, 1)).toEqual([]);
    // The run did not come to its end.
    expect(named(1, undefined)).toEqual([]);
    expect(filesToRunAgain({ testResults: [UNPREPARED] }, 0)).toEqual([UNPREPARED.name]);
  });

  it('tells what is unsteady, and not what failed twice', () => {
    const first = { testResults: [STEADY, LUCKY, UNPREPARED] };
    const second = { testResults: [LUCKY_AGAIN, UNPREPARED] };
    expect(unsteadyTests(first, second, '/root')).toEqual(['src/lucky.test.ts > group > rare']);
    const prepared = { testResults: [file(UNPREPARED.name, { one: 'passed' })] };
    expect(unsteadyTests(first, prepared, '/root')).toEqual(['src/unprepared.test.ts']);
  });
});

describe('a report of Playwright', () => {
  it('has what passed at its second try as passed, and tells of it', () => {
    const spec = (title, status) => ({ title, tests: [{ status }] });
    const report = {
      stats: { expected: 2, flaky: 2, unexpected: 1, skipped: 0 },
      suites: [
        {
          file: 'shell.spec.ts',
          specs: [spec('steady', 'expected'), spec('lucky', 'flaky')],
          suites: [{ title: 'group', specs: [spec('rare', 'flaky'), spec('bad', 'unexpected')] }],
        },
      ],
    };
    expect(windowCountsOf(report)).toEqual({ passed: 4, failed: 1, skipped: 0 });
    expect(unsteadyWindows(report)).toEqual([
      'shell.spec.ts > lucky',
      'shell.spec.ts > group > rare',
    ]);
  });
});

function file(name, tests, status) {
  const assertionResults = Object.entries(tests).map(([title, outcome]) => ({
    ancestorTitles: ['', 'group'],
    title,
    status: outcome,
  }));
  const worst = assertionResults.some((one) => one.status === 'failed') ? 'failed' : 'passed';
  return { name, status: status ?? worst, assertionResults };
}
