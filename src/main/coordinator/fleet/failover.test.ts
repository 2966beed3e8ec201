/** An agent is lost, another takes over, the first comes back: what is refused, what is taken, what is gone on with. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AttemptReport } from '../../../shared/domain/attempt.ts';
import type { EventOf } from '../../../shared/domain/event.ts';
import { AttemptId } from '../../../shared/ids.ts';
import { AGENT_LOST_MS } from '../../../shared/protocol/timing.ts';
import {
  ATTEMPT,
  COMMIT,
  LOCAL,
  openTestFleet,
  OTHER,
  startWork,
  TASK,
  VITALS,
  type FakeAgent,
  type TestFleet,
} from './testing.ts';

const SECOND = AttemptId.parse('task-1.2');
const HELD = { attemptId: ATTEMPT, fence: 1 };

let workshop: TestFleet;

beforeEach(async () => {
  workshop = await openTestFleet();
});

afterEach(async () => {
  await workshop.close();
});

async function beat(agent: FakeAgent): Promise<void> {
  agent.send({ type: 'heartbeat', n: 1, vitals: VITALS, conditions: [] });
  await agent.frame('heartbeat');
}

async function reported(agent: FakeAgent, seq: number, report: AttemptReport): Promise<void> {
  agent.report(seq, report);
  await agent.frame('report_ack');
}

/** The agent vanishes for good; its task waits in the queue. */
async function lose(agent: FakeAgent): Promise<void> {
  agent.socket.terminate();
  await workshop.event('agent.disconnected');
  workshop.clock.advance(AGENT_LOST_MS);
  expect(await workshop.event('task.failed')).toMatchObject({ code: 'agent_lost' });
  await workshop.submit({ type: 'task.due', taskId: TASK });
}

async function takeOver(): Promise<FakeAgent> {
  const agent = await workshop.dial(`token-of-${OTHER}`);
  await agent.hello({ agentId: OTHER });
  await workshop.assign(OTHER);
  return agent;
}

async function comeBack(): Promise<FakeAgent> {
  const agent = await workshop.dial();
  await agent.hello({ holding: [{ ...HELD, reportSeq: 2 }] });
  return agent;
}

function fenced(): EventOf<'attempt.fenced'>[] {
  const events = workshop.journal.eventsAfter(0, 1_000).map(({ event }) => event);
  return events.filter((event) => event.type === 'attempt.fenced');
}

test('the next agent goes on from the last checkpoint', async () => {
  const agent = await startWork(workshop);
  await reported(agent, 2, { kind: 'checkpointed', commit: COMMIT });
  workshop.forge.commits.add(COMMIT);
  await lose(agent);
  const { spec } = await (await takeOver()).frame('assign');
  expect(spec).toMatchObject({
    attemptId: SECOND,
    fence: 2,
    lastFailure: null,
    workBranch: 'koubou/work/task-1.2',
    work: { attemptId: ATTEMPT, branch: 'koubou/work/task-1.1', commit: COMMIT, use: 'continue' },
  });
});

test('a checkpoint that is not in the mirror is not gone on with', async () => {
  const agent = await startWork(workshop);
  await reported(agent, 2, { kind: 'checkpointed', commit: COMMIT });
  await lose(agent);
  expect((await (await takeOver()).frame('assign')).spec.work).toBeNull();
});

test('what a failed attempt had done is context of the next, and why it failed', async () => {
  const agent = await startWork(workshop);
  workshop.forge.commits.add(COMMIT);
  await reported(agent, 2, { kind: 'checkpointed', commit: COMMIT });
  const failed = {
    kind: 'failed',
    code: 'tests_failed',
    message: 'two of them',
    tests: null,
  } as const;
  await reported(agent, 3, failed);
  workshop.clock.advance(5_000);
  await workshop.submit({ type: 'task.due', taskId: TASK });
  const { spec } = await (await takeOver()).frame('assign');
  expect(spec.work).toMatchObject({ commit: COMMIT, use: 'context' });
  expect(spec.lastFailure).toBe('two of them');
});

