/** Runs the test runners and reads their counts from their JSON reports. */
import fs from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fromRoot, ROOT } from '../setup/paths.mjs';
import { foregroundNode, hasProgram, packageScript } from '../setup/run.mjs';
import { openDisplays } from './displays.mjs';
import {
  countsOf,
  filesToRunAgain,
  unsteadyTests,
  unsteadyWindows,
  windowCountsOf,
  withSecondTry,
} from './reports.mjs';
import { unhandledBeside } from './unhandled.mjs';

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

/**
 * Runs projects of vitest.config.ts, and reports under the name of the first.
 *
 * With CI set, the few files that failed are run once more, alone: a test that depends on the moment, of which some
 * always hide among thousands, must not refuse the work of somebody who did not touch it. It is not forgiven: it is
 * told of at the end of every run until somebody mends it.
 * @returns their counts, each test once, the exit code, and the tests that passed only at the second try
 */
export async function runVitest(...projects) {
  const first = await vitest(projects[0], projects);
  if (first.report === undefined) return { code: first.code, passed: 0, failed: 0, skipped: 0 };
  const files = process.env.CI ? filesToRunAgain(first.report, first.unhandled) : [];
  if (files.length === 0) return { code: first.code, ...countsOf(first.report) };
  console.log(`\nonce more, alone: ${files.map((file) => path.relative(ROOT, file)).join(', ')}`);
  const second = await vitest(`${projects[0]}-again`, projects, [
    '--no-file-parallelism',
    ...files,
  ]);
  if (second.report === undefined) return { code: first.code, ...countsOf(first.report) };
  return {
    code: second.code,
    ...countsOf(withSecondTry(first.report, second.report)),
    unsteady: unsteadyTests(first.report, second.report, ROOT),
  };
}

async function vitest(name, projects, more = []) {
  const report = freshReport(name);
  const script = packageScript('vitest', 'vitest.mjs');
  const reporters = ['default', 'json', fromRoot('scripts/test/unhandled.mjs')];
  const code = await foregroundNode([
    script,
    'run',
    ...projects.flatMap((project) => ['--project', project]),
    '--passWithNoTests',
    ...reporters.map((reporter) => `--reporter=${reporter}`),
    `--outputFile.json=${report}`,
    ...more,
  ]);
  // Whatever did not come to its end says nothing about what one more try would be worth.
  return { code, report: read(report), unhandled: read(unhandledBeside(report)) };
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

/** Windows wait for most of their time, and two of them do not see each other on displays of their own. */
const WINDOWS_AT_ONCE = Math.min(2, availableParallelism());

/**
 * Runs Playwright on displays of its own, so that windows never open on the developer's screen.
 * @param name of the report, as the configuration has it @param more arguments
 */
export async function runUnderDisplay(name = 'window', ...more) {
  const report = freshReport(name);
  const args = [
    packageScript('@playwright/test', 'cli.js'),
    'test',
    '--pass-with-no-tests',
    ...more,
  ];
  const code = await onDisplays((env) => foregroundNode(args, { env }));
  const told = read(report);
  if (told === undefined) return { code, passed: 0, failed: 0, skipped: 0 };
  return { code, ...windowCountsOf(told), unsteady: unsteadyWindows(told) };
}

async function onDisplays(run) {
  if (process.platform !== 'linux' || !hasProgram('Xvfb')) return run(process.env);
  const { names, close } = await openDisplays(WINDOWS_AT_ONCE);
  try {
    return await run({ ...process.env, DISPLAY: names[0], KOUBOU_DISPLAYS: names.join(' ') });
  } finally {
    close();
  }
}

// An old report must never be counted for a run that died before it wrote its own.
function freshReport(name) {
  const report = path.join(REPORTS, `${name}.json`);
  fs.mkdirSync(REPORTS, { recursive: true });
  for (const file of [report, unhandledBeside(report)]) fs.rmSync(file, { force: true });
  return report;
}

function read(file) {
  return fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : undefined;
}
