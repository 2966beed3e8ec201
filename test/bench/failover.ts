/** From the loss of a PC to its task running on another one, from the last checkpoint: half of the PCs are killed in each round. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { attemptIdOf, type TaskId } from '../../src/shared/ids.ts';
import { startAgentPc, type AgentPc } from '../support/agent-pc.ts';
import { makeRepo } from '../support/small-repo.ts';
import { startWorkshop, type Workshop } from '../support/workshop.ts';
import { pause } from '../faults/time.ts';
import { percentile, row, type Print } from './measure.ts';
import { watchEvents, type Watcher } from './watcher.ts';

const PCS = 12;
const ROUNDS = 4;
/** The losses of a round fall on all parts of the interval of heartbeats. */
const SPREAD_MS = 2_500;
const WAITS_ONCE =
  '[ -e half.txt ] && echo whole > whole.txt || { echo half > half.txt; exec tail -f /dev/null; }';

interface Sample {
  readonly ms: number;
  /** The second attempt had what the first one did. */
  readonly hadWork: boolean;
}

export async function benchFailover(print: Print): Promise<void> {
  print('A PC is gone → its task runs on another one');
  const samples = await measure();
  const ms = samples.map((sample) => sample.ms / 1_000);
  const kept = samples.filter(({ hadWork }) => hadWork).length;
  const figure = `${percentile(ms, 0.5).toFixed(2)} / ${percentile(ms, 0.99).toFixed(2)} s`;
  print(row(`kill -9 of everything → started, p50 / p99 of ${ms.length}`, figure, 'p99 ≤ 20 s'));
  print(row('went on with the work of the lost attempt', `${kept} of ${ms.length}`, 'all'));
}

async function measure(): Promise<Sample[]> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'koubou-bench-failover-'));
  try {
    const dir = path.join(scratch, 'data');
    const repo = makeRepo(path.join(scratch, 'repo'), { 'a.txt': 'a\n' });
    // Only so that a round need not wait half a minute for its first checkpoint; leases are as always.
    writeConfig(dir, 'limits: { checkpointMs: 1000 }\n');
    const workshop = await startWorkshop({ dir, args: ['--agents', '0'] });
    const pcs: AgentPc[] = [];
    try {
      for (let i = 1; i <= PCS; i++) pcs.push(await startAgentPc({ workshop, id: `pc-${i}` }));
      return await rounds(workshop, pcs, repo);
    } finally {
      await Promise.all(pcs.map((pc) => pc.close()));
      await workshop.close();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function rounds(workshop: Workshop, pcs: AgentPc[], repo: string): Promise<Sample[]> {
  const watcher = await watchEvents(workshop);
  const samples: Sample[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    const ids = await Promise.all(
      Array.from({ length: PCS / 2 }, () => createWaiting(workshop, watcher, repo)),
    );
    samples.push(...(await Promise.all(ids.map((id) => loseOne(workshop, watcher, pcs, id)))));
    await Promise.all(ids.map((id) => workshop.call('tasks.reject', { id })));
  }
  watcher.close();
  return samples;
}

/** A task that runs, with a checkpoint. */
async function createWaiting(workshop: Workshop, watcher: Watcher, repo: string): Promise<TaskId> {
  const { id } = await workshop.call('tasks.create', {
    repo,
    title: 'Wait for the end',
    engine: { kind: 'command', run: WAITS_ONCE },
  });
  const first = attemptIdOf(id, 1);
  await watcher.seen(
    ({ event }) => event.type === 'attempt.checkpointed' && event.attemptId === first,
  );
  return id;
}

async function loseOne(
  workshop: Workshop,
  watcher: Watcher,
  pcs: readonly AgentPc[],
  id: TaskId,
): Promise<Sample> {
  const { attempts } = await workshop.call('tasks.attempts', { id });
  const pc = pcs.find((one) => one.id === attempts[0]?.agentId);
  if (!pc) throw new Error(`${id} is nowhere`);
  await pause(Math.random() * SPREAD_MS);
  const second = attemptIdOf(id, 2);
  const started = watcher.seen(
    ({ event }) => event.type === 'attempt.started' && event.attemptId === second,
  );
  const begun = performance.now();
  const lost = pc.lose();
  await started;
  const ms = performance.now() - begun;
  await lost;
  const task = await workshop.until(id, 'review');
  // It comes back, is told that its attempt is over, and is free for the next round.
  await pc.start();
  return { ms, hadWork: task.change?.stats.files === 2 };
}

function writeConfig(dir: string, text: string): void {
  mkdirSync(dir, { recursive: true });
  writeFileSync(path.join(dir, 'config.yaml'), text);
}
