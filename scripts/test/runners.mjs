/** Runs the test runners and reads their counts from their JSON reports. */
import fs from 'node:fs';
import path from 'node:path';
import { fromRoot, NODE } from '../setup/paths.mjs';
import { foreground, foregroundNode, hasProgram, packageScript } from '../setup/run.mjs';

const REPORTS = fromRoot('test-results');

/**
 * Where a stage writes that runs beside another one, so that their lines do not mix.
 * @returns its file, the `stdio` of the processes that it starts, and what closes it
 */
export function keptOutput(name) {
  const file = path.join(REPORTS, `${name}.log`);
  fs.mkdirSync(REPORTS, { recursive: true });
  const handle = fs.openSync(file, 'w');
  return { file, stdio: ['ignore', handle, handle], close: () => fs.closeSync(handle) };
}

/** Runs projects of vitest.config.ts, and reports under the name of the first; resolves with their counts and exit code. */
export async function runVitest(...projects) {
  const report = freshReport(projects[0]);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const script = packageScript('vitest', 'vitest.mjs');
  const code = await foregroundNode([
    script,
    'run',
    ...projects.flatMap((project) => ['--project', project]),
    '--passWithNoTests',
    ...reporters,
  ]);
  return counted(code, report, (json) => ({
    passed: json.numPassedTests,
    failed: json.numFailedTests,
    skipped: json.numPendingTests + json.numTodoTests,
  }));
}

/** What ends soon enough for every commit: nothing that others take over only after half a minute. */
const SITES = [
  '--sites',
  '3',
  '--faults',
  '5',
  '--without',
  'lose coordinator',
  '--without',
  'stop coordinator',
];

/** Random faults on a fixed seed, on a fresh one, which is printed, and on several coordinators; each run counts as one test. */
export async function runLaboratory(stdio) {
  const runs = [['--seed', 'fixed'], [], ['--seed', 'fixed', ...SITES]];
  let passed = 0;
  for (const seed of runs) {
    const args = [fromRoot('test/faults/main.ts'), '--minutes', '0.7', ...seed];
    const code = await foregroundNode(args, { stdio });
    if (code !== 0) return { code, passed, failed: 1, skipped: 0 };
    passed += 1;
  }
  return { code: 0, passed, failed: 0, skipped: 0 };
}

/** Runs Playwright on a display of its own, so that windows never open on the developer's screen. */
export async function runUnderDisplay() {
  const report = freshReport('window');
  const args = [packageScript('@playwright/test', 'cli.js'), 'test', '--pass-with-no-tests'];
  const ownDisplay = process.platform === 'linux' && hasProgram('xvfb-run');
  const code = ownDisplay
    ? await foreground('xvfb-run', ['-a', '-s', '-screen 0 1440x900x24', NODE, ...args])
    : await foregroundNode(args);
  return counted(code, report, ({ stats }) => ({
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected,
    skipped: stats.skipped,
  }));
}

// An old report must never be counted for a run that died before it wrote its own.
function freshReport(name) {
  const report = path.join(REPORTS, `${name}.json`);
  fs.mkdirSync(REPORTS, { recursive: true });
  fs.rmSync(report, { force: true });
  return report;
}

function counted(code, report, counts) {
  if (!fs.existsSync(report)) return { code, passed: 0, failed: 0, skipped: 0 };
  return { code, ...counts(JSON.parse(fs.readFileSync(report, 'utf8'))) };
}
