/** For tests: data folders that go away by themselves, a clock moved by hand, and journals that are closed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers';
import type { Clock } from '../../../shared/clock.ts';
import type { AttemptReport } from '../../../shared/domain/attempt.ts';
import type { Command, CommandOf } from '../../../shared/domain/command.ts';
import { changeOf } from '../../../shared/domain/testing.ts';
import { AgentId, attemptIdOf, type TaskId } from '../../../shared/ids.ts';
import { openJournal, type OpenJournal } from './open.ts';
import type { Committed, Journal } from './port.ts';

export interface TestFolder extends Disposable {
  readonly dir: string;
  readonly file: string;
}

export function testFolder(): TestFolder {
  const dir = mkdtempSync(path.join(tmpdir(), 'koubou-journal-'));
  return {
    dir,
    file: path.join(dir, 'koubou.db'),
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
  };
}

export interface TestClock extends Clock {
  /** Moves time on and runs the timers that are due, earliest first. */
  advance(ms: number): void;
  /** Moves the wall clock only, as when a machine wakes up or its clock is set. */
  jump(ms: number): void;
  /** Timers that wait. */
  readonly waiting: number;
}

/** 1 January 2026, at noon. */
const NOON = 1_767_268_800_000;

export function testClock(): TestClock {
  let wall = NOON;
  let monotonic = 0;
  let timers: { at: number; run: () => void }[] = [];
  return {
    now: () => wall,
    monotonic: () => monotonic,
    after(ms, run) {
      const timer = { at: monotonic + ms, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance(ms) {
      wall += ms;
      monotonic += ms;
      for (;;) {
        const [next] = timers.filter(({ at }) => at <= monotonic).toSorted((a, b) => a.at - b.at);
        if (!next) return;
        timers = timers.filter((other) => other !== next);
        next.run();
      }
    },
    jump(ms) {
      wall += ms;
    },
    get waiting() {
      return timers.length;
    },
  };
}

/** Opens a journal that must open. */
export function openTestJournal(dir: string, clock: Clock = testClock()): OpenJournal {
  const journal = openJournal({ dir, clock, endOfTurn: setImmediate });
  if (!journal.ok) throw new Error(journal.error.message);
  return journal.value;
}

export const ALICE = AgentId.parse('alice');

export function create(options: Partial<CommandOf<'task.create'>> = {}): CommandOf<'task.create'> {
  return {
    type: 'task.create',
    title: 'Fix the total',
    body: 'It is wrong.',
    repo: { url: '/srv/shop', base: 'main' },
    priority: 'normal',
    engine: { kind: 'command', run: 'true' },
    needs: [],
    after: [],
    at: null,
    ...options,
  };
}

export function connect(agentId: AgentId = ALICE, slots = 1, tools: string[] = []): Command {
  return {
    type: 'agent.connect',
    agentId,
    name: agentId,
    version: '1.0.0',
    address: '127.0.0.1',
    slots,
    capabilities: {
      os: 'linux',
      arch: 'x64',
      hostname: agentId,
      cpus: 4,
      memoryBytes: 8e9,
      diskFreeBytes: 1e11,
      tools: tools.map((name) => ({ name, version: '1', path: `/usr/bin/${name}` })),
      engines: [{ kind: 'command', version: '1', ready: true, why: null }],
      specialties: [],
      labels: [],
    },
  };
}

/** Submits a command that must be taken. */
export async function must(journal: Pick<Journal, 'submit'>, command: Command): Promise<Committed> {
  const result = await journal.submit(command, { actor: 'test' });
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}

/** Creates a task that must be taken. */
export async function mustCreate(
  journal: Pick<Journal, 'submit'>,
  options: Partial<CommandOf<'task.create'>> = {},
): Promise<TaskId> {
  const { events } = await must(journal, create(options));
  const event = events[0]?.event;
  if (event?.type !== 'task.created') throw new Error('no task was created');
  return event.taskId;
}

/** Creates a task that waits in the queue. */
export async function mustQueue(
  journal: Pick<Journal, 'submit'>,
  options: Partial<CommandOf<'task.create'>> = {},
): Promise<TaskId> {
  const taskId = await mustCreate(journal, options);
  await must(journal, { type: 'task.analyse', taskId, specialty: 'general' });
  return taskId;
}

/** Takes an assigned task so far that its merge is asked for: its first attempt succeeds, and its change is approved. */
export async function mustApprove(
  journal: Pick<Journal, 'submit' | 'attempt'>,
  taskId: TaskId,
): Promise<void> {
  const attemptId = attemptIdOf(taskId, 1);
  const attempt = journal.attempt(attemptId);
  if (!attempt) throw new Error(`${taskId} is not assigned`);
  const { agentId, fence } = attempt;
  const reports: AttemptReport[] = [
    { kind: 'started' },
    { kind: 'phase_started', phase: 'test' },
    { kind: 'succeeded', change: changeOf(attemptId) },
  ];
  for (const [index, report] of reports.entries()) {
    await must(journal, {
      type: 'attempt.report',
      agentId,
      attemptId,
      fence,
      seq: index + 1,
      report,
    });
  }
  await must(journal, { type: 'task.approve', taskId });
}

/** Takes an assigned task all the way: its first attempt succeeds, and its change is merged. */
export async function mustComplete(
  journal: Pick<Journal, 'submit' | 'attempt'>,
  taskId: TaskId,
): Promise<void> {
  await mustApprove(journal, taskId);
  const merge = { state: 'merged', at: 0, commit: 'c0ffee', how: 'fast_forward' } as const;
  await must(journal, { type: 'task.merge_result', taskId, merge });
}
