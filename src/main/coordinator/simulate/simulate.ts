/**
 * A workshop in fast motion: discrete events (a task comes, an attempt ends) over the real code that decides who gets what: lanes,
 * gates, fairness, `place()`, and room for urgent tasks. Pure: no clock, nothing on disk.
 */
import { busySlots } from '../../../shared/domain/decide-yield.ts';
import type { Agent, Vitals } from '../../../shared/domain/agent.ts';
import type { AttemptReport, PlacementReason } from '../../../shared/domain/attempt.ts';
import type { Candidate } from '../../../shared/domain/place.ts';
import { openRecordBook } from '../../../shared/domain/place-record.ts';
import { planRoom, type Lodger } from '../../../shared/domain/plan-room.ts';
import type { Priority } from '../../../shared/domain/task.ts';
import { heapOf } from '../../../shared/heap.ts';
import { taskIdOf, type AgentId, type AttemptId, type TaskId } from '../../../shared/ids.ts';
import { Settings } from '../../../shared/settings.ts';
import { createGates } from '../scheduler/gates.ts';
import { openRound } from '../scheduler/round.ts';
import type { SimAgent } from './agents.ts';
import type { Placing } from './placing.ts';
import type { SimTask } from './work.ts';
import { openSimWorkshop, type SimWorkshop } from './workshop.ts';

export interface Simulated {
  /** How long each task waited, in ms. */
  readonly waits: readonly { readonly priority: Priority; readonly ms: number }[];
  /** From the first arrival to the last end, in ms. */
  readonly tookMs: number;
  /** Slot time in use over slot time there was: in all, until the last arrival, and while something waited. */
  readonly use: { readonly arriving: number; readonly waiting: number };
  /** Dollars. */
  readonly cost: number;
  /** How many times an attempt stood still for an urgent task. */
  readonly yields: number;
  /** Tasks that nobody could take. */
  readonly left: number;
}

/** @param work in the order of arrival. */
export function simulate(
  work: readonly SimTask[],
  agents: readonly SimAgent[],
  placing: Placing,
): Simulated {
  const run = new Run(work, agents, placing);
  run.toEnd();
  return run.result();
}

/** An attempt on its way. */
interface Working {
  readonly agent: SimAgent;
  /** Left to do when it goes on; of one that runs, since `since`. */
  leftMs: number;
  /** `null`: it stands still. */
  since: number | null;
  /** Names the end that counts: one that stood still ends later. */
  turn: number;
}

interface Moment {
  readonly at: number;
  readonly what: { readonly task: SimTask } | { readonly ends: AttemptId; readonly turn: number };
}

/** Mirrors that an agent keeps. */
const MOST_MIRRORS = 6;
const HOUR = 3_600_000;

/** One run, from the first arrival to the last end. */
class Run {
  private readonly placing: Placing;
  private readonly moments;
  private readonly workshop: SimWorkshop = openSimWorkshop();
  private readonly agents: ReadonlyMap<AgentId, SimAgent>;
  private readonly work = new Map<TaskId, SimTask>();
  private readonly working = new Map<AttemptId, Working>();
  private readonly mirrors = new Map<AgentId, string[]>();
  private readonly records = openRecordBook();
  private readonly settings = Settings.parse({});
  private readonly gates;
  private readonly slots: number;
  private readonly lastArrival: number;
  private now = 0;
  private arrived = 0;
  private yields = 0;
  private cost = 0;
  private readonly waits: { priority: Priority; ms: number }[] = [];
  /** Slot time in ms. */
  private readonly used = { arriving: 0, waiting: 0 };
  private waitingMs = 0;

  constructor(work: readonly SimTask[], agents: readonly SimAgent[], placing: Placing) {
    this.placing = placing;
    this.agents = new Map(agents.map((agent) => [agent.name, agent]));
    this.moments = heapOf<Moment>(
      work.map((task) => ({ at: task.arrivesAt, what: { task } })),
      (a, b) => a.at < b.at,
    );
    this.slots = agents.reduce((sum, { slots }) => sum + slots, 0);
    this.lastArrival = work.at(-1)?.arrivesAt ?? 0;
    this.gates = createGates({
      journal: this.journal,
      settings: { current: () => this.settings },
      clock: { monotonic: () => this.now },
    });
    for (const agent of agents) this.connect(agent);
  }

  toEnd(): void {
    for (let next = this.moments.pop(); next; next = this.moments.pop()) {
      this.passTo(next.at);
      if ('task' in next.what) this.arrive(next.what.task);
      else this.end(next.what.ends, next.what.turn);
      this.giveOut();
    }
  }

