/** Agents that behave, agents that do not, and agents that vanish, over real sockets on a real journal. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Change } from '../../../shared/domain/task.ts';
import { AgentId, AttemptId } from '../../../shared/ids.ts';
import { AGENT_LOST_MS } from '../../../shared/protocol/timing.ts';
import { CLOSE } from './link.ts';
import {
  ATTEMPT,
  COMMIT,
  LOCAL,
  openTestFleet,
  problem,
  startWork,
  TASK,
  VITALS,
  type FakeAgent,
  type TestFleet,
} from './testing.ts';

let workshop: TestFleet;

beforeEach(async () => {
  workshop = await openTestFleet();
});

afterEach(async () => {
  await workshop.close();
});

const HELD = { attemptId: ATTEMPT, fence: 1 };
const BRANCH = 'koubou/task-1-repair-the-total';

const CHANGE: Change = {
  attemptId: ATTEMPT,
  branch: BRANCH,
  commit: COMMIT,
  base: 'main',
  baseCommit: 'b'.repeat(40),
  stats: { files: 1, insertions: 1, deletions: 0 },
  tests: { outcome: 'skipped', why: 'there are none' },
};

const atWork = (): Promise<FakeAgent> => startWork(workshop);

async function testing(agent: FakeAgent): Promise<void> {
  agent.report(2, { kind: 'phase_started', phase: 'test' });
  await agent.frame('report_ack');
}

test.each([
  [4, undefined],
  [5, { path: '/models', key: 'kbm-task-1.1-1', providers: ['anthropic'] }],
])('an agent of protocol %i is given a way to models: %o', async (protocol, models) => {
  const agent = await workshop.dial();
  await agent.hello({ protocol });
  await workshop.queueTask();
  await workshop.assign();
  expect((await agent.frame('assign')).spec.models).toEqual(models);
});

test('an agent is given the task, reports, and is acknowledged after the commit', async () => {
  const agent = await workshop.dial();
  const welcome = await agent.hello();
  expect(welcome.attempts).toEqual([]);
  expect(workshop.journal.agent(LOCAL)?.state).toBe('idle');
  await workshop.queueTask();
  await workshop.assign();
  const { spec } = await agent.frame('assign');
  expect(spec).toMatchObject({
    attemptId: ATTEMPT,
    fence: 1,
    title: 'Repair the total',
    branch: BRANCH,
    gitToken: 'git-task-1.1-1',
    repo: { key: 'shop-1', path: '/git/shop-1.git', startFrom: null },
    lastFailure: null,
  });
  agent.report(1, { kind: 'started' });
  expect(await agent.frame('report_ack')).toMatchObject({ attemptId: ATTEMPT, seq: 1 });
  expect(workshop.journal.task(TASK)?.state).toBe('in_progress');
  await testing(agent);
  workshop.forge.pushed.set(`shop-1 ${BRANCH}`, COMMIT);
  agent.report(3, { kind: 'succeeded', change: CHANGE });
  await agent.frame('report_ack');
  expect(workshop.journal.task(TASK)?.state).toBe('review');
});

test('a report that comes twice is acknowledged twice and applied once', async () => {
  const agent = await atWork();
  const before = workshop.journal.seq();
  agent.report(1, { kind: 'started' });
  expect(await agent.frame('report_ack')).toMatchObject({ seq: 1 });
  expect(workshop.journal.seq()).toBe(before);
});

test.each([
  ['nothing was pushed', undefined],
  ['another commit was pushed', 'd'.repeat(40)],
])('a success is refused when %s', async (_, pushed) => {
  const agent = await atWork();
  await testing(agent);
  if (pushed) workshop.forge.pushed.set(`shop-1 ${BRANCH}`, pushed);
  agent.report(3, { kind: 'succeeded', change: CHANGE });
  expect(await agent.frame('report_refused')).toMatchObject({ seq: 3, code: 'branch_not_found' });
  expect((await workshop.event('task.failed')).message).toContain(BRANCH);
});

test("a success on somebody else's branch is refused", async () => {
  const agent = await atWork();
  await testing(agent);
  workshop.forge.pushed.set('shop-1 main', COMMIT);
  agent.report(3, { kind: 'succeeded', change: { ...CHANGE, branch: 'main' } });
  expect(await agent.frame('report_refused')).toMatchObject({ code: 'invalid_input' });
});

test('a report with a stale fence is refused and leaves the attempt alone', async () => {
  const agent = await atWork();
  agent.report(2, { kind: 'phase_started', phase: 'prepare' }, { attemptId: ATTEMPT, fence: 7 });
  expect(await agent.frame('report_refused')).toMatchObject({ seq: 2, code: 'stale_attempt' });
  expect(workshop.journal.attempt(ATTEMPT)?.state).toBe('running');
});

test("another agent's attempt cannot be reported on, nor its output written", async () => {
  await atWork();
  const other = await workshop.dial('token-of-other');
  await other.hello({ agentId: AgentId.parse('other') });
  other.report(2, { kind: 'failed', code: 'engine_failed', message: 'sabotage', tests: null });
  expect(await other.frame('report_refused')).toMatchObject({ code: 'stale_attempt' });
  expect(workshop.journal.attempt(ATTEMPT)?.state).toBe('running');
  other.output({ attemptId: ATTEMPT, stream: 'terminal', offset: 0, text: 'sabotage' });
  expect(await other.closed).toBe(CLOSE.badFrame);
  expect(workshop.recordings.end(ATTEMPT, 'terminal')).toBe(0);
});

test('a gap in the reports ends the link; the agent comes back and is told where to go on', async () => {
  const agent = await atWork();
  agent.report(3, { kind: 'phase_started', phase: 'analyse' });
  expect(await agent.closed).toBe(CLOSE.notNow);
  const again = await workshop.dial();
  const welcome = await again.hello({ holding: [{ attemptId: ATTEMPT, fence: 1, reportSeq: 3 }] });
  expect(welcome.attempts).toEqual([
    { ...HELD, reportSeq: 1, terminal: 0, transcript: 0, gitToken: 'git-task-1.1-1' },
  ]);
});

test.each([
  ['is not JSON', '{'],
  ['has no type', '{}'],
  ['has an unknown field', '{"type":"heartbeat","n":1,"extra":true,"vitals":{}}'],
  ['comes before hello', JSON.stringify({ type: 'heartbeat', n: 1, vitals: VITALS })],
])('a frame that %s ends the link with the reason', async (_, text) => {
  const agent = await workshop.dial();
  agent.socket.send(text);
  expect((await agent.frame('goodbye')).why).not.toBe('');
  expect(await agent.closed).toBe(CLOSE.badFrame);
});

test.each([
  ['that are no output frame', Buffer.from('hello')],
  [
    'of an attempt that is none',
    Buffer.concat([Buffer.from([1, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('task')]),
  ],
])('bytes %s end the link', async (_, bytes) => {
  const agent = await workshop.dial();
  await agent.hello();
  agent.socket.send(bytes);
  expect(await agent.closed).toBe(CLOSE.badFrame);
});

test('a wrong token is told, and no agent appears', async () => {
  const agent = await workshop.dial('token-of-another');
  await expect(agent.hello()).rejects.toThrow(String(CLOSE.unauthorized));
  expect(workshop.journal.agents()).toEqual([]);
});

test('an old protocol is told what to update', async () => {
  const agent = await workshop.dial();
  agent.send({
    type: 'hello',
    protocol: 0,
    agentId: LOCAL,
    name: 'PC',
    version: '0',
    slots: 1,
    capabilities: {},
    repos: [],
    holding: [],
  });
  expect(await agent.closed).toBe(CLOSE.badFrame);
});

test('an agent that says nothing is not waited for', async () => {
  const agent = await workshop.dial();
  workshop.clock.advance(10_000);
  expect(await agent.closed).toBe(CLOSE.badFrame);
});

test('a newer link replaces the older without the agent going offline', async () => {
  const first = await workshop.dial();
  await first.hello();
  const second = await workshop.dial();
  await second.hello();
  expect(await first.closed).toBe(CLOSE.replaced);
  expect(workshop.journal.agent(LOCAL)?.connected).toBe(true);
  expect(workshop.journal.eventsAfter(0, 100).map(({ event }) => event.type)).toEqual([
    'agent.connected',
    'agent.connected',
  ]);
});

test('an agent that breaks off and comes back in time goes on with what it holds', async () => {
  const agent = await atWork();
  agent.output({ attemptId: ATTEMPT, stream: 'terminal', offset: 0, text: 'hello' });
  agent.send({ type: 'heartbeat', n: 1, vitals: VITALS, conditions: [] });
  await agent.frame('heartbeat');
  agent.socket.terminate();
  await workshop.event('agent.disconnected');
  workshop.clock.advance(AGENT_LOST_MS - 1);
  const again = await workshop.dial();
  const welcome = await again.hello({ holding: [{ attemptId: ATTEMPT, fence: 1, reportSeq: 1 }] });
  expect(welcome.attempts).toEqual([
    { ...HELD, reportSeq: 1, terminal: 5, transcript: 0, gitToken: 'git-task-1.1-1' },
  ]);
  workshop.clock.advance(AGENT_LOST_MS - 1);
  expect(workshop.journal.attempt(ATTEMPT)?.state).toBe('running');
});

test('an agent that stays away loses its attempts, and its link if it was only silent', async () => {
  const agent = await atWork();
  workshop.clock.advance(AGENT_LOST_MS);
  expect(await agent.closed).toBe(CLOSE.lost);
  expect(await workshop.event('attempt.ended')).toMatchObject({
    attemptId: ATTEMPT,
    state: 'lost',
  });
  expect(await workshop.event('task.failed')).toMatchObject({ code: 'agent_lost' });
  // It may come back with the rest.
  expect(workshop.recordings.abandoned).not.toContain(ATTEMPT);
});

test('an agent that comes back without what it ran has lost its processes', async () => {
  const agent = await atWork();
  agent.socket.terminate();
  await workshop.event('agent.disconnected');
  const again = await workshop.dial();
  await again.hello();
  expect(workshop.journal.attempt(ATTEMPT)).toMatchObject({
    state: 'lost',
    failure: { code: 'supervisor_died' },
  });
});

test('what was assigned while the agent was away is sent when it comes, and again until it reports', async () => {
  const agent = await workshop.dial();
  await agent.hello();
  await workshop.queueTask();
  await workshop.assign();
  await agent.frame('assign');
  agent.socket.terminate();
  await workshop.event('agent.disconnected');
  const again = await workshop.dial();
  await again.hello();
  expect((await again.frame('assign')).spec.attemptId).toBe(ATTEMPT);
});

test('an agent that is told twice is not told what it holds already', async () => {
  const agent = await workshop.dial();
  await agent.hello();
  await workshop.queueTask();
  await workshop.assign();
  await agent.frame('assign');
  const again = await workshop.dial();
  await again.hello({ holding: [{ attemptId: ATTEMPT, fence: 1, reportSeq: 0 }] });
  again.send({ type: 'heartbeat', n: 1, vitals: VITALS, conditions: [] });
  await again.frame('heartbeat');
  again.report(1, { kind: 'started' });
  await again.frame('report_ack');
  again.socket.close();
  await expect(again.frame('assign')).rejects.toThrow('closed');
});

test('a declined attempt goes elsewhere', async () => {
  const agent = await workshop.dial();
  await agent.hello();
  await workshop.queueTask();
  await workshop.assign();
  await agent.frame('assign');
  agent.send({ type: 'declined', attemptId: ATTEMPT, fence: 1, why: 'shutting down' });
  expect(await workshop.event('task.failed')).toMatchObject({
    code: 'agent_refused',
    message: 'local-1 declined it: shutting down',
  });
});

test('a repository that cannot be prepared ends the attempt with its reason', async () => {
  workshop.forge.prepared = problem('repo_not_found', '/srv/shop is gone');
  const agent = await workshop.dial();
  await agent.hello();
  await workshop.queueTask();
  await workshop.assign();
  expect(await workshop.event('task.failed')).toMatchObject({
    code: 'repo_not_found',
    message: '/srv/shop is gone',
    retryAt: null,
  });
});

test('a cancel is told to the agent', async () => {
  const agent = await atWork();
  await workshop.submit({ type: 'task.cancel', taskId: TASK, reason: 'not needed' });
  expect(await agent.frame('cancel')).toEqual({
    type: 'cancel',
    attemptId: ATTEMPT,
    fence: 1,
    reason: 'not needed',
    unwanted: true,
  });
});

test('output is acknowledged up to where it is recorded, a gap is not', async () => {
  const agent = await atWork();
  const stream = 'terminal';
  agent.output({ attemptId: ATTEMPT, stream, offset: 0, text: 'hello' });
  agent.output({ attemptId: ATTEMPT, stream, offset: 9, text: 'gap' });
  agent.send({ type: 'heartbeat', n: 1, vitals: VITALS, conditions: [] });
  await agent.frame('heartbeat');
  workshop.clock.advance(50);
  expect(await agent.frame('output_ack')).toEqual({
    type: 'output_ack',
    attemptId: ATTEMPT,
    stream,
    offset: 5,
  });
  agent.send({ type: 'output_end', attemptId: ATTEMPT, fence: 1, terminal: 5, transcript: 0 });
  agent.send({ type: 'heartbeat', n: 2, vitals: VITALS, conditions: [] });
  await agent.frame('heartbeat');
  expect(workshop.recordings.finished).toContain(ATTEMPT);
});

test('an agent is overloaded after three heavy heartbeats, and well again after three light ones', async () => {
  const agent = await workshop.dial();
  await agent.hello();
  const beat = async (diskFreeBytes: number): Promise<void> => {
    agent.send({ type: 'heartbeat', n: 1, vitals: { ...VITALS, diskFreeBytes }, conditions: [] });
    await agent.frame('heartbeat');
  };
  await beat(0);
  await beat(0);
  expect(workshop.journal.agent(LOCAL)?.overloaded).toBe(false);
  await beat(0);
  expect(await workshop.event('agent.load_changed')).toMatchObject({ overloaded: true });
  for (let i = 0; i < 3; i++) await beat(1e11);
  await workshop.submit({ type: 'queue.pause' });
  expect(workshop.journal.agent(LOCAL)?.overloaded).toBe(false);
});

test('vitals are published at most once a second, all agents at once, and forgotten with the link', async () => {
  const published: unknown[] = [];
  workshop.fleet.onVitals((vitals) => published.push(vitals));
  const agent = await workshop.dial();
  await agent.hello({ repos: ['shop-1'] });
  for (let n = 0; n < 3; n++) agent.send({ type: 'heartbeat', n, vitals: VITALS, conditions: [] });
  for (let n = 0; n < 3; n++) await agent.frame('heartbeat');
  workshop.clock.advance(1_000);
  expect(published).toEqual([[{ agentId: LOCAL, vitals: VITALS }]]);
  expect(workshop.fleet.repos(LOCAL)).toEqual(new Set(['shop-1']));
  agent.socket.terminate();
  await workshop.event('agent.disconnected');
  expect(workshop.fleet.vitals(LOCAL)).toBeNull();
});

test('agents are let connect again to send what was lost, and keep what they hold', async () => {
  const agent = await atWork();
  workshop.fleet.renewLinks('there is room again');
  expect((await agent.frame('goodbye')).why).toBe('there is room again');
  expect(await agent.closed).toBe(CLOSE.notNow);
  const again = await workshop.dial();
  const welcome = await again.hello({ holding: [{ attemptId: ATTEMPT, fence: 1, reportSeq: 1 }] });
  expect(welcome.attempts).toHaveLength(1);
});

test('after a restart agents are offline, and have a lease to come back with what they hold', async () => {
  await atWork();
  workshop = await workshop.crash();
  expect(workshop.journal.agent(LOCAL)).toMatchObject({ connected: false, running: [ATTEMPT] });
  workshop.clock.advance(AGENT_LOST_MS - 1);
  expect(workshop.journal.attempt(ATTEMPT)?.state).toBe('running');
  workshop.clock.advance(1);
  expect(await workshop.event('attempt.ended')).toMatchObject({ state: 'lost' });
});

test('a closing coordinator says goodbye and gives nothing up', async () => {
  const agent = await atWork();
  const { journal, fleet } = workshop;
  await fleet.close();
  expect((await agent.frame('goodbye')).why).toContain('closing');
  await agent.closed;
  expect(journal.attempt(AttemptId.parse('task-1.1'))?.state).toBe('running');
});
