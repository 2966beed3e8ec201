/**
 * What durability on the agent costs on the way from "create a task" to "its attempt has started": the same workshop with two
 * agents by turns, one with the folder of its attempts (record, journal, spools) on the disk, one with it in memory, where a
 * write is not waited for.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startAgentPc, type AgentPc } from '../support/agent-pc.ts';
import { makeRepo } from '../support/small-repo.ts';
import { startWorkshop, type Workshop } from '../support/workshop.ts';
import { percentile, row, type Print } from './measure.ts';
import { watchEvents, type Watcher } from './watcher.ts';

const MEMORY = '/dev/shm';
const ROUNDS = 150;
const WARM_UP = 10;
const NOTHING_TO_DO = { kind: 'command', run: 'true' } as const;
const WHERE = ['disk', 'memory'] as const;
type Where = (typeof WHERE)[number];

export async function benchDurability(print: Print): Promise<void> {
  print('Create → attempt started: what the journal of the agent adds');
  if (!existsSync(MEMORY)) return print(`  not measured: there is no ${MEMORY} here`);
  const samples = await measure();
  const show = (ms: readonly number[]): string =>
    `${percentile(ms, 0.5).toFixed(1)} / ${percentile(ms, 0.99).toFixed(1)} ms`;
  print(row('its journal in memory, p50 / p99', show(samples.memory), ''));
  print(row('its journal on the disk, p50 / p99', show(samples.disk), ''));
  const added = percentile(samples.disk, 0.5) / percentile(samples.memory, 0.5) - 1;
  print(row('added to the median', `${(added * 100).toFixed(1)} %`, '≤ 10 %'));
}

async function measure(): Promise<Record<Where, number[]>> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'koubou-bench-durability-'));
  const memory = mkdtempSync(path.join(MEMORY, 'koubou-bench-durability-'));
  try {
    const repo = makeRepo(path.join(scratch, 'repo'), { 'a.txt': 'a\n' });
    const dir = path.join(scratch, 'data');
    const inMemory = path.join(dir, 'pcs/memory');
    mkdirSync(inMemory, { recursive: true });
    symlinkSync(memory, path.join(inMemory, 'attempts'));
    const workshop = await startWorkshop({ dir, args: ['--agents', '0'] });
    const pcs: AgentPc[] = [];
    try {
      for (const id of WHERE) pcs.push(await startAgentPc({ workshop, id, labels: [id] }));
      return await rounds(workshop, repo);
    } finally {
      await Promise.all(pcs.map((pc) => pc.close()));
      await workshop.close();
    }
  } finally {
    rmSync(memory, { recursive: true, force: true });
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function rounds(workshop: Workshop, repo: string): Promise<Record<Where, number[]>> {
  const watcher = await watchEvents(workshop);
  const samples: Record<Where, number[]> = { disk: [], memory: [] };
  for (let i = 0; i < ROUNDS + WARM_UP; i++) {
    // Each goes first in every second round.
    for (const where of i % 2 === 0 ? WHERE : WHERE.toReversed()) {
      const ms = await createOne(workshop, watcher, repo, where);
      if (i >= WARM_UP) samples[where].push(ms);
    }
  }
  watcher.close();
  return samples;
}

async function createOne(
  workshop: Workshop,
  watcher: Watcher,
  repo: string,
  where: Where,
): Promise<number> {
  const begun = performance.now();
  const started = watcher.next(({ event }) => event.type === 'attempt.started');
  const ended = watcher.next(({ event }) => event.type === 'attempt.ended');
  const task = { repo, title: 'Quick', engine: NOTHING_TO_DO, needs: [where] };
  await workshop.call('tasks.create', task);
  await started;
  const ms = performance.now() - begun;
  // The attempt ends by itself: nothing was changed. The next one finds the agent at rest.
  await ended;
  return ms;
}
