/** Self-tests, trials and updates: what the coordinator believes of an agent that says it is well, and of its new builds. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AgentUpdate } from '../../../shared/domain/agent.ts';
import type { FromAgent, SelfTestStep, ToAgent } from '../../../shared/protocol/agent.ts';
import { SELF_TEST_ANSWER_MS, SELF_TEST_FILE, selfTestAnswer } from '../../../shared/self-test.ts';
import type { Release } from '../releases/releases.ts';
import { LOCAL, openTestFleet, VITALS, type FakeAgent, type TestFleet } from './testing.ts';

type SelfTest = Extract<ToAgent, { type: 'self_test' }>;
type Result = Extract<FromAgent, { type: 'self_test_result' }>;

const RELEASE: Release = {
  version: '2.0.0',
  build: 'newer',
  protocol: 2,
  platform: 'linux-x64',
  name: 'koubou',
  size: 10,
  sha256: 'a'.repeat(64),
  gzip: { file: '/nowhere', size: 5, sha256: 'b'.repeat(64) },
};
const PUSHED: SelfTestStep = { name: 'push', ok: true, ms: 1, message: 'pushed' };

let w: TestFleet;
let scratch: string;

beforeEach(async () => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-updates-'));
  w = await openTestFleet();
  w.releases.push(RELEASE);
});
afterEach(async () => {
  await w.close();
  rmSync(scratch, { recursive: true, force: true });
});

async function connect(more: Parameters<FakeAgent['hello']>[0] = {}): Promise<FakeAgent> {
  const agent = await w.dial();
  await agent.hello({ protocol: 2, build: 'older', ...more });
  return agent;
}

/** Pushes what an agent would, straight into the repository. */
function push({ id, branch }: SelfTest, text = selfTestAnswer(id)): void {
  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@b', ...args], {
      cwd: scratch,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  git('clone', '-q', w.selfTestRepo.dir, 'work');
  writeFileSync(path.join(scratch, 'work', SELF_TEST_FILE), text);
  git('-C', 'work', 'commit', '-q', '-a', '-m', 'x');
  git('-C', 'work', 'push', '-q', 'origin', `HEAD:refs/heads/${branch}`);
}

function answer(agent: FakeAgent, { id }: SelfTest, steps: SelfTestStep[]): void {
  agent.send({ type: 'self_test_result', id, steps } satisfies Result);
}

function branches(): string {
  const { dir } = w.selfTestRepo;
  return execFileSync('git', ['for-each-ref', '--format=%(refname)'], {
    cwd: dir,
    encoding: 'utf8',
  });
}

/** The state of the agent's update, as soon as it is this one. */
async function update(state: AgentUpdate['state']): Promise<AgentUpdate> {
  const now = (): AgentUpdate | null => w.journal.agent(LOCAL)?.update ?? null;
  const { promise, resolve } = Promise.withResolvers<AgentUpdate>();
  const look = (): void => {
    const found = now();
    if (found?.state === state) resolve(found);
  };
  const end = w.journal.subscribe(look);
  look();
  return await promise.finally(end);
}

describe('a self-test', () => {
  test('passes when what was pushed is there, and leaves nothing', async () => {
    const agent = await connect();
    const tested = w.fleet.selfTests.run(LOCAL);
    const order = await agent.frame('self_test');
    expect(w.selfTestRepo.grantOf(`self-test-${order.id}`, order.gitToken)).toEqual({
      agentId: LOCAL,
      key: 'self-test',
      branches: [order.branch],
    });
    push(order);
    answer(agent, order, [PUSHED]);
    expect(await tested).toEqual({ ok: true, value: [PUSHED] });
    expect(branches()).toBe('refs/heads/main\n');
    expect(w.selfTestRepo.grantOf(`self-test-${order.id}`, order.gitToken)).toBeNull();
  });

  test.each([
    ['nothing', () => {}],
    ['something else', (order: SelfTest) => push(order, 'tested 0\n')],
  ])('fails when %s was pushed, whatever the agent says', async (_, act) => {
    const agent = await connect();
    const tested = w.fleet.selfTests.run(LOCAL);
    const order = await agent.frame('self_test');
    act(order);
    answer(agent, order, [PUSHED]);
    expect(await tested).toMatchObject({ ok: true, value: [{ name: 'push', ok: false }] });
  });

  test('is refused when the agent says nothing, goes away, or cannot', async () => {
    expect(await w.fleet.selfTests.run(LOCAL)).toMatchObject({ ok: false });
    const agent = await connect();
    const silent = w.fleet.selfTests.run(LOCAL);
    await agent.frame('self_test');
    for (const n of [1, 2, 3]) {
      w.clock.advance(SELF_TEST_ANSWER_MS / 3);
      agent.send({ type: 'heartbeat', n, vitals: VITALS, conditions: [] });
      await agent.frame('heartbeat');
    }
    expect(await silent).toMatchObject({ ok: false, error: { code: 'agent_unavailable' } });
    const left = w.fleet.selfTests.run(LOCAL);
    await agent.frame('self_test');
    agent.socket.close();
    expect(await left).toMatchObject({ ok: false });
    await connect({ protocol: 1, build: '' });
    const old = await w.fleet.selfTests.run(LOCAL);
    expect(old.ok ? '' : old.error.message).toContain('speaks protocol 1');
  });
});

