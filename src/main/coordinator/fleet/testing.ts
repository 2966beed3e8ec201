/** For tests of this folder: a fleet on a real journal and real sockets, a clock that is moved by hand, and an agent played by the test. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import type { Clock } from '../../../shared/clock.ts';
import type { Capabilities, Vitals } from '../../../shared/domain/agent.ts';
import type { AttemptReport } from '../../../shared/domain/attempt.ts';
import type { Command } from '../../../shared/domain/command.ts';
import type { Event, EventOf, EventType } from '../../../shared/domain/event.ts';
import { rejection } from '../../../shared/errors.ts';
import { AgentId, AttemptId, TaskId } from '../../../shared/ids.ts';
import { ToAgent, type FromAgent } from '../../../shared/protocol/agent.ts';
import { encodeOutput, type OutputFrame } from '../../../shared/protocol/output.ts';
import type { TaskOrder } from '../../../shared/protocol/task-order.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { DEFAULT_LIMITS } from '../../../shared/settings.ts';
import type { PreparedRepo, RepoProblem } from '../forge/port.ts';
import { openJournal } from '../journal/open.ts';
import type { Journal } from '../journal/port.ts';
import type { Release } from '../releases/releases.ts';
import { startFleet, type FleetService } from './fleet.ts';
import type { TakeOrder } from './port.ts';
import { countingRecordings, type CountingRecordings } from './testing-recordings.ts';
import { openSelfTestRepo, type SelfTestRepo } from './self-test-repo.ts';

export const LOCAL = AgentId.parse('local-1');
export const OTHER = AgentId.parse('local-2');
export const TASK = TaskId.parse('task-1');
export const ATTEMPT = AttemptId.parse('task-1.1');
export const COMMIT = 'c'.repeat(40);

const NEW_TASK: Command = {
  type: 'task.create',
  title: 'Repair the total',
  body: 'It is wrong.',
  repo: { url: '/srv/shop', base: 'main' },
  priority: 'normal',
  engine: { kind: 'command', run: 'true' },
  needs: [],
  after: [],
  at: null,
};

export interface ManualClock extends Clock {
  /** Moves on, running what becomes due, in order. */
  advance(ms: number): void;
  /** Timers that are set. */
  waiting(): number;
}

export function manualClock(): ManualClock {
  let time = 0;
  const due = new Map<object, { at: number; run: () => void }>();
  return {
    now: () => 1_700_000_000_000 + time,
    monotonic: () => time,
    after(ms, run) {
      const key = {};
      due.set(key, { at: time + ms, run });
      return () => due.delete(key);
    },
    waiting: () => due.size,
    advance(ms) {
      const end = time + ms;
      for (;;) {
        const [first] = [...due]
          .filter(([, { at }]) => at <= end)
          .toSorted(([, a], [, b]) => a.at - b.at);
        if (!first) break;
        due.delete(first[0]);
        time = Math.max(time, first[1].at);
        first[1].run();
      }
      time = end;
    },
  };
}

/** Branches that were pushed, and what `prepare` answers. */
export interface TestForge {
  pushed: Map<string, string>;
  /** Commits in the mirror, besides. */
  commits: Set<string>;
  prepared: Result<PreparedRepo, RepoProblem>;
  prepare(): Promise<Result<PreparedRepo, RepoProblem>>;
  pushedCommit(key: string, branch: string): Promise<string | undefined>;
  hasCommit(key: string, commit: string): Promise<boolean>;
}

export interface TestFleet {
  readonly journal: Journal;
  readonly fleet: FleetService;
  readonly clock: ManualClock;
  readonly forge: TestForge;
  readonly recordings: CountingRecordings;
  readonly selfTestRepo: SelfTestRepo;
  /** What there is to update agents to. */
  readonly releases: Release[];
  /** What agents ordered; tasks are given out as `TASK`, cancellations refused. */
  readonly orders: { agentId: AgentId; order: TaskOrder }[];
  readonly log: string[];
  /** Opens a socket as an agent; says nothing by itself. `member`: whose certificate it has shown. */
  dial(token?: string, member?: AgentId): Promise<FakeAgent>;
  /** Submits, and fails the test on a refusal. */
  submit(command: Command): Promise<void>;
  /** Resolves with the first event, past or future, that matches. */
  event<T extends EventType>(type: T): Promise<EventOf<T>>;
  /** One task, queued. */
  queueTask(): Promise<void>;
  /** That task, assigned to the agent, or another. */
  assign(agentId?: AgentId): Promise<void>;
  /** Ends as if killed, and begins anew on the same data folder. */
  crash(): Promise<TestFleet>;
  close(): Promise<void>;
}

