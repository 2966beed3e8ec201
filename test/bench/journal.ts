/**
 * Durable appends: commands through the whole journal (rules, hash chain, tables), beside a plain better-sqlite3 that does
 * nothing but one INSERT per transaction on the same settings. The two take turns, so that a busy disk is busy for
 * both. Then the start of a workshop with a million events behind it.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import type { Command } from '../../src/shared/domain/command.ts';
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
  const times = (run: () => void) => () => {
    for (let n = 0; n < AT_ONCE; n++) run();
    return AT_ONCE;
  };
  let attempts: Running[] = [];
  const runs: Record<string, Run> = {
    plain: { run: times(plain.insert) },
    batch: { run: () => plain.together(times(plain.insert)) },
    createOne: { run: () => submitAll(journal, [create()]) },
    create: { run: () => submitAll(journal, Array.from({ length: AT_ONCE }, create)) },
    report: {
      // New attempts each time: one that reports for ever is no real one.
      prepare: async () => (attempts = await startAttempts(journal, attempts)),
      run: () => submitAll(journal, attempts.map(nextReport)),
    },
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
  show('journal: create a task, one by one', 'createOne', '');
  show(`journal: create a task, ${AT_ONCE} at once`, 'create', '≥ 15×');
  show(`journal: report of an attempt, ${AT_ONCE} at once`, 'report', '≥ 15×');
}

interface Run {
  /** Not timed. */
  readonly prepare?: () => Promise<unknown>;
  /** Answers how many appends it made. */
  readonly run: () => number | Promise<number>;
}

/** Rounds of all runs, each for a short while; answers appends per second. */
async function takeTurns(runs: Record<string, Run>): Promise<Record<string, number>> {
  const totals = new Map<string, { appends: number; ms: number }>();
  // The first round warms up and is not counted.
  for (let turn = 0; turn <= TURNS; turn++) {
    for (const [name, { prepare, run }] of Object.entries(runs)) {
      await prepare?.();
      const begun = performance.now();
      let appends = 0;
      while (performance.now() - begun < TURN_MS) appends += await run();
      const ms = performance.now() - begun;
      const total = totals.get(name);
      totals.set(
        name,
        total ? { appends: total.appends + appends, ms: total.ms + ms } : { appends: 0, ms: 0 },
      );
    }
  }
  return Object.fromEntries(
    [...totals].map(([name, { appends, ms }]) => [name, (appends / ms) * 1_000]),
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

async function submitAll(journal: Journal, commands: readonly Command[]): Promise<number> {
  const results = await Promise.all(
    commands.map((command) => journal.submit(command, { actor: 'bench' })),
  );
  for (const result of results) if (!result.ok) throw new Error(result.error.message);
  return results.length;
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

const AGENT = AgentId.parse('bench');

interface Running {
  readonly taskId: TaskId;
  readonly attemptId: AttemptId;
  readonly fence: number;
  seq: number;
}

/** As many new attempts as report at once, all under way, in place of the earlier ones. */
async function startAttempts(journal: Journal, earlier: readonly Running[]): Promise<Running[]> {
  await submitAll(
    journal,
    earlier.map(({ taskId }) => ({ type: 'task.cancel', taskId, reason: 'measured' })),
  );
  await submitAll(journal, [connect()]);
  const first = journal.workshop().lastTask + 1;
  const ids = Array.from({ length: AT_ONCE }, (_, index) => taskIdOf(first + index));
  await submitAll(journal, ids.map(create));
  await submitAll(
    journal,
    ids.map((taskId) => ({ type: 'task.analyse', taskId, specialty: 'general' })),
  );
  await submitAll(
    journal,
    ids.map((taskId) => ({ type: 'task.assign', taskId, agentId: AGENT, reasons: [] })),
  );
  const running = ids.map((taskId) => {
    const attemptId = attemptIdOf(taskId, 1);
    return { taskId, attemptId, fence: journal.attempt(attemptId)?.fence ?? 0, seq: 0 };
  });
  await submitAll(
    journal,
    running.map((attempt) => report(attempt, { kind: 'started' })),
  );
  return running;
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

function nextReport(attempt: Running): Command {
  const usage = {
    inputTokens: attempt.seq * 10,
    outputTokens: attempt.seq,
    cachedInputTokens: 0,
    costUsd: null,
  };
  return report(attempt, { kind: 'usage', usage });
}

function report(
  attempt: Running,
  what: Extract<Command, { type: 'attempt.report' }>['report'],
): Command {
  attempt.seq += 1;
  const { attemptId, fence, seq } = attempt;
  return { type: 'attempt.report', agentId: AGENT, attemptId, fence, seq, report: what };
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
