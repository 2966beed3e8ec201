/** What `npm test` does, in order. */
import { weighBuilt } from '../package/sizes.mjs';
import { ensureTestPackages } from '../package/for-tests.mjs';
import { ensureBuilt } from '../setup/build.mjs';
import { ensureExecutable } from '../setup/executable.mjs';
import { prepareInstallTests, prepareTests, prepareWindowTests } from '../setup/index.mjs';
import { foregroundNode, packageScript } from '../setup/run.mjs';
import { runLaboratory, runUnderDisplay, runVitest } from './runners.mjs';

const PROGRAMS = ['tsconfig.shared.json', 'tsconfig.node.json', 'tsconfig.web.json'];

const TESTS = [prepareTests];
const WINDOW_TESTS = [prepareTests, prepareWindowTests];

/**
 * A check answers with an exit code, a test run with its counts. `setUp` is done before the first stage of the run, so
 * that what is missing is told at once and not after minutes. A stage that is `beside` another one begins together with it when
 * both are called: both wait for most of their time. It gets the `stdio` of what it starts.
 */
export const STAGES = [
  {
    name: 'format',
    title: 'Format',
    group: 'check',
    run: () => tool('oxfmt', 'bin/oxfmt', '--check'),
  },
  { name: 'lint', title: 'Lint', group: 'check', run: () => tool('oxlint', 'bin/oxlint') },
  { name: 'types', title: 'Types', group: 'check', run: checkTypes },
  { name: 'boundaries', title: 'Boundaries', group: 'check', run: checkBoundaries },
  { name: 'dead', title: 'Dead code', group: 'check', run: checkDeadCode },
  { name: 'build', title: 'Build', run: build },
  { name: 'unit', title: 'Unit tests', setUp: TESTS, run: () => runVitest('unit', 'pure') },
  {
    name: 'cluster',
    title: 'Cluster tests',
    setUp: TESTS,
    run: () => runBuilt(() => runVitest('cluster'), ensureExecutable),
  },
  {
    name: 'fault',
    title: 'Fault tests',
    setUp: TESTS,
    run: () => runBuilt(() => runVitest('fault'), ensureExecutable),
  },
  {
    name: 'laboratory',
    title: 'Fault laboratory',
    beside: 'fault',
    setUp: TESTS,
    run: (stdio) => runBuilt(() => runLaboratory(stdio)),
  },
  {
    name: 'window',
    title: 'Window tests',
    setUp: WINDOW_TESTS,
    run: () => runBuilt(() => runUnderDisplay()),
  },
  {
    name: 'install',
    title: 'Tests of the installed app',
    setUp: [prepareTests, prepareInstallTests],
    run: () =>
      runBuilt(() => runUnderDisplay('install', '--config', 'test/install'), ensureTestPackages),
  },
];

/** The stages with these names (or groups of stages), in their own order; all of them without names. */
export function stagesCalled(names) {
  if (names.length === 0) return STAGES;
  const unknown = names.find(
    (name) => !STAGES.some((stage) => stage.name === name || stage.group === name),
  );
  if (unknown !== undefined) return undefined;
  return STAGES.filter((stage) => names.includes(stage.name) || names.includes(stage.group));
}

async function checkTypes() {
  let worst = 0;
  for (const program of PROGRAMS) {
    worst = Math.max(worst, await tool('typescript', 'bin/tsc', '-p', program));
  }
  return worst;
}

// Lint has this rule too; alone it needs no types, and a slip has its own heading.
function checkBoundaries() {
  return tool('oxlint', 'bin/oxlint', '--config', 'scripts/lint/boundaries.json', 'src');
}

function checkDeadCode() {
  return tool('knip', 'bin/knip.js', '--no-config-hints');
}

async function build() {
  await ensureBuilt();
  weighBuilt();
  return 0;
}

async function runBuilt(run, ensureMore) {
  await ensureBuilt();
  await ensureMore?.();
  return run();
}

function tool(name, script, ...args) {
  return foregroundNode([packageScript(name, script), ...args]);
}