export async function openTestFleet(
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-fleet-')),
): Promise<TestFleet> {
  const clock = manualClock();
  const journal = opened(dir, clock);
  const recordings = countingRecordings();
  const forge = testForge();
  const [log, orders]: [string[], TestFleet['orders']] = [[], []];
  const releases: Release[] = [];
  const selfTestRepo = openSelfTestRepo({
    dataDir: dir,
    secret: 'secret',
    env: process.env,
    clock,
  });
  const fleet = await startFleet({
    selfTestRepo,
    releases: {
      list: () => releases,
      find: (platform) => releases.find((release) => release.platform === platform) ?? null,
    },
    renew: () => {},
    journal,
    recordings,
    forge,
    clock,
    log: pino({ level: 'info' }, { write: (line: string) => log.push(line) }),
    limits: () => DEFAULT_LIMITS,
    takeOrder: orderTaker(orders),
    agentToken: (id) => `token of ${id}`.replaceAll(' ', '-'),
    gitToken: (id, fence) => `git-${id}-${fence}`,
    grantModels: (id, fence) => ({
      path: '/models',
      key: `kbm-${id}-${fence}`,
      providers: ['anthropic'],
    }),
    repoKey: () => 'shop-1',
  });
  const server = createServer();
  server.on('upgrade', (request, socket, head) => {
    // Played here: what the door to the LAN has found out.
    const member = AgentId.safeParse(request.headers['x-member']).data;
    fleet.upgrade(request, socket, head, member);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    journal,
    fleet,
    clock,
    forge,
    recordings,
    selfTestRepo,
    releases,
    orders,
    log,
    ...actions({ journal, server, fleet, dir }),
  };
}

function testForge(): TestForge {
  const forge: TestForge = {
    pushed: new Map(),
    commits: new Set(),
    prepared: ok({ key: 'shop-1', base: 'main', baseCommit: 'b'.repeat(40) }),
    prepare: async () => forge.prepared,
    pushedCommit: async (key, branch) => forge.pushed.get(`${key} ${branch}`),
    hasCommit: async (_, commit) => forge.commits.has(commit),
  };
  return forge;
}

function orderTaker(orders: TestFleet['orders']): TakeOrder {
  return async (agentId, order) => {
    orders.push({ agentId, order });
    return order.kind === 'create' ? ok(TASK) : fail(rejection('not_found', 'there is none'));
  };
}

function opened(dir: string, clock: Clock): Journal {
  const journal = openJournal({ dir, clock, endOfTurn: setImmediate });
  if (!journal.ok) throw new Error(journal.error.message);
  return journal.value;
}

type Parts = { journal: Journal; server: Server; fleet: FleetService; dir: string };

function actions({
  journal,
  server,
  fleet,
  dir,
}: Parts): Pick<
  TestFleet,
  'dial' | 'submit' | 'event' | 'queueTask' | 'assign' | 'crash' | 'close'
> {
  const sockets: WebSocket[] = [];
  async function submit(command: Command): Promise<void> {
    const result = await journal.submit(command, { actor: 'test' });
    if (!result.ok) throw new Error(result.error.message);
  }
  async function end(): Promise<void> {
    await fleet.close();
    for (const socket of sockets) socket.terminate();
    server.close();
  }
  return {
    submit,
    async dial(token = `token-of-${LOCAL}`, member) {
      const address = server.address();
      if (typeof address !== 'object' || !address) throw new Error('not listening');
      const socket = new WebSocket(`ws://127.0.0.1:${address.port}/agent`, {
        headers: { authorization: `Bearer ${token}`, ...(member && { 'x-member': member }) },
      });
      sockets.push(socket);
      const agent = fakeAgent(socket);
      await once(socket, 'open');
      return agent;
    },
    async event<T extends EventType>(type: T) {
      const matches = (event: Event): event is EventOf<T> => event.type === type;
      const past = journal.eventsAfter(0, 1_000).map(({ event }) => event);
      return past.findLast(matches) ?? (await nextEvent(journal, matches));
    },
    async queueTask() {
      await submit(NEW_TASK);
      await submit({ type: 'task.analyse', taskId: TASK, specialty: 'general' });
    },
    assign: (agentId = LOCAL) =>
      submit({ type: 'task.assign', taskId: TASK, agentId, reasons: [] }),
    async crash() {
      // With the journal closed first, nothing that the end leads to is written.
      await journal.close();
      await end();
      return await openTestFleet(dir);
    },
    async close() {
      await end();
      await journal.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function nextEvent<E extends Event>(
  journal: Journal,
  matches: (event: Event) => event is E,
): Promise<E> {
  return await new Promise((resolve) => {
    const end = journal.subscribe((events) => {
      const found = events.map(({ event }) => event).find(matches);
      if (!found) return;
      end();
      resolve(found);
    });
  });
}

export interface FakeAgent {
  readonly socket: WebSocket;
  send(frame: FromAgent | Record<string, unknown>): void;
  output(frame: Omit<OutputFrame, 'bytes'> & { text: string }): void;
  hello(
    more?: Partial<Extract<FromAgent, { type: 'hello' }>>,
  ): Promise<Extract<ToAgent, { type: 'welcome' }>>;
  report(seq: number, report: AttemptReport, held?: { attemptId: AttemptId; fence: number }): void;
  /** The first frame of this type not yet taken. */
  frame<T extends ToAgent['type']>(type: T): Promise<Extract<ToAgent, { type: T }>>;
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
}

function fakeAgent(socket: WebSocket): FakeAgent {
  const inbox: ToAgent[] = [];
  const waiting = new Set<() => void>();
  socket.on('message', (data) => {
    inbox.push(ToAgent.parse(JSON.parse(Buffer.isBuffer(data) ? data.toString() : '')));
    for (const wake of waiting) wake();
  });
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  socket.on('error', () => {});

  async function frame<T extends ToAgent['type']>(type: T): Promise<Extract<ToAgent, { type: T }>> {
    for (;;) {
      const found = inbox.find(
        (candidate): candidate is Extract<ToAgent, { type: T }> => candidate.type === type,
      );
      if (found) {
        inbox.splice(inbox.indexOf(found), 1);
        return found;
      }
      const woken = new Promise<'woken'>((resolve) => {
        const wake = (): void => {
          waiting.delete(wake);
          resolve('woken');
        };
        waiting.add(wake);
      });
      const first = await Promise.race([woken, closed]);
      if (first !== 'woken' && !inbox.some((candidate) => candidate.type === type)) {
        throw new Error(
          `closed with ${first} before "${type}" came; the rest: ${JSON.stringify(inbox)}`,
        );
      }
    }
  }

  const send = (message: object): void => socket.send(JSON.stringify(message));
  return {
    socket,
    send,
    frame,
    closed,
    output: ({ text, ...rest }) => socket.send(encodeOutput({ ...rest, bytes: Buffer.from(text) })),
    async hello(more = {}) {
      const greeting = {
        protocol: 1,
        agentId: LOCAL,
        name: 'PC',
        version: '1',
        slots: 2,
        capabilities: CAPABILITIES,
        repos: [],
        holding: [],
      };
      send({ type: 'hello', ...greeting, ...more });
      return await frame('welcome');
    },
    report: (seq, report, held = { attemptId: ATTEMPT, fence: 1 }) =>
      send({ type: 'report', ...held, seq, report }),
  };
}

/** An agent that was given the one task and has said that it started. */
export async function startWork(workshop: TestFleet): Promise<FakeAgent> {
  const agent = await workshop.dial();
  await agent.hello();
  await workshop.queueTask();
  await workshop.assign();
  await agent.frame('assign');
  agent.report(1, { kind: 'started' });
  await agent.frame('report_ack');
  return agent;
}

export const VITALS: Vitals = {
  cpu: 0.1,
  memoryUsedBytes: 1e9,
  memoryBytes: 8e9,
  diskFreeBytes: 1e11,
  load1: 0.5,
};

const CAPABILITIES: Capabilities = {
  os: 'linux',
  arch: 'x64',
  hostname: 'pc',
  cpus: 4,
  memoryBytes: 8e9,
  diskFreeBytes: 1e11,
  tools: [],
  engines: [{ kind: 'command', version: '1', ready: true, why: null }],
  specialties: [],
  labels: [],
};

export function problem(
  code: RepoProblem['code'],
  message: string,
): Result<PreparedRepo, RepoProblem> {
  return fail({ code, message });
}
