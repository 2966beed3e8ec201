/** From a cancel to the last process that is gone: of an attempt that ends when it is asked, and of one that does all it can not to. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CANCEL_GRACE_MS } from '../../src/shared/protocol/timing.ts';
import { pause, until } from '../faults/time.ts';
import { startAgentPc } from '../support/agent-pc.ts';
import { makeRepo } from '../support/small-repo.ts';
import { NASTY, pidsFrom, POLITE, type ProcessTree } from '../support/trees.ts';
import { startWorkshop, type Workshop } from '../support/workshop.ts';
import { percentile, row, type Print } from './measure.ts';

const AT_ONCE = 4;
const ROUNDS = 6;
/** What lives on after this long stays. */
const LONGEST_MS = 12_000;

interface Sample {
  readonly ms: number;
  /** Processes that did not go. */
  readonly left: number;
}

export async function benchCancel(print: Print): Promise<void> {
  print('Cancel → the last process of the attempt is gone');
  const scratch = mkdtempSync(path.join(tmpdir(), 'koubou-bench-cancel-'));
  try {
    const repo = makeRepo(path.join(scratch, 'repo'), { 'a.txt': 'a\n' });
    const workshop = await startWorkshop({ args: ['--agents', '0'] });
    const pc = await startAgentPc({ workshop, id: 'pc', slots: AT_ONCE });
    try {
      const goal = `p99 ≤ ${(CANCEL_GRACE_MS + 1_000).toLocaleString('en')} ms`;
      rows(print, 'ends when asked', await cancelMany(workshop, scratch, repo, POLITE), '');
      const nasty = await cancelMany(workshop, scratch, repo, NASTY);
      rows(print, 'setsid, double fork, nohup, no SIGTERM', nasty, goal);
    } finally {
      await pc.close();
      await workshop.close();
    }
    const left = await groupOnly(scratch);
    print(row('the process group alone, as others do: left of the same', `${left} processes`, ''));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function rows(print: Print, what: string, samples: readonly Sample[], goal: string): void {
  const ms = samples.map((sample) => sample.ms);
  const value = `${percentile(ms, 0.5).toFixed(0)} / ${percentile(ms, 0.99).toFixed(0)} ms`;
  print(row(`${what}, p50 / p99 of ${ms.length}`, value, goal));
  const left = samples.reduce((sum, sample) => sum + sample.left, 0);
  print(row(`${what}: left running`, `${left} processes`, '0'));
}

async function cancelMany(
  workshop: Workshop,
  scratch: string,
  repo: string,
  tree: ProcessTree,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let i = 0; i < ROUNDS * AT_ONCE; i += AT_ONCE) {
    const round = Array.from({ length: AT_ONCE }, (_, k) => path.join(scratch, `tree-${i + k}`));
    samples.push(...(await Promise.all(round.map((dir) => cancelOne(workshop, dir, repo, tree)))));
    for (const dir of round) rmSync(dir, { recursive: true });
  }
  return samples;
}

async function cancelOne(
  workshop: Workshop,
  dir: string,
  repo: string,
  { script, processes }: ProcessTree,
): Promise<Sample> {
  mkdirSync(dir);
  const file = path.join(dir, 'tree.sh');
  writeFileSync(file, script);
  const { id } = await workshop.call('tasks.create', {
    repo,
    title: 'Grow a tree',
    engine: { kind: 'command', run: `exec sh ${file}` },
  });
  const isGrown = await until(() => pidsFrom(file).length === processes, LONGEST_MS);
  if (!isGrown) throw new Error(`the tree has ${pidsFrom(file).length} processes`);
  const begun = performance.now();
  await workshop.call('tasks.cancel', { id });
  await until(() => pidsFrom(file).length === 0, LONGEST_MS, 5);
  const ms = performance.now() - begun;
  return { ms, left: killAll(file) };
}

/** @returns how many there were */
function killAll(file: string): number {
  const left = pidsFrom(file);
  for (const pid of left) process.kill(pid, 'SIGKILL');
  return left.length;
}

/** What a supervisor that kills its process group reaches. */
async function groupOnly(scratch: string): Promise<number> {
  const file = path.join(scratch, 'tree.sh');
  writeFileSync(file, NASTY.script);
  const child = spawn('sh', [file], { detached: true, stdio: 'ignore' });
  await until(() => pidsFrom(file).length === NASTY.processes, LONGEST_MS);
  const exit = once(child, 'exit');
  process.kill(-(child.pid ?? 0), 'SIGKILL');
  await exit;
  // What was killed needs a moment to be gone.
  await pause(200);
  return killAll(file);
}