/** Begins an update; answers with the agent and its order. */
async function ordered(): Promise<[FakeAgent, Extract<ToAgent, { type: 'update' }>]> {
  const agent = await connect();
  expect(await w.fleet.updates.start(LOCAL)).toEqual({ ok: true, value: 'running' });
  return [agent, await agent.frame('update')];
}

describe('a trial', () => {
  async function trial(more: Parameters<FakeAgent['hello']>[0]): Promise<FakeAgent> {
    const build = await w.dial();
    await build.hello({ protocol: 2, build: 'newer', ...more });
    return build;
  }

  test('passes with the self-test, beside the agent, which does not notice', async () => {
    const [agent, { order }] = await ordered();
    const build = await trial({ trial: order });
    const self = await build.frame('self_test');
    push(self);
    answer(build, self, [PUSHED]);
    expect(await build.frame('trial_result')).toMatchObject({ ok: true, why: null });
    expect(await build.closed).toBe(4200);
    agent.send({ type: 'heartbeat', n: 7, vitals: VITALS, conditions: [] });
    expect(await agent.frame('heartbeat')).toMatchObject({ n: 7 });
    expect(w.journal.agent(LOCAL)).toMatchObject({ connected: true, state: 'updating' });
  });

  test('fails when the self-test does, or it is another build', async () => {
    const [, { order }] = await ordered();
    const build = await trial({ trial: order });
    const failed = { ...PUSHED, name: 'terminal', ok: false, message: 'no terminal' } as const;
    answer(build, await build.frame('self_test'), [failed]);
    expect(await build.frame('trial_result')).toMatchObject({
      ok: false,
      why: 'its self-test failed at terminal: no terminal',
    });
    const other = await trial({ trial: order, build: 'third' });
    expect(await other.frame('trial_result')).toMatchObject({ ok: false });
  });

  test('that nobody asked for may come again, for its order may yet be given', async () => {
    await ordered();
    expect(await (await trial({ trial: 'none' })).closed).toBe(4503);
  });

  test.each([
    [{ type: 'declined', attemptId: 'task-1.1', fence: 1, why: 'x' }],
    [{ type: 'update_result', order: 'x', ok: true, why: null }],
    [{ type: 'renew', request: 'x' }],
  ])('takes no work and speaks for nobody: %j', async (frame) => {
    const [, { order }] = await ordered();
    const build = await trial({ trial: order });
    build.send(frame);
    expect(await build.closed).toBe(4400);
    expect(w.journal.agent(LOCAL)?.connected).toBe(true);
  });
});

describe('an update', () => {
  const told = (order: string, why: string | null): FromAgent => ({
    type: 'update_result',
    order,
    ok: why === null,
    why,
  });

  test('is done when the agent comes back as the new build', async () => {
    const [agent, order] = await ordered();
    expect(order).toMatchObject({ build: 'newer', path: '/executables/linux-x64-newer.gz' });
    expect((await update('running')).build).toBe('newer');
    agent.send(told(order.order, null));
    agent.socket.close();
    await connect({ build: 'newer' });
    expect(await update('done')).toMatchObject({ why: null });
    expect(await w.fleet.updates.start(LOCAL)).toEqual({ ok: true, value: 'has_it' });
  });

  test('fails with what the agent says', async () => {
    const [agent, { order }] = await ordered();
    agent.send(told(order, 'no room'));
    expect((await update('failed')).why).toBe('no room');
    expect(w.journal.agent(LOCAL)?.state).toBe('idle');
  });

  test('fails when the agent leaves and is not back in time, and is done when it comes after all', async () => {
    const [agent, { order }] = await ordered();
    agent.send(told(order, null));
    agent.send({ type: 'heartbeat', n: 1, vitals: VITALS, conditions: [] });
    await agent.frame('heartbeat');
    agent.socket.close();
    w.clock.advance(30_000);
    expect((await update('failed')).why).toContain('not back within 30 s');
    await connect({ build: 'newer' });
    await update('done');
  });

  test('asks an agent that came back as it was why, and believes it the second time', async () => {
    const [agent, { order }] = await ordered();
    agent.send(told(order, null));
    agent.socket.close();
    const back = await connect();
    expect(await back.frame('update')).toMatchObject({ order });
    back.send(told(order, null));
    back.socket.close();
    await connect();
    expect((await update('failed')).why).toContain('came back as it was');
  });

  test('outlives the coordinator: it is ordered again, or done', async () => {
    const [, before] = await ordered();
    w = await w.crash();
    w.releases.push(RELEASE);
    const agent = await connect();
    const again = await agent.frame('update');
    expect(again.build).toBe('newer');
    expect(again.order).not.toBe(before.order);
    agent.socket.close();
    w = await w.crash();
    await connect({ build: 'newer' });
    await update('done');
  });

  test('is not begun without an executable, a connection, or a protocol for it', async () => {
    expect(await w.fleet.updates.start(LOCAL)).toMatchObject({ error: { code: 'not_found' } });
    const old = await connect({ protocol: 1, build: '' });
    expect(await w.fleet.updates.start(LOCAL)).toMatchObject({
      error: { code: 'agent_unavailable' },
    });
    old.socket.close();
    await w.event('agent.disconnected');
    expect(await w.fleet.updates.start(LOCAL)).toMatchObject({
      error: { code: 'agent_unavailable' },
    });
    w.releases.length = 0;
    await connect();
    expect(await w.fleet.updates.start(LOCAL)).toMatchObject({ error: { code: 'no_executable' } });
  });
});
