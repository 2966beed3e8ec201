/** What the window knows of hosts: provisionings and the rollout, as the coordinator sends them whole. Pure. */
import type { AgentId } from '../../shared/ids.ts';
import type { Provisioning, ProvisioningId } from '../../shared/provisioning.ts';
import type { Rollout } from '../../shared/rollout.ts';

export interface Hosts {
  /** In the order they were begun. */
  readonly provisionings: ReadonlyMap<ProvisioningId, Provisioning>;
  /** Agents that are reached through the connection of their last provisioning only. */
  readonly tunnelled: ReadonlySet<AgentId>;
  readonly rollout: Rollout | null;
}

export const EMPTY_HOSTS: Hosts = { provisionings: new Map(), tunnelled: new Set(), rollout: null };

/** Takes in what changed. The oldest stays first. */
export function withProvisionings(before: Hosts, changed: readonly Provisioning[]): Hosts {
  if (changed.length === 0) return before;
  const provisionings = new Map(before.provisionings);
  const isOrdered = changed.every(({ id }) => provisionings.has(id));
  for (const provisioning of changed) provisionings.set(provisioning.id, provisioning);
  return withAll(before, isOrdered ? provisionings : inOrder(provisionings));
}

/** Adds those that are not known yet: what was sent live is newer than an answer. */
export function withNew(before: Hosts, answered: readonly Provisioning[]): Hosts {
  return withProvisionings(
    before,
    answered.filter(({ id }) => !before.provisionings.has(id)),
  );
}

/** Drops those of `suspects` that the coordinator lists no more: it was started anew since. */
export function withoutGone(
  before: Hosts,
  suspects: Iterable<ProvisioningId>,
  listed: readonly Pick<Provisioning, 'id'>[],
): Hosts {
  const isThere = new Set(listed.map(({ id }) => id));
  const gone = [...suspects].filter((id) => !isThere.has(id));
  if (gone.length === 0) return before;
  const provisionings = new Map(before.provisionings);
  for (const id of gone) provisionings.delete(id);
  return withAll(before, provisionings);
}

export function hasEnded({ state }: Pick<Provisioning, 'state'>): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled';
}

export interface ProvisioningSummary {
  readonly all: number;
  readonly done: number;
  readonly asking: number;
  readonly failed: number;
  /** Waiting and running. */
  readonly underWay: number;
}

export function summaryOf(provisionings: Iterable<Pick<Provisioning, 'state'>>) {
  const summary = { all: 0, done: 0, asking: 0, failed: 0, underWay: 0 };
  for (const { state } of provisionings) {
    summary.all += 1;
    if (state === 'done') summary.done += 1;
    else if (state === 'asking') summary.asking += 1;
    else if (state === 'failed') summary.failed += 1;
    else if (state !== 'cancelled') summary.underWay += 1;
  }
  return summary satisfies ProvisioningSummary;
}

function withAll(before: Hosts, provisionings: Hosts['provisionings']): Hosts {
  const tunnelled = new Set<AgentId>();
  for (const { kind, agentId, tunnel } of provisionings.values()) {
    if (kind !== 'add' || agentId === null) continue;
    if (tunnel) tunnelled.add(agentId);
    else tunnelled.delete(agentId);
  }
  return { ...before, provisionings, tunnelled };
}

function inOrder(provisionings: ReadonlyMap<ProvisioningId, Provisioning>) {
  return new Map([...provisionings].toSorted(([a], [b]) => numberOf(a) - numberOf(b)));
}

function numberOf(id: ProvisioningId): number {
  return Number(id.slice('provisioning-'.length));
}
