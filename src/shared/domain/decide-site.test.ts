/** Coordinators that share a queue come to the same, whatever is told late, twice, in another order, or at first not at all. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgentId, SiteId, type TaskId } from '../ids.ts';
import type { Command } from './command.ts';
import { decide } from './decide.ts';
import { isLedElsewhere } from './led-elsewhere.ts';
import { emptyState, type State } from './state.ts';
import { isEnd, Merge, type Task } from './task.ts';
import { carryOut } from './testing.ts';

const NAMES = ['tokyo', 'osaka', 'london'].map((name) => SiteId.parse(name));
const NEW: Command = {
  type: 'task.create',
  title: 'T',
  body: 'B',
  repo: { url: '/srv/a', base: 'main' },
  priority: 'normal',
  engine: { kind: 'command', run: 'true' },
  needs: [],
  after: [],
  at: null,
};

interface Site {
  readonly id: SiteId;
  readonly state: State;
  seq: number;
}

type Tell = Extract<Command, { type: 'site.tell' }>;

/** What all share: who leads what, and the numbers. */
class World {
  readonly sites: readonly Site[];
  readonly leads = new Map<TaskId, { site: SiteId; leadFence: number }>();
  readonly tells: Tell[] = [];
  #fence = 0;

  constructor(count: number) {
    this.sites = NAMES.slice(0, count).map((id, index) => {
      const site: Site = { id, state: emptyState(), seq: 0 };
      this.submit(site, { type: 'site.join', site: id, index });
      return site;
    });
  }

  submit(site: Site, command: Command): void {
    const events = carryOut(site.state, command, 1_000 + site.seq, site.seq);
    site.seq += events.length;
  }

  /** Does it, and tells how the task stands then. */
  act(site: Site, id: TaskId, command: Command): void {
    if (!decide(site.state, command, { now: 1_000, actor: 'test' }).ok) return;
    const before = site.seq;
    this.submit(site, command);
    const task = site.state.task(id);
    if (site.seq === before || !task || isLedElsewhere(task)) return;
    const attempt = task.attemptId === null ? undefined : site.state.attempt(task.attemptId);
    this.tells.push({
      type: 'site.tell',
      site: site.id,
      seq: site.seq,
      about: id,
      task,
      ...(attempt && { attempt }),
      words: 'so',
    });
  }

