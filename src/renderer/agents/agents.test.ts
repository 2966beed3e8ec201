/** Which agents are shown, in which order, where on the map, and what can be done with many of them. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Agent, AGENT_STATES, type Vitals } from '../../shared/domain/agent.ts';
import { AgentId, attemptIdOf, taskIdOf } from '../../shared/ids.ts';
import type { Rollout } from '../../shared/rollout.ts';
import { agentOf } from '../testing.ts';
import { between, isFor } from './bulk.ts';
import { filterAgents, filterOf, isFiltering, optionsOf } from './filter.ts';
import { LOOK_SIGN, LOOKS, lookOf } from './look.ts';
import { roomsOf } from './map-layout.ts';
import { ordered, orderOf, orderText, ORDERS } from './order.ts';

const placed = (location: string | null, groups: string[] = []): Pick<Agent, 'profile'> => ({
  profile: { ...agentOf('x').profile, location, groups },
});

const FLEET = [
  agentOf('kiln-10', {
    ...placed('Tokyo', ['gpu']),
    running: [attemptIdOf(taskIdOf(1), 1)],
    state: 'busy',
  }),
  agentOf('kiln-2', { ...placed('Tokyo', ['build', 'gpu']), draining: true, state: 'maintenance' }),
  agentOf('anvil', { ...placed('Osaka'), connected: false, state: 'offline', version: '0.2.0' }),
  agentOf('loom', { connected: false, state: 'provisioning', version: '' }),
];
const names = (agents: readonly Agent[]): string[] => agents.map(({ name }) => name);
const shown = (query: string): string[] =>
  names(filterAgents(FLEET, filterOf(new URLSearchParams(query))));

describe('the filter', () => {
  it('finds by words in name, host and place, by each facet, and by all together', () => {
    expect(shown('')).toHaveLength(4);
    expect(shown('q=KILN tokyo')).toEqual(['kiln-10', 'kiln-2']);
    expect(shown('q=anvil.lan')).toEqual(['anvil']);
    expect(shown('group=gpu')).toEqual(['kiln-10', 'kiln-2']);
    expect(shown('group=gpu&state=maintenance')).toEqual(['kiln-2']);
    expect(shown('version=0.2.0')).toEqual(['anvil']);
    expect(shown('location=Kyoto')).toEqual([]);
  });

  it('takes no nonsense from the address', () => {
    const filter = filterOf(new URLSearchParams('state=happy'));
    expect(filter.state).toBeNull();
    expect(isFiltering(filter)).toBe(false);
  });

  it('offers what there is, with how many have it', () => {
    const options = optionsOf(FLEET);
    expect(options.group).toEqual([
      { value: 'build', count: 1 },
      { value: 'gpu', count: 2 },
    ]);
    expect(options.state.map(({ value }) => value)).toEqual([
      'offline',
      'busy',
      'maintenance',
      'provisioning',
    ]);
    expect(options.version.reduce((sum, { count }) => sum + count, 0)).toBe(3);
  });
});

describe('the order', () => {
  const vitals = new Map<AgentId, Vitals>(
    [0.9, 0.1].map((cpu, index) => [
      AgentId.parse(FLEET[index]?.id),
      { cpu, memoryUsedBytes: 1, memoryBytes: 2, diskFreeBytes: 1, load1: 0 },
    ]),
  );

  it('counts numbers in names, and puts the unknown last both ways', () => {
    const by = (sort: string): string[] =>
      names(ordered(FLEET, orderOf(new URLSearchParams({ sort })), vitals));
    expect(by('name')).toEqual(['anvil', 'kiln-2', 'kiln-10', 'loom']);
    expect(by('cpu')).toEqual(['kiln-2', 'kiln-10', 'anvil', 'loom']);
    expect(by('-cpu')).toEqual(['kiln-10', 'kiln-2', 'anvil', 'loom']);
    expect(by('-location')).toEqual(['kiln-2', 'kiln-10', 'anvil', 'loom']);
  });

  it('comes back from the address as it went there', () => {
    for (const key of ORDERS) {
      for (const isDescending of [false, true]) {
        const sort = orderText({ key, isDescending });
        expect(orderOf(new URLSearchParams(sort === null ? {} : { sort }))).toEqual({
          key,
          isDescending,
        });
      }
    }
  });
});

describe('the map', () => {
  it('has a room for each place and a rack for each first group, those without one last', () => {
    const rooms = roomsOf(FLEET).map(({ location, racks }) => [
      location,
      racks.map(({ group, agents }) => [group, names(agents)]),
    ]);
    expect(rooms).toEqual([
      ['Osaka', [[null, ['anvil']]]],
      [
        'Tokyo',
        [
          ['build', ['kiln-2']],
          ['gpu', ['kiln-10']],
        ],
      ],
      [null, [[null, ['loom']]]],
    ]);
  });

  it('shows every agent in exactly one place', () => {
    const place = fc.option(fc.constantFrom('A', 'B', ''));
    fc.assert(
      fc.property(fc.array(fc.tuple(place, place), { maxLength: 40 }), (places) => {
        const fleet = places.map(([location, group], index) =>
          agentOf(`a-${index}`, placed(location || null, group ? [group] : [])),
        );
        const rooms = roomsOf(fleet);
        const inside = rooms.flatMap(({ racks }) => racks.flatMap(({ agents }) => names(agents)));
        expect(inside.toSorted()).toEqual(names(fleet).toSorted());
        expect(rooms.reduce((sum, { count }) => sum + count, 0)).toBe(fleet.length);
      }),
    );
  });
});

describe('how an agent stands', () => {
  it('has a sign of its own for each', () => {
    expect(new Set(Object.values(LOOK_SIGN)).size).toBe(LOOKS.length);
  });

  it('is reconnecting while away with work, and in trouble when free but blocked', () => {
    const away: Partial<Agent> = {
      state: 'offline',
      connected: false,
      running: [attemptIdOf(taskIdOf(1), 1)],
    };
    expect(lookOf(agentOf('a', away))).toBe('reconnecting');
    const conditions = [{ kind: 'disk_full' as const, since: 0, message: '' }];
    expect(lookOf(agentOf('a', { conditions }))).toBe('blocked');
    expect(lookOf(agentOf('a', { conditions, state: 'busy' }))).toBe('busy');
    for (const state of AGENT_STATES) expect(lookOf(agentOf('a', { state }))).toBe(state);
    const resting = { since: 0, why: 'quiet' };
    const asleep = { connected: false, state: 'offline', resting } as const;
    expect(lookOf(agentOf('a', asleep))).toBe('resting');
    expect(lookOf(agentOf('a', { state: 'busy', resting }))).toBe('busy');
  });
});

describe('many at once', () => {
  const newest: Rollout = {
    ...{ state: 'none', version: '0.3.0', build: 'b3', atOnce: 1, startedAt: null },
    ...{ agents: [], message: null },
  };

  it('offers only what would change something', () => {
    const fits = (act: Parameters<typeof isFor>[0]): string[] =>
      names(FLEET.filter((agent) => isFor(act, agent, newest)));
    expect(fits('drain')).toEqual(['kiln-10']);
    expect(fits('resume')).toEqual(['kiln-2']);
    expect(fits('remove')).toEqual(['anvil', 'loom']);
    // Those of the coordinator's own PC run its own program.
    expect(fits('update')).toEqual([]);
  });

  it('takes all between two clicks, whichever was first', () => {
    expect(between(['a', 'b', 'c', 'd'], 'c', 'a')).toEqual(['a', 'b', 'c']);
    expect(between(['a', 'b'], 'gone', 'b')).toEqual(['b']);
  });
});