test('an attempt that is over is told so with all it needs to save its work, and fenced off once', async () => {
  const agent = await startWork(workshop);
  agent.output({ attemptId: ATTEMPT, stream: 'terminal', offset: 0, text: 'hello' });
  await beat(agent);
  await lose(agent);
  await takeOver();
  const back = await workshop.dial();
  const welcome = await back.hello({
    holding: [
      { ...HELD, reportSeq: 4 },
      { attemptId: SECOND, fence: 2, reportSeq: 0 },
      { attemptId: AttemptId.parse('task-9.1'), fence: 1, reportSeq: 0 },
    ],
  });
  expect(welcome).toMatchObject({
    attempts: [],
    over: [
      {
        ...HELD,
        terminal: 5,
        transcript: 0,
        repoPath: '/git/shop-1.git',
        workBranch: 'koubou/work/task-1.1',
        gitToken: 'git-task-1.1-1',
        unwanted: false,
      },
    ],
  });
  expect(await workshop.event('attempt.fenced')).toMatchObject({
    ...{ attemptId: ATTEMPT, agentId: LOCAL },
  });
  await comeBack();
  expect(fenced()).toHaveLength(1);
});

test.each<AttemptReport>([
  { kind: 'phase_started', phase: 'test' },
  { kind: 'phase_ended', phase: 'implement', outcome: 'passed', detail: null },
  {
    kind: 'usage',
    usage: { inputTokens: 1, outputTokens: 1, cachedInputTokens: 0, costUsd: null },
  },
  { kind: 'checkpointed', commit: COMMIT },
  { kind: 'paused' },
  { kind: 'resumed' },
  {
    kind: 'succeeded',
    change: {
      attemptId: ATTEMPT,
      branch: 'koubou/task-1-repair-the-total',
      commit: COMMIT,
      base: 'main',
      baseCommit: 'b'.repeat(40),
      stats: { files: 1, insertions: 1, deletions: 0 },
      tests: { outcome: 'skipped', why: 'there are none' },
    },
  },
  { kind: 'failed', code: 'tests_failed', message: 'no', tests: null },
  { kind: 'cancelled' },
])('of an attempt that is over, report "$kind" changes nothing', async (report) => {
  const agent = await startWork(workshop);
  workshop.forge.pushed.set('shop-1 koubou/task-1-repair-the-total', COMMIT);
  // A link that stays: the agent does not know yet.
  await workshop.submit({
    type: 'attempt.give_up',
    attemptId: ATTEMPT,
    code: 'agent_lost',
    message: 'gone',
  });
  await workshop.submit({ type: 'task.due', taskId: TASK });
  const next = await takeOver();
  await next.frame('assign');
  const before = workshop.journal.task(TASK);
  agent.report(2, report);
  agent.report(3, report);
  expect(await agent.frame('report_refused')).toMatchObject({ seq: 2, code: 'stale_attempt' });
  expect(await agent.frame('report_refused')).toMatchObject({ seq: 3, code: 'stale_attempt' });
  await workshop.event('attempt.fenced');
  await workshop.submit({ type: 'queue.pause' });
  expect(fenced().map(({ what }) => what)).toEqual([`report 2 (${report.kind})`]);
  expect(workshop.journal.task(TASK)).toEqual(before);
});

test('what is late of an attempt that a person called off is refused, and no more is made of it', async () => {
  const agent = await startWork(workshop);
  await workshop.submit({ type: 'task.cancel', taskId: TASK, reason: 'not needed' });
  agent.report(2, { kind: 'paused' });
  expect(await agent.frame('report_refused')).toMatchObject({ code: 'stale_attempt' });
  const again = await workshop.dial();
  const { over } = await again.hello({ holding: [{ ...HELD, reportSeq: 2 }] });
  expect(over).toMatchObject([{ ...HELD, unwanted: true }]);
  await workshop.submit({ type: 'queue.pause' });
  expect(fenced()).toEqual([]);
});

test('the recording of a lost attempt goes on when it comes back, until the agent says that it was all', async () => {
  const stream = 'terminal';
  const agent = await startWork(workshop);
  agent.output({ attemptId: ATTEMPT, stream, offset: 0, text: 'hello' });
  await beat(agent);
  await lose(agent);
  const { recordings } = workshop;
  expect([...recordings.finished, ...recordings.abandoned]).toEqual([]);
  const back = await comeBack();
  back.output({ attemptId: ATTEMPT, stream, offset: 5, text: ' world' });
  back.send({ type: 'output_end', ...HELD, terminal: 11, transcript: 0 });
  await beat(back);
  expect(recordings.end(ATTEMPT, stream)).toBe(11);
  expect(recordings.finished).toContain(ATTEMPT);
});

