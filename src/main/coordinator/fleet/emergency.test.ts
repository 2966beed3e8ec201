import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Command } from '../../../shared/domain/command.ts';
import { openTestFleet, startWork, ATTEMPT, LOCAL, TASK, type TestFleet } from './testing.ts';

const HELD = [{ attemptId: ATTEMPT, fence: 1, reportSeq: 1 }];

let workshop: TestFleet;
beforeEach(async () => {
  workshop = await openTestFleet();
});
afterEach(async () => await workshop.close());

async function say(type: 'workshop.restart' | 'freeze' | 'end'): Promise<void> {
  const command =
    type === 'workshop.restart'
      ? ({ type } as const)
      : ({ type: 'workshop.stop', how: type, reason: '' } as const);
  const result = await workshop.journal.submit(command, { actor: 'user' });
  expect(result.ok).toBe(true);
}

describe('the emergency stop', () => {
  it('is told to agents at once, and to those that come later', async () => {
    await startWork(workshop);
    const agent = await workshop.dial();
    const { standStill } = await agent.hello({ protocol: 4, holding: HELD });
    expect(standStill).toBe(false);
    await say('freeze');
    expect(await agent.frame('stand_still')).toMatchObject({ on: true });

    const again = await workshop.dial();
    expect((await again.hello({ protocol: 4, holding: HELD })).standStill).toBe(true);
    await again.frame('stand_still');
    await say('workshop.restart');
    expect(await again.frame('stand_still')).toMatchObject({ on: false });
    expect(workshop.journal.attempt(ATTEMPT)?.state).toBe('running');
  });

  it('ends the attempts of an agent that cannot let them stand still', async () => {
    const agent = await startWork(workshop);
    await say('freeze');
    expect(await agent.frame('cancel')).toMatchObject({ attemptId: ATTEMPT, unwanted: false });
    expect(workshop.journal.attempt(ATTEMPT)?.failure?.code).toBe('emergency_stopped');
  });

  it('ends attempts when told to, without a try being lost, and offers none until it is over', async () => {
    const agent = await startWork(workshop);
    await say('end');
    await agent.frame('cancel');
    const { journal } = workshop;
    expect(journal.task(TASK)).toMatchObject({ failures: 0, losses: 0, kills: 0, state: 'failed' });
    const due = await journal.submit({ type: 'task.due', taskId: TASK }, { actor: 'timer' });
    expect(due.ok).toBe(true);
    expect(journal.task(TASK)?.state).toBe('queued');
    const assign: Command = { type: 'task.assign', taskId: TASK, agentId: LOCAL, reasons: [] };
    const refused = await journal.submit(assign, { actor: 'scheduler' });
    expect(refused).toMatchObject({ ok: false, error: { code: 'emergency_stopped' } });
    await say('workshop.restart');
    expect((await journal.submit(assign, { actor: 'scheduler' })).ok).toBe(true);
    expect((await agent.frame('assign')).spec.ordinal).toBe(2);
  });
});
