/** What the JSON reports of the test runners say: counts, which files failed, and which tests are unsteady. Reads no file. */
import path from 'node:path';

/** More failed files than these are no bad luck. */
const MOST_AGAIN = 4;

const PASSED = 'passed';
const FAILED = 'failed';

/** Counts over all tests of a report of Vitest, each once. */
export function countsOf({ testResults }) {
  const outcomes = testResults.flatMap((file) => file.assertionResults.map(({ status }) => status));
  const passed = outcomes.filter((outcome) => outcome === PASSED).length;
  const failed = outcomes.filter((outcome) => outcome === FAILED).length;
  return { passed, failed, skipped: outcomes.length - passed - failed };
}

/**
 * The files of a report of Vitest to run once more.
 * @param unhandled errors outside of every test: no file can answer for these, so nothing is tried again
 * @returns their paths; none when none failed, and none when too many did
 */
export function filesToRunAgain({ testResults }, unhandled) {
  const failed = testResults.filter((file) => file.status === FAILED).map(({ name }) => name);
  return unhandled === 0 && failed.length <= MOST_AGAIN ? failed : [];
}

/** The report of Vitest in which the files of `second` stand instead of their first try, so that no test counts twice. */
export function withSecondTry(first, second) {
  const again = new Set(second.testResults.map(({ name }) => name));
  const others = first.testResults.filter(({ name }) => !again.has(name));
  return { testResults: [...others, ...second.testResults] };
}

/** `FILE > test` of all that failed in the first report of Vitest and passed in the second; a file that did not load, by its name. */
export function unsteadyTests(first, second, root) {
  const passed = second.testResults.filter((file) => file.status === PASSED);
  const failed = passed.flatMap(({ name }) =>
    first.testResults.filter((file) => file.name === name),
  );
  return failed.flatMap(({ name, assertionResults }) => {
    const file = path.relative(root, name).replaceAll(path.sep, '/');
    const tests = assertionResults.filter(({ status }) => status === FAILED);
    if (tests.length === 0) return [file];
    return tests.map((one) => [file, ...titlesOf(one)].join(' > '));
  });
}

/** Counts of a report of Playwright; what passed at its second try has passed. */
export function windowCountsOf({ stats }) {
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected,
    skipped: stats.skipped,
  };
}

/** `FILE > test` of all that Playwright calls flaky. */
export function unsteadyWindows(report) {
  return report.suites.flatMap((suite) => flakyOf(suite, [suite.file]));
}

function flakyOf({ specs = [], suites = [] }, above) {
  const here = specs
    .filter(({ tests }) => tests.some(({ status }) => status === 'flaky'))
    .map(({ title }) => [...above, title].join(' > '));
  return [...here, ...suites.flatMap((suite) => flakyOf(suite, [...above, suite.title]))];
}

// Vitest names the file itself as an ancestor without a title.
function titlesOf({ ancestorTitles, title }) {
  return [...ancestorTitles.filter((ancestor) => ancestor !== ''), title];
}
