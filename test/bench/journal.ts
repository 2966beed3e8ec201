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
import { AgentId, type AttemptId, attemptIdOf, taskIdOf } from '../../src/shared/ids.ts';
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
  print(`Durable appends per second (one fsync per transaction, synchronous=FULL)`);
  const journal = openWorkshopJournal(path.join(scratch, 'appends'));
  const plain = openPlain(path.join(scratch, 'plain.db'));
  const attempts = await startAttempts(journal);
  const runs = {
    plain: async () => plain.insert(),
    createOne: async () => submitAll(journal, [create()]),
    create: async () => submitAll(journal, Array.from({ length: AT_ONCE }, create)),
    report: async () => submitAll(journal, attempts.map(nextReport)),
  };
  const totals = await takeTurns(runs);
  await journal.close();
  plain.close();
  const rate = (name: keyof typeof runs): string => Math.round(totals[name]).toLocaleString('en');
  const ratio = (name: keyof typeof runs): string => `${(totals[name] / totals.plain).toFixed(1)}×`;
  print(row('plain better-sqlite3, an insert per transaction', `${rate('plain')}/s`, 'peer'));
  print(row('create a task, one by one', `${rate('createOne')}/s   ${ratio('createOne')}`, ''));
  print(
    row(`create a task, ${AT_ONCE} at once`, `${rate('create')}/s   ${ratio('create')}`, '≥ 15×'),
  );
  print(
    row(
      `report of an attempt, ${AT_ONCE} at once`,
      `${rate('report')}/s   ${ratio('report')}`,
      '≥ 15×',
    ),
  );
}

/** Rounds of all runs, each for a short while; answers appends per second. */
async function takeTurns<N extends string>(
  runs: Record<N, () => Promise<number>>,
): Promise<Record<N, number>> {
  const names = Object.keys(runs) as N[];
  const done = new Map<N, { appends: number; ms: number }>(
    names.map((name) => [name, { appends: 0, ms: 0 }]),
  );
  // The first round warms up and is not counted.
  for (let turn = 0; turn <= TURNS; turn++) {
    for (const name of names) {
      const begun = performance.now();
      let appends = 0;
      while (performance.now() - begun < TURN_MS) appends += await runs[name]();
      const total = done.get(name);
      if (turn === 0 || !total) continue;
      total.appends += appends;
      total.ms += performance.now() - begun;
    }
  }
  return Object.fromEntries(
    [...done].map(([name, { appends, ms }]) => [name, (appends / ms) * 1000]),
  ) as Record<N, number>;
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
      return 1;
    },
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
  readonly attemptId: AttemptId;
  readonly fence: number;
  seq: number;
}

/** As many attempts as report at once, all under way. */
async function startAttempts(journal: Journal): Promise<Running[]> {
  await submitAll(journal, [
    {
      type: 'agent.connect',
      agentId: AGENT,
      name: 'bench',
      version: '0',
      address: '127.0.0.1',
      slots: AT_ONCE,
      capabilities: {
        os: 'linux',
        arch: 'x64',
        hostname: 'bench',
        cpus: 1,
        memoryBytes: 0,
        diskFreeBytes: 0,
        tools: [],
        engines: [{ kind: 'command', version: '1', ready: true, why: null }],
        specialties: [],
        labels: [],
      },
    },
  ]);
  const numbers = Array.from({ length: AT_ONCE }, (_, index) => index + 1);
  await submitAll(journal, numbers.map(create));
  await submitAll(
    journal,
    numbers.map((n) => ({ type: 'task.analyse', taskId: taskIdOf(n), specialty: 'general' })),
  );
  await submitAll(
    journal,
    numbers.map((n) => ({ type: 'task.assign', taskId: taskIdOf(n), agentId: AGENT, reasons: [] })),
  );
  const running = numbers.map((n) => {
    const attemptId = attemptIdOf(taskIdOf(n), 1);
    return { attemptId, fence: journal.attempt(attemptId)?.fence ?? 0, seq: 0 };
  });
  await submitAll(
    journal,
    running.map((attempt) => report(attempt, { kind: 'started' })),
  );
  return running;
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
