/** The order of the list of agents. Pure. */
import type { Agent, Vitals } from '../../shared/domain/agent.ts';
import type { AgentId } from '../../shared/ids.ts';
import { LOOKS, lookOf } from './look.ts';

export const ORDERS = [
  'name',
  'state',
  'slots',
  'cpu',
  'memory',
  'disk',
  'location',
  'version',
] as const;
export type OrderKey = (typeof ORDERS)[number];

export interface Order {
  readonly key: OrderKey;
  readonly isDescending: boolean;
}

export function orderOf(params: URLSearchParams): Order {
  const asked = params.get('sort') ?? '';
  const key = ORDERS.find((name) => name === asked.replace(/^-/, ''));
  return { key: key ?? 'name', isDescending: key !== undefined && asked.startsWith('-') };
}

/** As the address has it; `null` for the order that needs no mention. */
export function orderText({ key, isDescending }: Order): string | null {
  return key === 'name' && !isDescending ? null : `${isDescending ? '-' : ''}${key}`;
}

const NATURAL = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** Those of which the value is unknown stand last, both ways; equal ones stand by name. */
export function ordered(
  agents: readonly Agent[],
  { key, isDescending }: Order,
  vitals: ReadonlyMap<AgentId, Vitals>,
): Agent[] {
  const way = isDescending ? -1 : 1;
  const rows = agents.map((agent) => ({ agent, value: valueOf(agent, key, vitals.get(agent.id)) }));
  rows.sort((a, b) => {
    if (a.value === null || b.value === null) {
      return (a.value === null ? 1 : 0) - (b.value === null ? 1 : 0) || byName(a.agent, b.agent);
    }
    return way * compared(a.value, b.value) || byName(a.agent, b.agent);
  });
  return rows.map(({ agent }) => agent);
}

function byName(a: Agent, b: Agent): number {
  return NATURAL.compare(a.name, b.name) || NATURAL.compare(a.id, b.id);
}

function compared(a: number | string, b: number | string): number {
  return typeof a === 'string' || typeof b === 'string'
    ? NATURAL.compare(String(a), String(b))
    : a - b;
}

function valueOf(agent: Agent, key: OrderKey, vitals: Vitals | undefined): number | string | null {
  // What was heard of one that is away says nothing about now.
  const now = agent.connected ? vitals : undefined;
  switch (key) {
    case 'name':
      return agent.name;
    case 'state':
      return LOOKS.indexOf(lookOf(agent));
    case 'slots':
      return agent.running.length;
    case 'cpu':
      return now?.cpu ?? null;
    case 'memory':
      return now && now.memoryBytes > 0 ? now.memoryUsedBytes / now.memoryBytes : null;
    case 'disk':
      return now?.diskFreeBytes ?? null;
    case 'location':
      return agent.profile.location;
    case 'version':
      return agent.version === '' ? null : agent.version;
  }
}
