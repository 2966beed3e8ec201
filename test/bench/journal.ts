/**
 * Durable appends: events that went through the whole journal (rules, hash chain, tables), beside a plain better-sqlite3 that
 * does nothing but one INSERT per transaction on the same settings. They take turns, so that a busy disk is busy for all.
 * Then the start of a workshop with a million events behind it.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { PHASES, type AttemptReport } from '../../src/shared/domain/attempt.ts';
import type { Command } from '../../src/shared/domain/command.ts';
import type { Change } from '../../src/shared/domain/task.ts';
import {
  AgentId,
  attemptIdOf,
  taskIdOf,
  type AttemptId,
  type TaskId,
} from '../../src/shared/ids.ts';
import { configure } from '../../src/main/coordinator/db/open.ts';
import type { Journal } from '../../src/main/coordinator/journal/port.ts';
import { row, type Print } from './measure.ts';
import { openWorkshopJournal } from './open-journal.ts';

const AT_ONCE = 64;
const TURNS = 12;
const TURN_MS = 250;
const EVENTS = 1_000_000;

export async function benchJournal(print: Print): Promise<void> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'koubou-bench-journal-'));
  try {
    await benchAppends(print, scratch);
    await benchStart(print, scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function benchAppends(print: Print, scratch: string): Promise<void> {
  print('Durable appends per second (synchronous=FULL, one fsync per transaction)');
  const journal = openWorkshopJournal(path.join(scratch, 'appends'));
  const plain = openPlain(path.join(scratch, 'plain.db'));
  const runs: Record<string, () => number | Promise<number>> = {
    plain: times(plain.insert),
    batch: () => plain.together(times(plain.insert)),
    one: () => lives(journal, 1),
    life: () => lives(journal, AT_ONCE),
    create: () => submitAll(journal, Array.from({ length: AT_ONCE }, create)),
  };
  const rates = await takeTurns(runs);
  await journal.close();
  plain.close();
  const peer = rates['plain'] ?? 1;
  const show = (what: string, name: string, goal: string): void => {
    const rate = rates[name] ?? 0;
    const figure = `${Math.round(rate).toLocaleString('en')}/s ${(rate / peer).toFixed(1).padStart(6)}×`;
    print(row(what, figure, goal));
  };
  show('plain better-sqlite3: an insert per transaction', 'plain', 'the peer');
  show(
    `plain better-sqlite3: ${AT_ONCE} inserts per transaction`,
    'batch',
    'what batching can give',
  );
  show('journal: lives of tasks, one by one', 'one', '');
  show(`journal: lives of tasks, ${AT_ONCE} at once`, 'life', '≥ 15×');
  show(`journal: creations of tasks only, ${AT_ONCE} at once`, 'create', '');
}

function times(run: () => void): () => number {
  return () => {
    for (let n = 0; n < AT_ONCE; n++) run();
    return AT_ONCE;
  };
}

/** Rounds of all runs, each for a short while; answers appended events per second. A run answers how many it made. */
async function takeTurns(
  runs: Record<string, () => number | Promise<number>>,
): Promise<Record<string, number>> {
  const totals = new Map<string, { events: number; ms: number }>();
  // The first round warms up and is not counted.
  for (let turn = 0; turn <= TURNS; turn++) {
    for (const [name, run] of Object.entries(runs)) {
      const begun = performance.now();
      let events = 0;
      while (performance.now() - begun < TURN_MS) events += await run();
      const ms = performance.now() - begun;
      const total = totals.get(name);
      totals.set(
        name,
        total ? { events: total.events + events, ms: total.ms + ms } : { events: 0, ms: 0 },
      );
    }
  }
  return Object.fromEntries(
    [...totals].map(([name, { events, ms }]) => [name, (events / ms) * 1_000]),
  );
}

function openPlain(file: string) {
  const db = new Database(file);
  configure(db);
  db.exec(
    'CREATE TABLE events (seq INTEGER PRIMARY KEY, at REAL NOT NULL, actor TEXT NOT NULL, body TEXT NOT NULL) STRICT',
  );
  const insert = db.prepare<[number, string, string]>(
    'INSERT INTO events (at, actor, body) VALUES (?, ?, ?)',
  );
  return {
    insert() {
      const { type: _, ...body } = create();
      insert.run(Date.now(), 'bench', JSON.stringify({ type: 'task.created', ...body }));
    },
    together: db.transaction((run: () => number) => run()),
    close: () => db.close(),
  };
}

/** Submits all in one turn; answers how many events they made. */
async function submitAll(journal: Journal, commands: readonly Command[]): Promise<number> {
  const results = await Promise.all(
    commands.map((command) => journal.submit(command, { actor: 'bench' })),
  );
  return results.reduce((events, result) => {
    if (!result.ok) throw new Error(result.error.message);
    return events + result.value.events.length;
  }, 0);
}

