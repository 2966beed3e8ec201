/** What an agent is told about attempts that make room, its slots and its rest. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AgentProfile } from '../../../shared/domain/agent.ts';
import type { Command } from '../../../shared/domain/command.ts';
import { TaskId } from '../../../shared/ids.ts';
import { startRoom } from './room.ts';
import { openTestFleet, startWork, ATTEMPT, LOCAL, type TestFleet } from './testing.ts';

const HELD = [{ attemptId: ATTEMPT, fence: 1, reportSeq: 1 }];
const YIELD: Command = { type: 'attempt.yield', attemptId: ATTEMPT, to: TaskId.parse('task-2') };

let workshop: TestFleet;
beforeEach(async () => {
  workshop = await openTestFleet();
});
afterEach(async () => await workshop.close());

async function say(command: Command): Promise<void> {
  expect((await workshop.journal.submit(command, { actor: 'test' })).ok).toBe(true);
}

describe('an attempt that makes room', () => {
  it('is told to at once, and when its agent comes again; then that it goes on', async () => {
    await startWork(workshop);
    const agent = await workshop.dial();
    expect((await agent.hello({ protocol: 6, holding: HELD })).makingRoom).toEqual([]);
    await say(YIELD);
    expect(await agent.frame('make_room')).toMatchObject({ attemptId: ATTEMPT, on: true });
    const again = await workshop.dial();
    expect((await again.hello({ protocol: 6, holding: HELD })).makingRoom).toEqual([ATTEMPT]);
    await say({ type: 'attempt.continue', attemptId: ATTEMPT });
    expect(await again.frame('make_room')).toMatchObject({ attemptId: ATTEMPT, on: false });
  });

  it('goes on when its agent comes back with a build that knows no such thing', async () => {
    await startWork(workshop);
    await say(YIELD);
    const agent = await workshop.dial();
    await agent.hello({ protocol: 5, holding: HELD });
    await workshop.journal.submit({ type: 'queue.resume' }, { actor: 'test' });
    expect(workshop.journal.attempt(ATTEMPT)?.yieldedTo).toBeNull();
  });
});

describe('a machine', () => {
  it('is sent for until it comes, or some minutes are over', async () => {
    const agent = await workshop.dial();
    await agent.hello();
    const profile = AgentProfile.parse({ wakeAddress: '00:1b:44:11:3a:b7' });
    await say({ type: 'agent.change', agentId: LOCAL, profile });
    await say({ type: 'agent.disconnect', agentId: LOCAL, why: 'asleep' });
    const { journal, clock } = workshop;
    const sent: string[] = [];
    const sendWake = (address: string): Promise<void> => {
      sent.push(address);
      return Promise.resolve();
    };
    const links = { linkOf: () => null };
    const log = { info: () => {}, warn: () => {} };
    const room = startRoom({ journal, clock, log, links, sendWake });
    room.wake(LOCAL);
    clock.advance(15_000);
    expect(sent).toEqual(['00:1b:44:11:3a:b7', '00:1b:44:11:3a:b7']);
    await (await workshop.dial()).hello();
    clock.advance(60_000);
    expect(sent).toHaveLength(2);
    room.close();
  });
});

describe('an agent', () => {
  it('is told how many slots it has, and keeps them over a break; and that it may rest', async () => {
    const agent = await workshop.dial();
    expect((await agent.hello({ protocol: 6, slots: 2 })).slots).toBeUndefined();
    await say({ type: 'agent.set_slots', agentId: LOCAL, slots: 4, why: 'room for more' });
    expect(await agent.frame('slots')).toMatchObject({ slots: 4 });
    const again = await workshop.dial();
    expect((await again.hello({ protocol: 6, slots: 2 })).slots).toBe(4);
    expect(workshop.journal.agent(LOCAL)).toMatchObject({ slots: 4, ownSlots: 2 });
    const profile = AgentProfile.parse({ wakeAddress: '00:1b:44:11:3a:b7' });
    await say({ type: 'agent.change', agentId: LOCAL, profile });
    await say({ type: 'agent.rest', agentId: LOCAL, resting: true, why: 'little to do' });
    expect(await again.frame('rest')).toMatchObject({ why: 'little to do' });
  });
});
