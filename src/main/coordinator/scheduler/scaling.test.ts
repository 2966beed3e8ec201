/** Slots that follow the load, and hosts that rest and are woken: the reactors, on a real journal. */
import { describe, expect, it } from 'vitest';
import { AgentProfile, type Vitals } from '../../../shared/domain/agent.ts';
import { AgentId, attemptIdOf, SiteId } from '../../../shared/ids.ts';
import { Settings } from '../../../shared/settings.ts';
import { ALICE, connect, must, mustCreate } from '../journal/testing.ts';
import { NO_LOAD, openWorkshop, type Workshop } from './testing.ts';

const BOB = AgentId.parse('bob');
const MINUTE = 60_000;
const EASY: Vitals = {
  ...{ cpu: 0.2, memoryUsedBytes: 2e9, memoryBytes: 8e9, diskFreeBytes: 1e12, load1: 1 },
};

async function pass({ clock, settled }: Workshop, minutes: number): Promise<void> {
  for (let step = 0; step < minutes * 4; step++) {
    clock.advance(MINUTE / 4);
    await settled();
  }
}

describe('slots that follow the load', () => {
  it('become more while all are in use and the PC has room, and its own again when switched off', async () => {
    await using opened = openWorkshop();
    const { journal, start, until } = opened;
    let slots = true;
    start({
      fleet: { ...NO_LOAD, vitals: () => EASY },
      settings: { current: () => Settings.parse({ scaling: { slots, mostSlots: 3 } }) },
    });
    await must(journal, connect(ALICE, 1));
    await until(await mustCreate(journal), 'assigned');
    const second = await mustCreate(journal);
    await pass(opened, 6);
    expect(journal.agent(ALICE)).toMatchObject({ slots: 2, ownSlots: 1 });
    expect(journal.task(second)?.state).toBe('assigned');
    slots = false;
    await pass(opened, 1);
    expect(journal.agent(ALICE)?.slots).toBe(1);
  });
});

describe('standby hosts', () => {
  it('are woken while the load is above the target, and rest while it is low', async () => {
    await using opened = openWorkshop();
    const { journal, start, settled, until } = opened;
    const woken: AgentId[] = [];
    start({
      fleet: { ...NO_LOAD, wake: (id) => void woken.push(id) },
      settings: { current: () => Settings.parse({ scaling: { hosts: true } }) },
    });
    await must(journal, connect(ALICE, 1));
    await must(journal, connect(BOB, 2));
    const profile = AgentProfile.parse({ standby: true, wakeAddress: '00:1b:44:11:3a:b7' });
    await must(journal, { type: 'agent.change', agentId: BOB, profile });
    await must(journal, { type: 'agent.rest', agentId: BOB, resting: true, why: 'quiet' });
    const first = await mustCreate(journal);
    await until(first, 'assigned');
    const second = await mustCreate(journal);
    await pass(opened, 2);
    expect(journal.agent(BOB)?.resting).not.toBeNull();
    expect(journal.task(second)?.state).toBe('queued');
    await pass(opened, 2);
    expect(woken).toEqual([BOB]);
    expect(journal.agent(BOB)?.resting).toBeNull();
    expect(journal.task(second)?.state).toBe('assigned');

    for (const taskId of [first, second])
      await must(journal, { type: 'task.cancel', taskId, reason: 'done' });
    await pass(opened, 15);
    expect(journal.agent(BOB)?.resting).toMatchObject({ why: 'the load of the workshop is 0 %' });
    const third = await mustCreate(journal);
    await settled();
    expect(journal.attempt(attemptIdOf(third, 1))?.agentId).toBe(ALICE);
  });

  it('are joined by a spare PC when the load stays and none of them is left', async () => {
    await using opened = openWorkshop();
    const { journal, start, until } = opened;
    const added: string[] = [];
    const spare = { target: 'ci@pi-1', specialties: [] };
    start({
      settings: { current: () => Settings.parse({ scaling: { hosts: true } }) },
      spares: {
        open: () => (added.length === 0 ? [spare] : []),
        add: ({ target }, why) => void added.push(`${target}: ${why}`),
      },
    });
    await must(journal, connect(ALICE, 1));
    await until(await mustCreate(journal), 'assigned');
    await mustCreate(journal);
    await pass(opened, 2);
    expect(added).toEqual([]);
    await pass(opened, 10);
    expect(added).toEqual(['ci@pi-1: the load of the workshop is 200 %']);
  });

  it('are left alone while agents of another site of the shared queue have room', async () => {
    await using opened = openWorkshop();
    const { journal, start, until } = opened;
    const added: string[] = [];
    start({
      settings: { current: () => Settings.parse({ scaling: { hosts: true } }) },
      spares: {
        open: () => [{ target: 'ci@pi-1', specialties: [] }],
        add: ({ target }) => void added.push(target),
      },
    });
    await must(journal, connect(ALICE, 1));
    await until(await mustCreate(journal), 'assigned');
    await mustCreate(journal);
    const [site, osaka] = [SiteId.parse('tokyo'), SiteId.parse('osaka')];
    await must(journal, { type: 'site.join', site, index: 0 });
    const own = journal.agent(ALICE);
    if (!own) throw new Error('there is no agent');
    const agent = { ...own, id: AgentId.parse('carol@osaka'), site: osaka, slots: 9, running: [] };
    await must(journal, { type: 'site.tell', site: osaka, seq: 1, words: 'joined', agent });
    await pass(opened, 12);
    expect(added).toEqual([]);
  });
});
