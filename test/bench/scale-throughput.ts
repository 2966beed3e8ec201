/**
 * How many tasks are done in an hour with 1 to 10 agent processes, one slot each: whole tasks of the built program, with a clone,
 * a supervisor and a worktree each, whose engine does nothing. Until the processors are full, each agent is to add what the first one does;
 * how full they were, by whatever ran on the machine, stands beside it. `KOUBOU_LONG=1` takes all numbers of agents and more tasks of each.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { makeRepo } from '../support/small-repo.ts';
import { startWorkshop, type Workshop } from '../support/workshop.ts';
import { row, type Print } from './measure.ts';
import { watchEvents } from './watcher.ts';

const isLong = process.env['KOUBOU_LONG'] === '1';
const AGENTS = isLong ? [1, 2, 4, 6, 8, 10] : [1, 2, 4, 10];
/** Of each agent. */
const TASKS = isLong ? 12 : 6;
const WANTED_PER_HOUR = 1_000;
/**
 * The engine does nothing for so long, as a model would: what is measured is the workshop around it. Never twice in a row for as
 * long: agents that begin together would go on in step, and all want the processors at once, which real ones never do.
 */
const ENGINE_S = [2, 1.2, 2.6, 1.6, 3, 1, 2.4, 1.8, 2.8, 1.4, 2.2];
const HOUR_MS = 3_600_000;

export async function benchThroughput(print: Print): Promise<void> {
  print(`Tasks done with 1 to 10 agent processes on ${availableParallelism()} processors`);
  const thinking = (n: number): string => `sleep ${ENGINE_S[n % ENGINE_S.length] ?? 2}`;
  await series(print, 'an engine that thinks for 1 to 3 s', thinking);
  if (isLong) await series(print, 'an engine that is done at once', () => 'true');
}

async function series(print: Print, what: string, run: (n: number) => string): Promise<void> {
  let first = 0;
  for (const agents of AGENTS) {
    const { perHour, busy } = await measure(agents, run);
    first ||= perHour;
    const share = (perHour / (first * agents)) * 100;
    print(
      row(
        `${what}, ${agents} agents: an hour / of linear / cores busy`,
        `${Math.round(perHour).toLocaleString('en')} / ${share.toFixed(0)} % / ${(busy * 100).toFixed(0)} %`,
        `≥ ${WANTED_PER_HOUR.toLocaleString('en')} / ≥ 90 % until all cores are full`,
      ),
    );
  }
}

async function measure(
  agents: number,
  run: (n: number) => string,
): Promise<{ perHour: number; busy: number }> {
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
      await done(workshop, repo, () => 'true', agents * 2, 0);
      const count = agents * TASKS;
      const before = processors();
      const took = await done(workshop, repo, run, count, agents);
      const now = processors();
      const busy = (now.busy - before.busy) / (now.all - before.all);
      return { perHour: (count / took) * HOUR_MS, busy };
    } finally {
      await workshop.close();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Their time since the machine started, in ms. */
function processors(): { busy: number; all: number } {
  const each = cpus().map(({ times }) => times);
  const all = each.flatMap((times) => Object.values(times));
  const sum = (times: readonly number[]): number => times.reduce((total, one) => total + one, 0);
  return { busy: sum(all) - sum(each.map(({ idle }) => idle)), all: sum(all) };
}

/** How long so many tasks take, in ms, while there is more to do: an agent without a next task would be no agent any more. */
async function done(
  workshop: Workshop,
  repo: string,
  run: (n: number) => string,
  count: number,
  more: number,
): Promise<number> {
  const watcher = await watchEvents(workshop);
  let ended = 0;
  const all = watcher.next(({ event }) => event.type === 'attempt.ended' && ++ended === count);
  const began = performance.now();
  for (let n = 0; n < count + more; n++) {
    const engine = { kind: 'command', run: run(n) } as const;
    await workshop.call('tasks.create', { repo, title: `Nothing ${n}`, engine });
  }
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
