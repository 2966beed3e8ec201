/** From a kill of the coordinator, with 100,000 tasks in its log and work under way, to the next task that is assigned. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startAgentPc, type AgentPc } from '../support/agent-pc.ts';
import { makeRepo } from '../support/small-repo.ts';
import { startWorkshop, type Workshop } from '../support/workshop.ts';
import { fillQueue } from './fill.ts';
import { percentile, row, type Print } from './measure.ts';
import { watchEvents } from './watcher.ts';

const LOGGED = 100_000;
const ROUNDS = 15;
const SLOTS = 4;
const A_MOMENT = { kind: 'command', run: 'sleep 0.5' } as const;

interface Sample {
  /** The program was started and answers. */
  readonly up: number;
  /** An agent came back. */
  readonly agent: number;
  /** A task was assigned. */
  readonly assigned: number;
}

export async function benchRestart(print: Print): Promise<void> {
  const logged = LOGGED.toLocaleString('en');
  print(`The coordinator is killed under load, ${logged} tasks in the log → first new assignment`);
  const samples = await measure();
  const show = (of: keyof Sample): string => {
    const ms = samples.map((sample) => sample[of]);
    return `${percentile(ms, 0.5).toFixed(0)} / ${percentile(ms, 0.99).toFixed(0)} ms`;
  };
  print(row(`kill -9 → started again, p50 / p99 of ${samples.length}`, show('up'), ''));
  print(row('kill -9 → its agent is back', show('agent'), ''));
  print(row('kill -9 → a task is assigned', show('assigned'), 'p99 ≤ 3,000 ms'));
}

async function measure(): Promise<Sample[]> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'koubou-bench-restart-'));
  const dir = path.join(scratch, 'data');
  try {
    const repo = makeRepo(path.join(scratch, 'repo'), { 'a.txt': 'a\n' });
    await fillQueue(dir, repo, LOGGED);
    let workshop = await startWorkshop({ dir, args: ['--agents', '0'] });
    let pc: AgentPc | undefined;
    try {
      pc = await startAgentPc({ workshop, id: 'pc', slots: SLOTS });
      const samples: Sample[] = [];
      for (let i = 0; i < ROUNDS; i++) {
        await load(workshop, repo);
        const killed = await killAndStart(workshop, dir);
        workshop = killed.workshop;
        samples.push(killed.sample);
      }
      return samples;
    } finally {
      await pc?.close();
      await workshop.close();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** All slots work, and as many tasks again wait behind them. */
async function load(workshop: Workshop, repo: string): Promise<void> {
  const watcher = await watchEvents(workshop);
  for (let i = 0; i < SLOTS * 2; i++)
    await workshop.call('tasks.create', { repo, title: 'Work a moment', engine: A_MOMENT });
  await watcher.seen(({ event }) => event.type === 'attempt.started', SLOTS);
  watcher.close();
}

async function killAndStart(
  before: Workshop,
  dir: string,
): Promise<{ workshop: Workshop; sample: Sample }> {
  const { seq } = await before.call('snapshot.get', {});
  const exit = once(before.child, 'exit');
  const killedAt = Date.now();
  const begun = performance.now();
  before.child.kill('SIGKILL');
  await exit;
  const port = new URL(before.url).port;
  const workshop = await startWorkshop({ dir, args: ['--agents', '0', '--port', port] });
  const up = performance.now() - begun;
  const watcher = await watchEvents(workshop, seq);
  // What the killed one still wrote down is older than the kill; both are stamped by this machine.
  const since = (type: string) =>
    watcher.seen((stored) => stored.event.type === type && stored.at > killedAt);
  const agent = since('agent.connected').then(() => performance.now() - begun);
  await since('task.assigned');
  const assigned = performance.now() - begun;
  const sample = { up, agent: await agent, assigned };
  watcher.close();
  return { workshop, sample };
}