  result(): Simulated {
    const share = (used: number, ms: number): number => (ms === 0 ? 0 : used / (ms * this.slots));
    return {
      waits: this.waits,
      tookMs: this.now,
      use: {
        arriving: share(this.used.arriving, this.lastArrival),
        waiting: share(this.used.waiting, this.waitingMs),
      },
      cost: this.cost,
      yields: this.yields,
      left: this.workshop.waiting,
    };
  }

  private get journal() {
    const { state } = this.workshop;
    return { ...state, agents: (): Agent[] => [...state.agents.values()] };
  }

  private passTo(at: number): void {
    const ms = at - this.now;
    const busy = [...this.working.values()].filter(({ since }) => since !== null).length;
    this.used.arriving += busy * Math.max(0, Math.min(at, this.lastArrival) - this.now);
    if (this.workshop.waiting > 0) {
      this.used.waiting += busy * ms;
      this.waitingMs += ms;
    }
    this.now = at;
  }

  private connect({ name, slots, tools, specialties }: SimAgent): void {
    const capabilities = {
      ...{ os: 'linux', arch: 'x64', hostname: name, cpus: 8, memoryBytes: 32e9 },
      ...{ diskFreeBytes: 1e12, specialties, labels: [] },
      tools: tools.map((tool) => ({ name: tool, version: '1', path: tool })),
      engines: [{ kind: 'claude-code' as const, version: '1', ready: true, why: null }],
    };
    const about = { agentId: name, name, version: '1', address: '', slots, capabilities };
    this.workshop.submit({ type: 'agent.connect', ...about }, 0, 'fleet');
  }

  private arrive(task: SimTask): void {
    const { priority, repo, owner, specialty, needs } = task;
    this.arrived += 1;
    const taskId = taskIdOf(this.arrived);
    this.work.set(taskId, task);
    const create = {
      ...{ type: 'task.create' as const, title: `Task ${this.arrived}`, body: '', priority },
      ...{ repo: { url: repo, base: 'main' }, engine: { kind: 'claude-code' as const } },
      ...{ needs: [...needs], after: [], at: null, specialty },
    };
    this.workshop.submit(create, this.now, owner);
    this.workshop.submit({ type: 'task.analyse', taskId, specialty }, this.now, 'scheduler');
  }

  private giveOut(): void {
    const passed = new Set<string>();
    // It sees what ended since it was asked last.
    this.gates.now();
    // Most moments of a busy workshop free nothing: then nobody need look at what waits.
    while (this.isSlotFree()) {
      const deps = { journal: this.journal, queue: this.workshop, supply: { of: () => null } };
      const settings = { current: () => this.settings };
      const clock = { now: () => this.now };
      const { ready } = openRound({ ...deps, settings, clock }, this.gates.now(), passed);
      if (ready.length === 0) break;
      const ranked = ready.map((task, rank) => ({ ...task, rank }));
      for (const { taskId, agentId, reasons } of this.placing(ranked, this.candidates()))
        this.assign(taskId, agentId, reasons);
      for (const { id, lane } of ready)
        if (this.workshop.state.task(id)?.state === 'queued') passed.add(lane);
    }
    this.makeRoom();
  }

  private isSlotFree(): boolean {
    const { state } = this.workshop;
    return this.journal.agents().some((agent) => busySlots(state, agent) < agent.slots);
  }

  private makeRoom(): void {
    const urgent = this.workshop
      .lanes()
      .filter(({ lane }) => lane.priority === 'urgent')
      .flatMap(({ key }) => this.workshop.head(key, this.slots));
    const still = [...this.working].filter(([, { since }]) => since === null);
    if (urgent.length === 0 && still.length === 0) return;
    const plan = planRoom(
      {
        ...{ urgent, candidates: this.candidates(), lodgers: this.lodgers() },
        yielded: still.map(([attemptId, { agent }]) => ({ attemptId, agentId: agent.name })),
      },
      this.placing,
    );
    for (const { attemptId, to } of plan.yields) this.standStill(attemptId, to);
    for (const { taskId, agentId, reasons } of plan.assignments)
      this.assign(taskId, agentId, reasons);
    for (const attemptId of plan.continues) this.goOn(attemptId);
  }

