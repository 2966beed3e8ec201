/** Hosts that come and go with the load: the right one first, and no flapping. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AgentId } from '../ids.ts';
import { AgentProfile, type Agent } from './agent.ts';
import { scale, type ScaleHistory, type WorkshopLook } from './scale.ts';
import type { Specialty } from './specialty.ts';
import { worker } from './testing-agents.ts';

const MINUTE = 60_000;
const STEP = MINUTE / 4;

function history(facts: Partial<WorkshopLook>, minutes = 12): ScaleHistory {
  const look = { inUse: 0, waiting: 0, slots: 4, about: new Map<Specialty, number>(), ...facts };
  const looks = Array.from({ length: minutes * 4 + 1 }, (_, n) => ({ ...look, at: n * STEP }));
  return { looks, changedAt: null, wokenAt: new Map() };
}

function standby(name: string, facts: Partial<Agent> = {}, specialties: Specialty[] = []): Agent {
  const wakeAddress = '00:1b:44:11:3a:b7';
  const profile = AgentProfile.parse({ standby: true, wakeAddress, specialties });
  return worker(name, { profile, slots: 2, ...facts });
}

const ASLEEP = { connected: false, resting: { since: 0, why: 'quiet' } };
const BUSY = { inUse: 4, waiting: 3 };

describe('scale', () => {
  it('wakes the one whose specialty the waiting tasks need, when the load stays above the target', () => {
    const fleet = [
      worker('always', { slots: 4 }),
      standby('a', ASLEEP),
      standby('b', ASLEEP, ['frontend']),
    ];
    const about = new Map<Specialty, number>([
      ['backend', 1],
      ['frontend', 2],
    ]);
    expect(scale(history({ ...BUSY, about }), fleet)).toMatchObject({ what: 'wake', agentId: 'b' });
    expect(scale(history({ ...BUSY, about }, 2), fleet)).toBeNull();
    expect(scale(history({ inUse: 2, about }), fleet)).toBeNull();
  });

  it('tries another when one did not come, and touches none that is not standby', () => {
    const fleet = [worker('off', { connected: false }), standby('a', ASLEEP), standby('b', ASLEEP)];
    const wokenAt = new Map([[AgentId.parse('a'), 1]]);
    expect(scale({ ...history(BUSY), wokenAt }, fleet)).toMatchObject({ agentId: 'b' });
    expect(scale(history(BUSY), fleet.slice(0, 1))).toBeNull();
  });

  it('makes an agent of a spare PC when none sleeps, or when it alone is good at what waits', () => {
    const fleet = [worker('always', { slots: 4 }), standby('a', ASLEEP)];
    const spares = [
      { target: 'ci@pi-1', specialties: [] },
      { target: 'ci@pi-2', specialties: ['frontend' as const] },
    ];
    const about = new Map<Specialty, number>([['frontend', 2]]);
    expect(scale(history(BUSY), fleet, spares)).toMatchObject({ what: 'wake', agentId: 'a' });
    expect(scale(history(BUSY), fleet.slice(0, 1), spares)).toMatchObject({
      ...{ what: 'add', spare: { target: 'ci@pi-1' } },
    });
    expect(scale(history({ ...BUSY, about }), fleet, spares)).toMatchObject({
      what: 'add',
      spare: { target: 'ci@pi-2' },
      why: 'the load of the workshop is 175 %, most of it frontend',
    });
    expect(scale(history({ inUse: 2 }), fleet, spares)).toBeNull();
  });

  it('sends one to rest when the load stays low, but none that the others need', () => {
    const fleet = [worker('always', { slots: 2 }), standby('a'), standby('b', { slots: 9 })];
    expect(scale(history({ slots: 12, inUse: 2 }), fleet)).toMatchObject({
      ...{ what: 'rest', agentId: 'a' },
    });
    expect(scale(history({ slots: 12 }, 5), fleet)).toBeNull();
    expect(scale(history({ slots: 2 }), [standby('only')])).toBeNull();
  });

  it('comes to rest under any steady load: whoever was woken is not sent to rest again', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: 30 }),
        fc.nat({ max: 8 }),
        fc.nat({ max: 3 }),
        (work, awakeAtFirst, extra) => {
          let spares = Array.from({ length: extra }, (_, n) => ({
            target: `x-${n}`,
            specialties: [],
          }));
          let fleet = [
            worker('always', { slots: 2 }),
            ...Array.from({ length: 8 }, (_, n) =>
              standby(`s-${n}`, n < awakeAtFirst ? {} : ASLEEP),
            ),
          ];
          const kinds = new Set<string>();
          let changedAt: number | null = null;
          let looks: WorkshopLook[] = [];
          for (let step = 0; step < 1_500; step++) {
            const at = step * STEP;
            const awake = fleet.filter(({ connected, resting }) => connected && !resting);
            const slots = awake.reduce((sum, agent) => sum + agent.slots, 0);
            const inUse = Math.min(work, slots);
            const look = { at, slots, inUse, waiting: work - inUse, about: new Map() };
            looks = [...looks.slice(-60), look];
            const answer = scale({ looks, changedAt, wokenAt: new Map() }, fleet, spares);
            if (!answer) continue;
            changedAt = at;
            if (answer.what === 'add') {
              kinds.add('wake');
              spares = spares.filter((spare) => spare !== answer.spare);
              fleet = [...fleet, standby(answer.spare.target)];
              continue;
            }
            kinds.add(answer.what);
            const resting = answer.what === 'rest' ? { since: at, why: '' } : null;
            fleet = fleet.map((agent) =>
              agent.id === answer.agentId ? { ...agent, resting, connected: true } : agent,
            );
          }
          expect(kinds.size).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 40 },
    );
  });
});
