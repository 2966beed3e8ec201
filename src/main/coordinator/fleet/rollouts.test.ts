/** The order of a rollout: how many at a time, where it stops, what is left out, and what a restart leaves of it. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AgentId } from '../../../shared/ids.ts';
import type { Rollout } from '../../../shared/rollout.ts';
import type { Release } from '../releases/releases.ts';
import { createRollouts, type Rollouts } from './rollouts.ts';
import { openTestFleet, type FakeAgent, type TestFleet } from './testing.ts';

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

let w: TestFleet;
let rollouts: Rollouts;

beforeEach(async () => {
  w = await openTestFleet();
  begin();
});
afterEach(async () => {
  rollouts.close();
  await w.close();
});

/** Watches the fleet, as at the start of a coordinator. */
function begin(): void {
  w.releases.push(RELEASE);
  const { journal, clock, releases, fleet } = w;
  rollouts = createRollouts({
    journal,
    clock,
    releases: { list: () => releases },
    updates: fleet.updates,
  });
}

interface Pc {
  /** Resolves when it is told to update. */
  ordered(): Promise<string>;
  fail(why: string): Promise<void>;
  succeed(): Promise<void>;
}

async function pc(id: string): Promise<Pc> {
  const connect = async (build: string): Promise<FakeAgent> => {
    const agent = await w.dial(`token-of-${id}`);
    await agent.hello({ agentId: AgentId.parse(id), protocol: 2, build });
    return agent;
  };
  const agent = await connect('older');
  const ordered = async (): Promise<string> => (await agent.frame('update')).order;
  const tell = (order: string, why: string | null): void =>
    agent.send({ type: 'update_result', order, ok: why === null, why });
  return {
    ordered,
    async fail(why) {
      tell(await ordered(), why);
    },
    async succeed() {
      tell(await ordered(), null);
      agent.socket.close();
      await connect('newer');
    },
  };
}

async function until(state: Rollout['state']): Promise<Rollout> {
  const { promise, resolve } = Promise.withResolvers<Rollout>();
  const look = (now: Rollout): void => {
    if (now.state === state) resolve(now);
  };
  const end = rollouts.onChange(look);
  look(rollouts.get());
  return await promise.finally(end);
}

function states(): string[] {
  return rollouts.get().agents.map(({ agentId, state }) => `${agentId} ${state}`);
}

test('one after another, and done when all have it', async () => {
  const [one, two] = [await pc('pc-1'), await pc('pc-2')];
  expect(rollouts.start({ atOnce: 1 })).toMatchObject({ ok: true });
  expect(states()).toEqual(['pc-1 running', 'pc-2 waiting']);
  await one.succeed();
  await two.succeed();
  await until('done');
  expect(states()).toEqual(['pc-1 done', 'pc-2 done']);
  expect(rollouts.start({ atOnce: 1 })).toMatchObject({ ok: true, value: { agents: [] } });
});

test('so many at once as was asked for', async () => {
  const pcs = [await pc('pc-1'), await pc('pc-2'), await pc('pc-3')];
  rollouts.start({ atOnce: 2 });
  expect(states()).toEqual(['pc-1 running', 'pc-2 running', 'pc-3 waiting']);
  await Promise.all(pcs.map(async (each) => await each.succeed()));
  await until('done');
});

test('stops at the first that fails, and goes on past it when told to', async () => {
  const [one, two] = [await pc('pc-1'), await pc('pc-2')];
  rollouts.start({ atOnce: 1 });
  await one.fail('no room');
  expect((await until('stopped')).message).toContain('pc-1 could not be updated: no room');
  expect(states()).toEqual(['pc-1 failed', 'pc-2 waiting']);
  rollouts.resume();
  await two.succeed();
  await until('done');
  // It failed there: it is not tried again with all the others.
  rollouts.start({ atOnce: 1 });
  expect(states()).toEqual(['pc-1 skipped']);
});

test('paused, what runs comes to its end and nothing further begins', async () => {
  const [one, two] = [await pc('pc-1'), await pc('pc-2')];
  rollouts.start({ atOnce: 1 });
  expect(rollouts.start({ atOnce: 1 })).toMatchObject({ error: { code: 'rollout_in_progress' } });
  rollouts.pause();
  await one.succeed();
  await w.event('agent.update_changed');
  expect(rollouts.get().state).toBe('paused');
  rollouts.resume();
  await two.succeed();
  expect((await until('done')).agents.map(({ state }) => state)).toEqual(['done', 'done']);
});

test('agents that are not there, and those of this PC, are left out', async () => {
  const [local, away, there] = [
    await pc('local-1'),
    await w.dial('token-of-pc-1'),
    await pc('pc-2'),
  ];
  await away.hello({ agentId: AgentId.parse('pc-1'), protocol: 2, build: 'older' });
  away.socket.close();
  await w.event('agent.disconnected');
  rollouts.start({ atOnce: 1 });
  expect(states()).toEqual(['pc-1 skipped', 'pc-2 running']);
  await there.succeed();
  await until('done');
  expect(local).toBeDefined();
});

test('an agent that is removed holds nothing up', async () => {
  const [one, two] = [await pc('pc-1'), await pc('pc-2')];
  rollouts.start({ atOnce: 1 });
  await one.ordered();
  await w.submit({ type: 'agent.remove', agentId: AgentId.parse('pc-1') });
  await two.succeed();
  expect((await until('done')).agents.map(({ state }) => state)).toEqual(['skipped', 'done']);
});

test('of a coordinator that was restarted, what was under way is watched to its end', async () => {
  const [one] = [await pc('pc-1'), await pc('pc-2')];
  rollouts.start({ atOnce: 1 });
  await one.ordered();
  rollouts.close();
  w = await w.crash();
  begin();
  expect(states()).toEqual(['pc-1 running']);
  const back = await pc('pc-1');
  await back.succeed();
  await until('done');
  expect(rollouts.get().message).toContain('restarted');
});

test('without executables, and with unknown agents, it is refused', () => {
  expect(rollouts.start({ agents: [AgentId.parse('nobody')], atOnce: 1 })).toMatchObject({
    error: { code: 'not_found' },
  });
  expect(rollouts.pause()).toMatchObject({ error: { code: 'illegal_transition' } });
  w.releases.length = 0;
  expect(rollouts.start({ atOnce: 1 })).toMatchObject({ error: { code: 'no_executable' } });
});
