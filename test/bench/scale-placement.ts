/**
 * What a decision costs, with 10 to 1,000 agents and 1,000 to 100,000 tasks that are ready: rounds as the scheduler's loop makes them,
 * on a real journal and queue, without carrying them out. The agents are values only. Measured is processor time of the whole process, collection of
 * garbage included: others on the machine make the time on the clock longer, and that figure with it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openPlacing } from '../../src/main/coordinator/scheduler/candidates.ts';
import { createGates } from '../../src/main/coordinator/scheduler/gates.ts';
import { openRound } from '../../src/main/coordinator/scheduler/round.ts';
import { createEmbeddedQueue } from '../../src/main/coordinator/queue/embedded.ts';
import type { ReadyQueue } from '../../src/main/coordinator/queue/port.ts';
import { systemClock } from '../../src/main/coordinator/system-clock.ts';
import type { OpenJournal } from '../../src/main/coordinator/journal/open.ts';
import { Agent } from '../../src/shared/domain/agent.ts';
import { place, type ReadyTask } from '../../src/shared/domain/place.ts';
import { PRIORITIES } from '../../src/shared/domain/task.ts';
import { Specialty } from '../../src/shared/domain/specialty.ts';
import { Settings } from '../../src/shared/settings.ts';
import { percentile, row, type Print } from './measure.ts';
import { openWorkshopJournal } from './open-journal.ts';

const AGENTS = [10, 100, 1_000];
const TASKS = [1_000, 10_000, 100_000];
const SLOTS = 4;
const REPOS = 10;
const ROUNDS = 200;
const AT_ONCE = 1_000;
const GOAL_MS = 10;
/** So long the event loop may be held. */
const HELD_MS = 20;
const WORDS = ['git', 'python3', 'gpu', 'os.linux', 'memory.16g', 'at.tokyo'];

type Round = () => number;

