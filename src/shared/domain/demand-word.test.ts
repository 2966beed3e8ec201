/** Conditions among needs: each is met by what people or the system say of an agent, never by what it says of itself. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { AgentId } from '../ids.ts';
import { AgentProfile, Capabilities } from './agent.ts';
import { demandKey, demandOf, lackOf, parseDemandKey } from './demand.ts';
import { conditionIn, needAt, slugOf, type Asked } from './demand-word.ts';
import { maySee, SECURITY_LEVELS } from './security.ts';

function agent(profile: Partial<AgentProfile>, capabilities: Partial<Capabilities> = {}): Asked {
  return {
    id: AgentId.parse('loom'),
    profile: AgentProfile.parse(profile),
    capabilities: Capabilities.parse({
      ...{ os: 'linux', arch: 'x64', hostname: 'h', cpus: 1, memoryBytes: 16.4e9 },
      ...{ diskFreeBytes: 1, tools: [], specialties: [], labels: [] },
      engines: [{ kind: 'command', version: '1', ready: true, why: null }],
      ...capabilities,
    }),
  };
}

function lackFor(asked: Asked, ...needs: string[]): string | null {
  const lack = lackOf(asked, { engine: 'command', needs })?.lack;
  return lack ? `${lack.code} ${lack.about ?? ''}` : null;
}

it('asks for system, processor, memory, group, place and the agent itself', () => {
  const tokyo = agent({ groups: ['GPU farm'], location: 'Tokyo, 3rd floor' });
  const met = [
    'agent.loom',
    'group.gpu-farm',
    'os.linux',
    'arch.x64',
    'memory.16g',
    'at.tokyo',
    'at.tokyo-3rd-floor',
  ];
  for (const need of met) {
    expect(lackFor(tokyo, need)).toBeNull();
    expect(lackFor(tokyo, `not.${need}`)).toBe(`missing not.${need}`);
  }
  expect(lackFor(tokyo, 'agent.mill', 'os.macos')).toBe('missing agent.mill, os.macos');
  expect(lackFor(tokyo, 'memory.32g')).toBe('missing memory.32g');
  expect(lackFor(tokyo, 'memory.much')).toBe('missing memory.much');
  expect(lackFor(tokyo, 'at.london')).toBe('wrong_place london');
  expect(lackFor(agent({}), 'at.tokyo')).toBe('wrong_place tokyo');
  expect(lackFor(agent({}, { os: 'darwin' }), 'os.macos')).toBeNull();
});

it('does not let an agent say itself into what it is not', () => {
  const words = ['group.secret', 'at.london', 'clearance.confidential', 'agent.mill'];
  const liar = agent({}, { labels: words });
  for (const word of words) expect(lackFor(liar, word)).not.toBeNull();
});

it('lets an agent see what it is cleared for, and nothing above', () => {
  for (const level of SECURITY_LEVELS) {
    for (const clearance of SECURITY_LEVELS) {
      const task = { engine: { kind: 'command', run: 'x' }, localOnly: false } as const;
      // Whatever words it came with.
      for (const needs of [[], ['clearance.public']]) {
        const demand = demandOf({ ...task, needs, security: level, location: null });
        const kept = lackOf(agent({ clearance }), demand)?.lack ?? null;
        const expected = { code: 'not_cleared', about: level };
        expect(kept).toEqual(maySee(clearance, level) ? null : expected);
      }
    }
  }
});

it('keeps the place and the clearance in the key of a lane', () => {
  fc.assert(
    fc.property(
      fc.option(fc.string({ minLength: 1, maxLength: 100 })),
      fc.constantFrom(...SECURITY_LEVELS),
      (location, security) => {
        const about = { engine: { kind: 'auto' }, needs: ['git'], localOnly: false } as const;
        const demand = demandOf({ ...about, needs: ['git'], location, security });
        expect(parseDemandKey(demandKey(demand))).toEqual(demand);
        expect(demand.needs.some((need) => need.startsWith('at.'))).toBe(location !== null);
      },
    ),
  );
});

it('never takes one place for another', () => {
  const names = fc
    .string({ unit: 'grapheme', maxLength: 100 })
    .map((name) => name.trim().slice(0, 100).trim())
    .filter((name) => name !== '');
  fc.assert(
    fc.property(names, names, (place, other) => {
      fc.pre(slugOf(place) !== slugOf(other) && !other.includes(',') && slugOf(place) !== '');
      expect(lackFor(agent({ location: other }), needAt(place))).not.toBeNull();
      expect(lackFor(agent({ location: place }), needAt(place))).toBeNull();
    }),
  );
  const apart = [
    '東京',
    '大阪',
    'Zürich',
    'Zurich',
    `${'long '.repeat(15)}a`,
    `${'long '.repeat(15)}b`,
  ];
  expect(new Set(apart.map(slugOf)).size).toBe(apart.length);
});

it('takes other words with a point for names', () => {
  for (const word of ['python3.12', 'node.js', 'not.installed', 'agent', 'not.agent']) {
    expect(conditionIn(word)).toBeNull();
  }
  expect(lackFor(agent({}, { labels: ['node.js'] }), 'node.js')).toBeNull();
});