test.each([
  ['comes back without it', async () => void (await (await workshop.dial()).hello())],
  ['is removed', () => workshop.submit({ type: 'agent.remove', agentId: LOCAL })],
])('the recording of a lost attempt ends when its agent %s', async (_, happen) => {
  const agent = await startWork(workshop);
  agent.output({ attemptId: ATTEMPT, stream: 'terminal', offset: 0, text: 'hello' });
  await beat(agent);
  await lose(agent);
  await happen();
  expect(workshop.recordings.abandoned).toContain(ATTEMPT);
});

test('work that is kept is acknowledged when it is in the mirror, and gone on with', async () => {
  const agent = await startWork(workshop);
  await lose(agent);
  const back = await comeBack();
  back.send({ type: 'work_kept', ...HELD, commit: COMMIT });
  await beat(back);
  expect(workshop.journal.attempt(ATTEMPT)?.kept).toBeNull();
  workshop.forge.commits.add(COMMIT);
  back.send({ type: 'work_kept', ...HELD, commit: COMMIT });
  expect(await back.frame('work_kept_ack')).toMatchObject({ attemptId: ATTEMPT });
  expect(workshop.journal.attempt(ATTEMPT)?.kept).toMatchObject({ commit: COMMIT });
  const { spec } = await (await takeOver()).frame('assign');
  expect(spec.work).toMatchObject({ commit: COMMIT, use: 'continue' });
});

test('a task whose processes die twice under it is parked with the evidence', async () => {
  await startWork(workshop);
  const again = await workshop.dial();
  await again.hello();
  await workshop.submit({ type: 'task.due', taskId: TASK });
  await workshop.assign();
  await again.frame('assign');
  again.report(1, { kind: 'started' }, { attemptId: SECOND, fence: 2 });
  await again.frame('report_ack');
  await (await workshop.dial()).hello();
  const task = workshop.journal.task(TASK);
  expect(task).toMatchObject({ state: 'failed', failure: { code: 'kills_agents', retryAt: null } });
  expect(task?.failure?.message).toContain('task-1.1 on local-1');
});

test('the troubles of an agent are recorded when they change, and keep work away', async () => {
  const agent = await workshop.dial();
  await agent.hello();
  const full = { kind: 'disk_full', since: 1, message: 'no room' } as const;
  const send = async (conditions: object[]): Promise<void> => {
    agent.send({ type: 'heartbeat', n: 1, vitals: VITALS, conditions });
    await agent.frame('heartbeat');
    await workshop.submit({ type: 'queue.pause' });
  };
  await send([full]);
  await send([{ ...full, message: 'still no room' }]);
  expect(workshop.journal.agent(LOCAL)?.conditions).toEqual([full]);
  await workshop.queueTask();
  await expect(workshop.assign()).rejects.toThrow('no room');
  await send([]);
  expect(workshop.journal.agent(LOCAL)?.conditions).toEqual([]);
  const changes = workshop.journal
    .eventsAfter(0, 100)
    .filter(({ event }) => event.type === 'agent.conditions_changed');
  expect(changes).toHaveLength(2);
});

test('an agent that is draining finishes what it holds, and is given no more', async () => {
  const agent = await startWork(workshop);
  await workshop.submit({ type: 'agent.drain', agentId: LOCAL, draining: true });
  await reported(agent, 2, { kind: 'phase_started', phase: 'implement' });
  expect(workshop.journal.agent(LOCAL)).toMatchObject({ state: 'maintenance', running: [ATTEMPT] });
  const failed = { kind: 'failed', code: 'tests_failed', message: 'no', tests: null } as const;
  await reported(agent, 3, failed);
  workshop.clock.advance(5_000);
  await workshop.submit({ type: 'task.due', taskId: TASK });
  await expect(workshop.assign()).rejects.toThrow('draining');
});

test('after a restart of the coordinator an attempt that is still held goes on, and is given to nobody', async () => {
  const agent = await startWork(workshop);
  await reported(agent, 2, { kind: 'phase_started', phase: 'implement' });
  workshop = await workshop.crash();
  workshop.clock.advance(AGENT_LOST_MS - 1);
  const back = await workshop.dial();
  const { attempts, over } = await back.hello({ holding: [{ ...HELD, reportSeq: 3 }] });
  expect([attempts, over]).toMatchObject([[{ ...HELD, reportSeq: 2 }], []]);
  await reported(back, 3, { kind: 'resumed' });
  workshop.clock.advance(AGENT_LOST_MS - 1);
  expect(workshop.journal.task(TASK)).toMatchObject({ state: 'in_progress', attempts: 1 });
});