export async function benchPlacement(print: Print): Promise<void> {
  const dir = mkdtempSync(path.join(tmpdir(), 'koubou-bench-scale-'));
  const journal = openWorkshopJournal(dir);
  try {
    await measure(print, journal);
  } finally {
    await journal.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function measure(print: Print, journal: OpenJournal): Promise<void> {
  const queue = createEmbeddedQueue(journal.db);
  const p99 = new Map<string, number>();
  let ready = 0;
  for (const tasks of TASKS) {
    await fill(journal, ready, tasks);
    ready = tasks;
    print(
      `A decision with ${tasks.toLocaleString('en')} tasks ready, in ${queue.lanes().length} lanes`,
    );
    for (const count of AGENTS) {
      const key = `${count} ${tasks}`;
      p99.set(key, oneSlot(print, journal, queue, agentsOf(count, true)));
      allSlots(print, journal, queue, agentsOf(count, false));
    }
  }
  growth(print, p99);
  allAtOnce(print, queue);
}

/** All are at work but for one slot: one decision a round, with all that a round begins with. */
function oneSlot(
  print: Print,
  journal: OpenJournal,
  queue: ReadyQueue,
  agents: readonly Agent[],
): number {
  const times = timesOf(roundOn(journal, queue, agents));
  const [p50, last] = [percentile(times, 0.5), percentile(times, 0.99)];
  print(
    row(
      `${agents.length} agents, one slot free, p50 / p99`,
      `${p50.toFixed(2)} / ${last.toFixed(2)} ms`,
      `p99 ≤ ${GOAL_MS} ms`,
    ),
  );
  return p50;
}

/** Nobody has anything to do: a full round, and what of it one decision costs. */
function allSlots(
  print: Print,
  journal: OpenJournal,
  queue: ReadyQueue,
  agents: readonly Agent[],
): void {
  const round = roundOn(journal, queue, agents);
  const decisions = round();
  const times = timesOf(round);
  const p99 = percentile(times, 0.99);
  print(
    row(
      `${agents.length} agents, all slots free: each of ${decisions} / the round`,
      `${(p99 / decisions).toFixed(3)} / ${p99.toFixed(1)} ms`,
      `p99 ≤ ${GOAL_MS} / ≤ ${HELD_MS} ms`,
    ),
  );
}

function growth(print: Print, p50: ReadonlyMap<string, number>): void {
  print('How it grows (p50, one slot free)');
  const at = (agents: number, tasks: number): number => p50.get(`${agents} ${tasks}`) ?? Number.NaN;
  const most = TASKS.at(-1) ?? 0;
  const fleet = AGENTS.at(-1) ?? 0;
  const byAgents = at(1_000, most) / at(100, most);
  const byTasks = at(fleet, 100_000) / at(fleet, 10_000);
  print(row('10 × the agents (100 to 1,000)', `${byAgents.toFixed(1)} ×`, '< 10 ×'));
  print(row('10 × the tasks (10,000 to 100,000)', `${byTasks.toFixed(1)} ×`, '< 10 ×'));
}

/** Without a queue before it: placement is handed every task that is ready, and gives out all 4,000 slots. */
function allAtOnce(print: Print, queue: ReadyQueue): void {
  const ready = queue.lanes().flatMap(({ key }) => queue.head(key, 100_000));
  const candidates = agentsOf(1_000, false).map((agent) => ({
    ...{ agent, vitals: null, repos: new Set<string>() },
  }));
  const began = performance.now();
  const given = place(ready, candidates).length;
  const took = performance.now() - began;
  print(`place() alone, handed all ${ready.length.toLocaleString('en')} tasks, 1,000 agents`);
  print(
    row(
      `each of ${given.toLocaleString('en')} decisions / all of them`,
      `${(took / given).toFixed(3)} / ${took.toFixed(0)} ms`,
      `≤ ${GOAL_MS} ms / no goal`,
    ),
  );
}

function timesOf(round: Round): number[] {
  for (let n = 0; n < 20; n++) round();
  return Array.from({ length: ROUNDS }, () => {
    const began = process.cpuUsage();
    round();
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1_000;
  });
}

/** A round of the loop; answers how many decisions it made. */
function roundOn(opened: OpenJournal, queue: ReadyQueue, agents: readonly Agent[]): Round {
  const fixed = Settings.parse({});
  // As in the loop, no attempt is read: none stands still.
  const journal = { ...opened, agents: () => [...agents], attempt: () => undefined };
  const supply = { of: () => null };
  const deps = {
    ...{ journal, queue, supply, clock: systemClock },
    settings: { current: () => fixed },
  };
  const gates = createGates(deps);
  const fleet = { vitals: () => null, repos: () => new Set<string>() };
  const placing = openPlacing({ ...deps, fleet, past: () => [] });
  return () => {
    const { ready } = openRound(deps, gates.now(), new Set());
    const inOrder = ready.map((task, rank): ReadyTask => ({ ...task, rank }));
    return place(inOrder, placing.candidates(agents), placing.policy(), supply.of).length;
  };
}

/** Every priority, ten repositories, some needs and specialties. @param from how many there are already */
async function fill(journal: OpenJournal, from: number, to: number): Promise<void> {
  for (let done = from; done < to; done += AT_ONCE) {
    await Promise.all(
      Array.from({ length: Math.min(AT_ONCE, to - done) }, (_, i) => add(journal, done + i)),
    );
  }
}

async function add(journal: OpenJournal, n: number): Promise<void> {
  const pick = <T>(from: readonly T[], by: number): T | undefined =>
    from[Math.floor(n / by) % from.length];
  const word = pick([...WORDS, null, null], REPOS * PRIORITIES.length);
  const created = await journal.submit(
    {
      ...{ type: 'task.create', title: `Task ${n}`, body: '', after: [], at: null },
      repo: { url: `/srv/repo-${n % REPOS}`, base: 'main' },
      priority: pick(PRIORITIES, REPOS) ?? 'normal',
      engine: { kind: 'command', run: 'true' },
      needs: typeof word === 'string' ? [word] : [],
    },
    { actor: 'bench' },
  );
  const event = created.ok ? created.value.events[0]?.event : undefined;
  if (event?.type !== 'task.created') throw new Error('not created');
  const specialty = pick(Specialty.options, 7) ?? 'general';
  const found = { type: 'task.analyse', taskId: event.taskId, specialty } as const;
  await journal.submit(found, { actor: 'bench' });
}

/** Half of them know Python, a third has a graphics card, a fourth stands in Tokyo. */
function agentsOf(count: number, busy: boolean): readonly Agent[] {
  return Array.from({ length: count }, (_, n) => {
    const free = n === Math.floor(count / 2) ? 1 : 0;
    const held = busy ? SLOTS - free : 0;
    const words = ['git', ...(n % 2 === 0 ? ['python3'] : []), ...(n % 3 === 0 ? ['gpu'] : [])];
    return Agent.parse({
      ...{ id: `agent-${n}`, name: `Agent ${n}`, state: 'idle', connected: true },
      ...{ overloaded: false, draining: false, slots: SLOTS, conditions: [] },
      running: Array.from({ length: held }, (__, i) => `task-${900_000 + n * SLOTS + i}.1`),
      capabilities: {
        ...{ os: 'linux', arch: 'x64', hostname: 'h', cpus: 8, memoryBytes: 32e9 },
        ...{ diskFreeBytes: 1e11, specialties: [Specialty.options[n % 8]], labels: [] },
        tools: words.map((name) => ({ name, version: '1', path: `/usr/bin/${name}` })),
        engines: [{ kind: 'command', version: '1', ready: true, why: null }],
      },
      profile: n % 4 === 0 ? { location: 'Tokyo' } : {},
      ...{ version: '1', address: '::1', firstSeenAt: 1, since: 1 },
    });
  });
}
