/**
 * `npm run faults -- [--seed S] [--minutes M] [--faults N] [--report FILE] [--without KIND]… [--dist DIR]
 * [--keep] [--sites N]`: random faults on a whole workshop, and a check of everything that must hold. Exit code 1 when something does not.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { canIsolate, isInside, runInside } from './isolation.ts';
import { runLaboratory } from './laboratory.ts';
import { reportOf, summaryOf, trailOf } from './report.ts';
import { runSites } from './sites/laboratory.ts';
import { summaryOfSites } from './sites/summary.ts';
import { MOST_SITES } from './sites/workshop.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: randomBytes(4).toString('hex') },
    minutes: { type: 'string' },
    faults: { type: 'string' },
    report: { type: 'string' },
    without: { type: 'string', multiple: true, default: [] },
    dist: { type: 'string', default: path.resolve(import.meta.dirname, '../../dist') },
    keep: { type: 'boolean', default: false },
    folder: { type: 'string' },
    sites: { type: 'string' },
  },
});

/** A file in the folder of a run. */
const RESULT = 'exit-code';
/** Of the log of what went wrong; the file has all of it. */
const MOST_LINES = 200;

if (isInside()) endInside(await run());
else process.exitCode = canIsolate() ? await enclose() : await run();

/** Makes the folder outside, so that it can be looked at afterwards. */
async function enclose(): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), 'koubou-faults-'));
  const given = process.argv.slice(2);
  const seed = ['--seed', values.seed];
  await runInside([import.meta.filename, ...given, ...seed, '--folder', folder]);
  const code = codeOf(folder);
  tidy(folder, code);
  return code;
}

/**
 * After half an hour of cut connections Node, told to end, waits at full speed for requests that nobody will answer
 * (`Environment::CleanupHandles`, seen with 24.21). All is written by now, so the result is left in a file and the process killed.
 */
function endInside(code: number): void {
  writeFileSync(path.join(values.folder ?? '.', RESULT), String(code));
  process.kill(process.pid, 'SIGKILL');
}

/** 1 when it ended without a result. */
function codeOf(folder: string): number {
  try {
    return Number(readFileSync(path.join(folder, RESULT), 'utf8'));
  } catch {
    return 1;
  }
}

async function run(): Promise<number> {
  const folder = values.folder ?? mkdtempSync(path.join(tmpdir(), 'koubou-faults-'));
  const faults = values.faults === undefined ? Number.POSITIVE_INFINITY : Number(values.faults);
  const minutes = Number(
    values.minutes ?? (values.faults === undefined ? 5 : Number.POSITIVE_INFINITY),
  );
  if (Number.isNaN(faults) || Number.isNaN(minutes))
    throw new Error('--minutes and --faults are numbers');
  const began = performance.now();
  const print = (line: string): void =>
    console.log(`${((performance.now() - began) / 1_000).toFixed(1).padStart(7)} s  ${line}`);
  print(
    `seed ${values.seed}, files in ${folder}${isInside() ? '' : ', without namespaces: some faults are left out'}`,
  );
  const { seed, dist, without } = values;
  if (values.sites !== undefined) {
    const sites = z.coerce.number().int().min(2).max(MOST_SITES).parse(values.sites);
    const all = {
      seed,
      sites,
      minutes,
      faults,
      without,
      dist,
      folder,
      print,
      isolated: isInside(),
    };
    const said = summaryOfSites(await runSites(all), all);
    console.log(`\n${said.text}`);
    if (values.folder === undefined) tidy(folder, said.code);
    return said.code;
  }
  const result = await runLaboratory({
    seed,
    minutes,
    faults,
    dist,
    without,
    folder,
    isolated: isInside(),
    print,
  });
  const about = { seed, isolated: isInside(), seconds: (performance.now() - began) / 1_000 };
  if (result.violations.length > 0) {
    const trail = trailOf(result);
    writeFileSync(
      path.join(folder, 'logs/violations.txt'),
      `${summaryOf(result, about)}\n\n${trail}\n`,
    );
    console.log(`\n${trail.split('\n').slice(0, MOST_LINES).join('\n')}`);
  }
  console.log(`\n${summaryOf(result, about)}`);
  if (values.report !== undefined) writeFileSync(values.report, reportOf(result, about));
  const code = result.violations.length === 0 ? 0 : 1;
  if (values.folder === undefined) tidy(folder, code);
  return code;
}

function tidy(folder: string, code: number): void {
  if (code === 0 && !values.keep) rmSync(folder, { recursive: true, force: true });
  else console.log(`the logs are in ${folder}/logs`);
}
