/**
 * `npm test [-- STAGE...]`: every check and every test, stopping at the first stage that fails. The last line is
 * `N passed, N failed, N skipped`. Stages: see test/stages.mjs; `check` is all that needs no build.
 */
import fs from 'node:fs';
import { prepare } from './setup/index.mjs';
import { runMain, say, SetupError } from './setup/say.mjs';
import { keptOutput } from './test/runners.mjs';
import { STAGES, stagesCalled } from './test/stages.mjs';

const NONE = { passed: 0, failed: 0, skipped: 0 };

await runMain(async () => {
  const stages = stagesCalled(process.argv.slice(2));
  if (!stages)
    throw new SetupError(`stages are: check, ${STAGES.map((stage) => stage.name).join(', ')}`);
  await prepare();
  for (const setUp of new Set(stages.flatMap((stage) => stage.setUp ?? []))) await setUp();
  const total = await runAll(stages);
  tellUnsteady(total.unsteady);
  console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  return total.code;
});

async function runAll(stages) {
  const total = { code: 0, ...NONE, unsteady: [] };
  const begun = new Map();
  for (const stage of stages) {
    // What has begun is brought to its end and told of, whatever failed meanwhile.
    if (total.code !== 0 && !begun.has(stage)) continue;
    for (const other of stages.filter(({ beside }) => beside === stage.name))
      begun.set(other, beginBeside(other));
    const result = await (begun.has(stage) ? tellOf(stage, begun.get(stage)) : runStage(stage));
    total.passed += result.passed;
    total.failed += result.failed;
    total.skipped += result.skipped;
    total.unsteady.push(...(result.unsteady ?? []));
    total.code = Math.max(total.code, result.code);
  }
  return total;
}

function tellUnsteady(tests) {
  if (tests.length === 0) return;
  console.log(`\nUNSTEADY: ${tests.length} failed, and passed when run once more. Mend these:`);
  for (const one of tests) console.log(`unsteady: ${one}`);
}

async function runStage(stage) {
  console.log(`\n== ${stage.title}`);
  return tellResult(stage, await timed(() => attempt(stage)));
}

/** Runs a stage while another one writes to the terminal: what it writes is kept in a file until its turn. */
async function beginBeside(stage) {
  const output = keptOutput(stage.name);
  try {
    return { file: output.file, ...(await timed(() => attempt(stage, output.stdio))) };
  } finally {
    output.close();
  }
}

async function tellOf(stage, begun) {
  console.log(`\n== ${stage.title}, begun beside the stage before`);
  const done = await begun;
  process.stdout.write(fs.readFileSync(done.file));
  return tellResult(stage, done);
}

async function timed(work) {
  const started = performance.now();
  const result = await work();
  return { result, seconds: ((performance.now() - started) / 1000).toFixed(1) };
}

function tellResult(stage, { result, seconds }) {
  const judged = judge(result);
  console.log(`== ${stage.title}: ${judged.code === 0 ? 'ok' : 'FAILED'} in ${seconds} s`);
  return judged;
}

async function attempt(stage, stdio = 'inherit') {
  try {
    const answer = await stage.run(stdio);
    return typeof answer === 'number' ? { ...NONE, code: answer } : answer;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    return { ...NONE, code: 1 };
  }
}

function judge(result) {
  // A stage that fails without a failed test (a lint error, a file that does not load) counts as one, so that the
  // last line never looks like success.
  if (result.code !== 0) return { ...result, failed: Math.max(result.failed, 1) };
  if (result.failed > 0) return { ...result, code: 1 };
  if (result.skipped > 0 && process.env.CI) {
    console.log(`${result.skipped} skipped: with CI set, every test has to run`);
    return { ...result, code: 1 };
  }
  return result;
}
