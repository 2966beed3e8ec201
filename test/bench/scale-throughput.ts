/**
 * How many tasks are done in an hour with 1 to 10 agent processes, one slot each: whole tasks of the built program, with a clone,
 * a supervisor and a worktree each, whose engine does nothing. Until the processors are full, each agent is to add what the first one does.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { makeRepo } from '../support/small-repo.ts';
import { startWorkshop, type Workshop } from '../support/workshop.ts';
import { row, type Print } from './measure.ts';
import { watchEvents } from './watcher.ts';

const AGENTS = [1, 2, 4, 6, 8, 10];
/** Of each agent. */
const TASKS = 12;
const WANTED_PER_HOUR = 1_000;
/** The engine does nothing for so long, as a model would: what is measured is the workshop around it. */
const ENGINE_S = 2;
const HOUR_MS = 3_600_000;

export async function benchThroughput(print: Print): Promise<void> {
  print(`Tasks done with 1 to 10 agent processes on ${availableParallelism()} processors`);
  await series(print, `an engine that thinks for ${ENGINE_S} s`, `sleep ${ENGINE_S}`);
  await series(print, 'an engine that is done at once', 'true');
}

async function series(print: Print, what: string, run: string): Promise<void> {
  let first = 0;
  for (const agents of AGENTS) {
    const perHour = await measure(agents, run);
    first ||= perHour;
    const share = (perHour / (first * agents)) * 100;
    print(
      row(
        `${what}, ${agents} agents: an hour / of linear`,
        `${Math.round(perHour).toLocaleString('en')} / ${share.toFixed(0)} %`,
        `≥ ${WANTED_PER_HOUR.toLocaleString('en')} / ≥ 90 % until all cores are full`,
      ),
    );
  }
}

async function measure(agents: number, run: string): Promise<number> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'koubou-bench-scale-'));
  try {
    const repo = makeRepo(path.join(scratch, 'repo'), { 'a.txt': 'a\n' });
    const dir = path.join(scratch, 'data');
    mkdirSync(dir);
    writeFileSync(path.join(dir, 'config.yaml'), 'agents:\n  slots: 1\n');
    const workshop = await startWorkshop({ dir, args: ['--agents', String(agents)] });
    try {
      await untilAll(workshop, agents);
      // Each has its clone, and its program is read.
      await done(workshop, repo, run, agents * 2);
      const count = agents * TASKS;
      return (count / (await done(workshop, repo, run, count))) * HOUR_MS;
    } finally {
      await workshop.close();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** How long so many tasks take, in ms. */
async function done(workshop: Workshop, repo: string, run: string, count: number): Promise<number> {
  const watcher = await watchEvents(workshop);
  let ended = 0;
  const all = watcher.next(({ event }) => event.type === 'attempt.ended' && ++ended === count);
  const began = performance.now();
  const engine = { kind: 'command', run } as const;
  for (let n = 0; n < count; n++)
    await workshop.call('tasks.create', { repo, title: `Nothing ${n}`, engine });
  await all;
  watcher.close();
  return performance.now() - began;
}

async function untilAll(workshop: Workshop, count: number): Promise<void> {
  const { seq } = await workshop.call('snapshot.get', {});
  const { agents } = await workshop.call('agents.list', {});
  let there = agents.filter(({ agent }) => agent.connected).length;
  if (there < count)
    await workshop.untilEvent(
      ({ event }) => event.type === 'agent.connected' && ++there === count,
      seq,
    );
}
