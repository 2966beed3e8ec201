/** What `npm test` does, in order. */
import { ensureBuilt } from '../setup/build.mjs';
import { foregroundNode, packageScript } from '../setup/run.mjs';
import { runUnderDisplay, runVitest } from './runners.mjs';

const PROGRAMS = ['tsconfig.shared.json', 'tsconfig.node.json', 'tsconfig.web.json'];

/** A check answers with an exit code, a test run with its counts. */
export const STAGES = [
  { name: 'format', title: 'Format', group: 'check', run: () => tool('oxfmt', 'bin/oxfmt', '--check') },
  { name: 'lint', title: 'Lint and boundaries', group: 'check', run: () => tool('oxlint', 'bin/oxlint') },
  { name: 'types', title: 'Types', group: 'check', run: checkTypes },
  { name: 'dead', title: 'Dead code', group: 'check', run: () => tool('knip', 'bin/knip.js', '--no-config-hints') },
  { name: 'build', title: 'Build', run: build },
  { name: 'unit', title: 'Unit tests', needsTests: true, run: () => runVitest('unit') },
  { name: 'cluster', title: 'Integration tests', needsTests: true, needsBuild: true, run: () => runVitest('cluster') },
  { name: 'fault', title: 'Fault tests', needsTests: true, needsBuild: true, run: () => runVitest('fault') },
  { name: 'window', title: 'Window tests', needsTests: true, needsBuild: true, run: runUnderDisplay },
];

/** The stages with these names (or groups of stages), in their own order; all of them without names. */
export function stagesCalled(names) {
  if (names.length === 0) return STAGES;
  const unknown = names.find((name) => !STAGES.some((stage) => stage.name === name || stage.group === name));
  if (unknown !== undefined) return undefined;
  return STAGES.filter((stage) => names.includes(stage.name) || names.includes(stage.group));
}

function tool(name, script, ...args) {
  return foregroundNode([packageScript(name, script), ...args]);
}

async function checkTypes() {
  for (const program of PROGRAMS) {
    const code = await tool('typescript', 'bin/tsc', '-p', program);
    if (code !== 0) return code;
  }
  return 0;
}

async function build() {
  await ensureBuilt();
  return 0;
}