  private lodgers(): Lodger[] {
    const { state } = this.workshop;
    return [...this.working].flatMap(([attemptId, { since, agent }]) => {
      const attempt = state.attempt(attemptId);
      const isLow = attempt && state.task(attempt.taskId)?.priority === 'low';
      return isLow && since !== null
        ? [{ attemptId, agentId: agent.name, fence: attempt.fence }]
        : [];
    });
  }

  private candidates(): Candidate[] {
    return this.journal.agents().map((agent) => ({
      agent,
      vitals: vitalsOf(busySlots(this.workshop.state, agent) / agent.slots),
      repos: new Set(this.mirrors.get(agent.id)),
      record: (specialty) => this.records.of(agent.id, specialty),
    }));
  }

  private assign(taskId: TaskId, agentId: AgentId, reasons: PlacementReason[]): void {
    const events = this.workshop.submit(
      { type: 'task.assign', taskId, agentId, reasons },
      this.now,
      'scheduler',
    );
    const task = this.work.get(taskId);
    const agent = this.agents.get(agentId);
    const [event] = events;
    if (event?.type !== 'task.assigned' || !task || !agent) return;
    this.waits.push({ priority: task.priority, ms: this.now - task.arrivesAt });
    this.report(event.attemptId, { kind: 'started' });
    const leftMs = this.takes(task, agent);
    this.cost += (leftMs / HOUR) * agent.price;
    this.working.set(event.attemptId, { agent, leftMs, since: null, turn: 0 });
    this.start(event.attemptId);
  }

  private takes({ takesMs, repo, specialty }: SimTask, agent: SimAgent): number {
    const mirrors = this.mirrors.get(agent.name) ?? [];
    const cold = mirrors.includes(repo) ? 0 : agent.coldMs;
    const kept = [repo, ...mirrors.filter((one) => one !== repo)].slice(0, MOST_MIRRORS);
    this.mirrors.set(agent.name, kept);
    const fits = agent.specialties.includes(specialty) ? agent.specialtySpeed : 1;
    return cold + takesMs / (agent.speed * fits);
  }

  private start(attemptId: AttemptId): void {
    const one = this.working.get(attemptId);
    if (!one) return;
    one.since = this.now;
    this.moments.push({ at: this.now + one.leftMs, what: { ends: attemptId, turn: one.turn } });
  }

  private standStill(attemptId: AttemptId, to: TaskId): void {
    const one = this.working.get(attemptId);
    if (!one || one.since === null) return;
    this.workshop.submit({ type: 'attempt.yield', attemptId, to }, this.now, 'scheduler');
    this.yields += 1;
    one.leftMs -= this.now - one.since;
    one.since = null;
    one.turn += 1;
  }

  private goOn(attemptId: AttemptId): void {
    this.workshop.submit({ type: 'attempt.continue', attemptId }, this.now, 'scheduler');
    this.start(attemptId);
  }

  private end(attemptId: AttemptId, turn: number): void {
    const one = this.working.get(attemptId);
    if (!one || one.turn !== turn) return;
    this.working.delete(attemptId);
    this.report(attemptId, { kind: 'phase_started', phase: 'test' });
    this.report(attemptId, { kind: 'succeeded', change: { attemptId, ...CHANGE } });
    const attempt = this.workshop.state.attempt(attemptId);
    const startedAt = attempt?.startedAt ?? null;
    const specialty = attempt ? (this.work.get(attempt.taskId)?.specialty ?? null) : null;
    const tookMs = startedAt === null ? null : this.now - startedAt;
    this.records.add({
      agentId: one.agent.name,
      specialty,
      state: 'succeeded',
      code: null,
      tookMs,
    });
  }

  private report(attemptId: AttemptId, report: AttemptReport): void {
    const attempt = this.workshop.state.attempt(attemptId);
    if (!attempt) return;
    const { agentId, fence, reportSeq } = attempt;
    const about = { type: 'attempt.report' as const, agentId, attemptId, fence };
    this.workshop.submit({ ...about, seq: reportSeq + 1, report }, this.now, `agent:${agentId}`);
  }
}

/** What it changed does not matter here. */
const CHANGE = {
  ...{ branch: 'koubou/work', base: 'main', commit: 'c0ffee', baseCommit: 'c0ffed' },
  stats: { files: 1, insertions: 1, deletions: 0 },
  tests: { outcome: 'skipped' as const, why: 'simulated' },
};

function vitalsOf(cpu: number): Vitals {
  return { cpu, memoryUsedBytes: 0, memoryBytes: 1, diskFreeBytes: 1e12, load1: 0 };
}