/** New tasks from their creation to their merged change, step by step side by side, as 64 agents would report them. */
async function lives(journal: Journal, count: number): Promise<number> {
  const first = journal.workshop().lastTask + 1;
  const ids = Array.from({ length: count }, (_, index) => taskIdOf(first + index));
  const all = async (command: (id: TaskId) => Command): Promise<number> =>
    submitAll(journal, ids.map(command));
  let events = journal.agent(AGENT) ? 0 : await submitAll(journal, [connect()]);
  events += await all(create);
  events += await all((taskId) => ({ type: 'task.analyse', taskId, specialty: 'backend' }));
  events += await all((taskId) => ({
    type: 'task.assign',
    taskId,
    agentId: AGENT,
    reasons: [REASON],
  }));
  const fences = new Map(ids.map((id) => [id, journal.attempt(attemptIdOf(id, 1))?.fence ?? 0]));
  for (const [index, report] of REPORTS.entries()) {
    events += await all((id) => {
      const attemptId = attemptIdOf(id, 1);
      const held = { agentId: AGENT, attemptId, fence: fences.get(id) ?? 0, seq: index + 1 };
      return { type: 'attempt.report', ...held, report: report(attemptId) };
    });
  }
  events += await all((taskId) => ({ type: 'task.approve', taskId }));
  const merge = { state: 'merged', at: 0, commit: COMMIT, how: 'fast_forward' } as const;
  events += await all((taskId) => ({ type: 'task.merge_result', taskId, merge }));
  return events;
}

const AGENT = AgentId.parse('bench');
const COMMIT = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
const REASON = {
  agentId: AGENT,
  score: 9,
  parts: { freeSlots: 4, idleCpu: 3, cached: 2 },
  why: 'free slots, idle processor, repository in cache',
};

/** What an agent says in the course of an attempt. */
const REPORTS: ((attemptId: AttemptId) => AttemptReport)[] = [
  () => ({ kind: 'started' }),
  ...PHASES.flatMap((phase): ((attemptId: AttemptId) => AttemptReport)[] => [
    () => ({ kind: 'phase_started', phase }),
    () => ({ kind: 'phase_ended', phase, outcome: 'passed', detail: '3 files changed' }),
  ]),
  () => ({
    kind: 'usage',
    usage: { inputTokens: 9_000, outputTokens: 800, cachedInputTokens: 5_000, costUsd: 0.12 },
  }),
  (attemptId) => ({ kind: 'succeeded', change: changeOf(attemptId) }),
];

function changeOf(attemptId: AttemptId): Change {
  return {
    attemptId,
    branch: 'koubou/task-1-totals-are-wrong',
    commit: COMMIT,
    base: 'main',
    baseCommit: COMMIT,
    stats: { files: 3, insertions: 40, deletions: 12 },
    tests: { outcome: 'passed', command: 'npm test', exitCode: 0, durationMs: 2_400 },
  };
}

function create(): Command {
  return {
    type: 'task.create',
    title: 'Totals are wrong when a cart holds the same item twice',
    body: 'Add the same item twice and the total counts it once.\n\nExpected: the price times the amount.',
    repo: { url: '/home/user/projects/shop', base: 'main' },
    priority: 'normal',
    engine: { kind: 'command', run: 'true' },
    needs: [],
    after: [],
    at: null,
  };
}

function connect(): Command {
  const capabilities = {
    os: 'linux',
    arch: 'x64',
    hostname: 'bench',
    cpus: 1,
    memoryBytes: 0,
    diskFreeBytes: 0,
    tools: [],
    engines: [{ kind: 'command', version: '1', ready: true, why: null } as const],
    specialties: [],
    labels: [],
  };
  const from = { version: '0', address: '127.0.0.1', slots: AT_ONCE, capabilities };
  return { type: 'agent.connect', agentId: AGENT, name: 'bench', ...from };
}

async function benchStart(print: Print, scratch: string): Promise<void> {
  print(`Start with ${EVENTS.toLocaleString('en')} events`);
  const dir = path.join(scratch, 'start');
  const journal = openWorkshopJournal(dir);
  let number = 0;
  while (journal.seq() < EVENTS) {
    await submitAll(journal, Array.from({ length: 1_000 }, create));
    // Three more events each: analysis started, analysed, queued.
    const analysed = Array.from({ length: 1_000 }, (): Command => {
      number += 1;
      return { type: 'task.analyse', taskId: taskIdOf(number), specialty: 'backend' };
    });
    await submitAll(journal, analysed);
  }
  await journal.close();
  const mb = statSync(path.join(dir, 'koubou.db')).size / 1024 / 1024;
  const begun = performance.now();
  const again = openWorkshopJournal(dir);
  const { tasks } = again.snapshot();
  const ms = performance.now() - begun;
  await again.close();
  print(
    row(
      `open, check, and first snapshot (${tasks.length} tasks; ${mb.toFixed(0)} MB)`,
      `${ms.toFixed(0)} ms`,
      '< 2,000 ms',
    ),
  );
}
