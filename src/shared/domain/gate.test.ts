/** What shuts a lane: pauses, turns, quotas. */
import { expect, it } from 'vitest';
import { taskIdOf } from '../ids.ts';
import { shutOf, turnsOf, type GateRules, type Hands } from './gate.ts';
import type { Lane } from './lane.ts';

const LANE: Lane = {
  demand: { engine: 'command', needs: [] },
  priority: 'low',
  repo: '/srv/shop',
  owner: 'ada',
  concurrency: ['all:deploy', 'path:src/api'],
};
const FREE: Hands = { turns: new Map(), owners: new Map() };
const OPEN: GateRules = { pauses: [], userRunning: null };

it('is open when nothing holds it', () => {
  expect(shutOf(LANE, FREE, OPEN)).toBeNull();
  const others: Hands = {
    turns: new Map([
      [turnsOf({ repo: '/srv/other', concurrency: ['path:src/api'] })[0] ?? '', taskIdOf(1)],
    ]),
    owners: new Map([['bob', 9]]),
  };
  const rules: GateRules = {
    pauses: [{ priority: 'high' }, { repo: '/srv/other' }],
    userRunning: 1,
  };
  expect(shutOf(LANE, others, rules)).toBeNull();
});

it.each([[{ priority: 'low' }], [{ repo: '/srv/shop' }]] as const)(
  'is shut by a pause of %o',
  (scope) => {
    expect(shutOf(LANE, FREE, { ...OPEN, pauses: [scope] })).toEqual({
      code: 'scope_paused',
      scope,
    });
  },
);

it('is shut by whoever has one of its turns: of its repository, or of all', () => {
  const heldBy = taskIdOf(7);
  const held = (repo: string, key: string): Hands => ({
    ...FREE,
    turns: new Map(turnsOf({ repo, concurrency: [key] }).map((turn) => [turn, heldBy])),
  });
  expect(shutOf(LANE, held('/srv/shop', 'path:src/api'), OPEN)).toEqual({
    ...{ code: 'turn', key: 'path:src/api', heldBy },
  });
  expect(shutOf(LANE, held('/srv/other', 'all:deploy'), OPEN)).toMatchObject({ key: 'all:deploy' });
  expect(shutOf(LANE, held('/srv/shop', 'path:src'), OPEN)).toBeNull();
});

it('is shut once its owner has as many in hand as one may', () => {
  const hands = (count: number): Hands => ({ ...FREE, owners: new Map([['ada', count]]) });
  const rules = { ...OPEN, userRunning: 2 };
  expect(shutOf(LANE, hands(1), rules)).toBeNull();
  const quota = { code: 'quota', owner: 'ada', running: 2, most: 2 };
  expect(shutOf(LANE, hands(2), rules)).toEqual(quota);
});
