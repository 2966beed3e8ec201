/** Which agents are shown. The filter lives in the address, so that it can be kept and shared. Pure. */
import type { Agent } from '../../shared/domain/agent.ts';
import { LOOKS, lookOf, type Look } from './look.ts';

export const FACETS = ['state', 'group', 'location', 'specialty', 'version'] as const;
export type Facet = (typeof FACETS)[number];

export interface AgentFilter extends Readonly<Record<Facet, string | null>> {
  readonly words: string;
}

export function filterOf(params: URLSearchParams): AgentFilter {
  return {
    words: params.get('q') ?? '',
    state: LOOKS.find((look) => look === params.get('state')) ?? null,
    group: params.get('group'),
    location: params.get('location'),
    specialty: params.get('specialty'),
    version: params.get('version'),
  };
}

export function isFiltering(filter: AgentFilter): boolean {
  return filter.words.trim() !== '' || FACETS.some((facet) => filter[facet] !== null);
}

export function filterAgents(agents: Iterable<Agent>, filter: AgentFilter): Agent[] {
  const words = filter.words.trim().toLowerCase().split(/\s+/);
  const asked = FACETS.flatMap((facet) => {
    const value = filter[facet];
    return value === null ? [] : [{ facet, value }];
  });
  return [...agents].filter(
    (agent) =>
      asked.every(({ facet, value }) => valuesOf(agent, facet).includes(value)) &&
      hasWords(agent, words),
  );
}

export interface Option {
  readonly value: string;
  readonly count: number;
}

const NATURAL = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** What each facet can be set to, with how many agents have it. */
export function optionsOf(agents: Iterable<Agent>): Readonly<Record<Facet, readonly Option[]>> {
  const counts = {
    state: count(),
    group: count(),
    location: count(),
    specialty: count(),
    version: count(),
  };
  for (const agent of agents) {
    for (const facet of FACETS) {
      for (const value of valuesOf(agent, facet)) {
        counts[facet].set(value, (counts[facet].get(value) ?? 0) + 1);
      }
    }
  }
  return {
    state: LOOKS.flatMap((look) => {
      const many = counts.state.get(look);
      return many === undefined ? [] : [{ value: look, count: many }];
    }),
    group: sorted(counts.group),
    location: sorted(counts.location),
    specialty: sorted(counts.specialty),
    version: sorted(counts.version),
  };
}

export function isLook(value: string): value is Look {
  return LOOKS.some((look) => look === value);
}

function count(): Map<string, number> {
  return new Map();
}

function sorted(counts: ReadonlyMap<string, number>): Option[] {
  return [...counts]
    .map(([value, many]) => ({ value, count: many }))
    .toSorted((a, b) => NATURAL.compare(a.value, b.value));
}

function valuesOf(agent: Agent, facet: Facet): readonly string[] {
  const { profile, capabilities, version } = agent;
  switch (facet) {
    case 'state':
      return [lookOf(agent)];
    case 'group':
      return profile.groups;
    case 'location':
      return profile.location === null ? [] : [profile.location];
    case 'specialty':
      return [...new Set([...profile.specialties, ...capabilities.specialties])];
    case 'version':
      return version === '' ? [] : [version];
  }
}

function hasWords(agent: Agent, words: readonly string[]): boolean {
  if (words.length === 1 && words[0] === '') return true;
  const { id, name, address, capabilities, profile, enrolment } = agent;
  const { hostname, os, arch } = capabilities;
  const place = `${profile.location ?? ''} ${profile.groups.join(' ')} ${enrolment?.host ?? ''}`;
  const text = `${id} ${name} ${address} ${hostname} ${os} ${arch} ${place}`.toLowerCase();
  return words.every((word) => text.includes(word));
}