  create(site: Site): void {
    this.submit(site, NEW);
    const id = [...site.state.tasks.keys()].at(-1);
    if (!id) return;
    this.#fence += 1;
    const lead = { site: site.id, leadFence: this.#fence };
    expect(this.leads.has(id)).toBe(false);
    this.leads.set(id, lead);
    this.act(site, id, { type: 'task.share', taskId: id, ...lead });
    this.act(site, id, { type: 'task.analyse', taskId: id, specialty: 'general' });
  }

  adopt(site: Site, id: TaskId, why: 'taken' | 'site_lost'): void {
    const before = this.leads.get(id);
    const last = this.tells.findLast((one) => one.task?.id === id && one.site === before?.site);
    if (!before || before.site === site.id || !last?.task) return;
    const known = { ...last.task, told: last.seq };
    if (isEnd(known.state) || (why === 'taken' && known.state !== 'queued')) return;
    this.#fence += 1;
    const lead = { site: site.id, leadFence: this.#fence };
    this.leads.set(id, lead);
    const attempt = last.attempt && { attempt: last.attempt };
    const about = { taskId: id, ...lead, known: { task: known, ...attempt } };
    this.act(site, id, { type: 'task.adopt', ...about, why });
  }

  fence(): number {
    this.#fence += 1;
    return this.#fence;
  }
}

/** How it stands, whoever says so. */
function facts(known: Task): Omit<Task, 'told'> {
  const { told: _, ...task } = known;
  return task;
}

function nextOf(order: Iterator<number, unknown>): number {
  const next = order.next();
  return next.done === true ? 0 : next.value;
}

const step = fc.record({
  kind: fc.constantFrom('create', 'take', 'lose', 'cancel', 'tell', 'assign', 'update'),
  site: fc.nat(2),
  which: fc.nat(20),
});

function agentOf(site: Site): AgentId {
  return AgentId.parse(`agent-${site.id}`);
}

function carryOutStep(
  world: World,
  { kind, site: at, which }: { kind: string; site: number; which: number },
): void {
  const site = world.sites[at % world.sites.length];
  if (!site) return;
  if (kind === 'create') return world.create(site);
  const tell = world.tells[which % Math.max(world.tells.length, 1)];
  if (kind === 'tell' && tell?.about) return world.act(site, tell.about, tell);
  const ids = [...world.leads.keys()];
  const id = ids[which % Math.max(ids.length, 1)];
  if (!id) return;
  if (kind === 'take') return world.adopt(site, id, 'taken');
  if (kind === 'lose') return world.adopt(site, id, 'site_lost');
  if (kind === 'cancel')
    return world.act(site, id, { type: 'task.cancel', taskId: id, reason: 'r' });
  if (kind === 'update')
    return world.act(site, id, { type: 'task.update', taskId: id, title: `T ${which}` });
  const agentId = agentOf(site);
  return world.act(site, id, {
    type: 'task.assign',
    taskId: id,
    agentId,
    reasons: [],
    fence: world.fence(),
  });
}

function withAgents(world: World): World {
  for (const site of world.sites)
    world.submit(site, {
      type: 'agent.connect',
      agentId: agentOf(site),
      name: site.id,
      version: '1',
      address: '::1',
      slots: 50,
      capabilities: {
        ...{ os: 'linux', arch: 'x64', hostname: 'h', cpus: 1, memoryBytes: 1, diskFreeBytes: 1 },
        ...{ tools: [], engines: [], specialties: [], labels: [] },
      },
    });
  return world;
}

describe('coordinators that share a queue', () => {
  it('come to the same, and of each task exactly one leads it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 3 }),
        fc.array(step, { minLength: 5, maxLength: 60 }),
        fc.infiniteStream(fc.nat()),
        (count, steps, order) => {
          const world = withAgents(new World(count));
          for (const one of steps) carryOutStep(world, one);
          // What was told arrives at last, in any order, some of it again; what it leads to is told, too.
          for (let said = 0; said < world.tells.length;) {
            const tells = world.tells.map((tell) => ({ tell, at: nextOf(order) }));
            said = world.tells.length;
            for (const { tell } of tells.toSorted((a, b) => a.at - b.at))
              for (const site of world.sites) if (tell.about) world.act(site, tell.about, tell);
          }
          for (const [id, lead] of world.leads) {
            const known = world.sites.flatMap(({ state }) => state.task(id) ?? []);
            const leader = known.filter((task) => !isLedElsewhere(task));
            expect(leader.map(({ site, leadFence }) => ({ site, leadFence }))).toEqual([lead]);
            expect(known).toHaveLength(count);
            expect(new Set(known.map((task) => JSON.stringify(facts(task)))).size).toBe(1);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('ask the repository whether a lost one merged what was approved, and begin anew only if not', () => {
    const world = withAgents(new World(2));
    const [tokyo, osaka] = world.sites;
    if (!tokyo || !osaka) throw new Error('there are no two sites');
    world.create(tokyo);
    const [taskId] = [...world.leads.keys()];
    if (!taskId) throw new Error('there is no task');
    const agentId = agentOf(tokyo);
    const fence = world.fence();
    world.act(tokyo, taskId, { type: 'task.assign', taskId, agentId, reasons: [], fence });
    const last = world.tells.at(-1);
    if (!last?.task || !last.attempt) throw new Error('nothing was told');
    const { task, attempt } = last;
    const change = {
      ...{ attemptId: attempt.id, branch: 'b', commit: 'c', base: 'main', baseCommit: 'd' },
      stats: { files: 1, insertions: 1, deletions: 0 },
      tests: { outcome: 'skipped', why: 'none' } as const,
    };
    const told: Tell = {
      ...last,
      seq: last.seq + 1,
      task: { ...task, state: 'review', change, merge: { state: 'requested', at: 1, by: 'me' } },
      attempt: { ...attempt, state: 'succeeded', agentId: AgentId.parse(`${agentId}@tokyo`) },
    };
    world.tells.push(told);
    world.act(osaka, taskId, told);
    world.adopt(osaka, taskId, 'site_lost');
    expect(osaka.state.task(taskId)).toMatchObject({ state: 'review', change, site: 'osaka' });
    const refused = {
      ...{ state: 'refused', at: 2, code: 'change_gone' },
      message: 'm',
      files: [],
    };
    const merge = Merge.parse(refused);
    if (merge.state !== 'refused') throw new Error('not a refusal');
    world.act(osaka, taskId, { type: 'task.merge_result', taskId, merge });
    expect(osaka.state.task(taskId)).toMatchObject({ state: 'queued', site: 'osaka' });
  });

  it('give tasks numbers that no other gives', () => {
    const world = new World(3);
    for (let n = 0; n < 10; n += 1) for (const site of world.sites) world.create(site);
    expect(world.leads.size).toBe(30);
  });
});
