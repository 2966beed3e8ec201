/** What placement is told: the agents with their load, caches and past, and how the workshop weighs them now. It writes nothing. */
import type { Agent } from '../../../shared/domain/agent.ts';
import type { Candidate, PlacementPolicy } from '../../../shared/domain/place.ts';
import { weightsOf } from '../../../shared/domain/strategy.ts';
import { enginePolicyOf } from '../../../shared/engine-policy.ts';
import type { Settings } from '../../../shared/settings.ts';
import type { Fleet } from '../fleet/port.ts';
import { startRecords, type RecordsDeps } from './records.ts';

export interface PlacingDeps extends RecordsDeps {
  readonly fleet: Pick<Fleet, 'vitals' | 'repos'>;
  readonly settings: { current(): Pick<Settings, 'engines' | 'placement'> };
}

export interface Placing {
  /** @param agents as `withAccounts` has them */
  candidates(agents: readonly Agent[]): Candidate[];
  /** As the settings stand now. */
  policy(): PlacementPolicy;
}

export function openPlacing(deps: PlacingDeps): Placing & { close(): void } {
  const { fleet, settings } = deps;
  const records = startRecords(deps);
  return {
    close: records.close,
    candidates: (agents) =>
      agents.map((agent) => {
        const vitals = fleet.vitals(agent.id);
        return {
          ...{ agent, vitals, latencyMs: vitals?.latencyMs ?? null },
          repos: fleet.repos(agent.id),
          record: (specialty) => records.of(agent.id, specialty),
        };
      }),
    policy() {
      const set = settings.current();
      return { weights: weightsOf(set.placement), engines: enginePolicyOf(set) };
    },
  };
}
