/** The agents that pass the filter, in the order that is asked for. */
import { useMemo } from 'react';
import type { Agent } from '../../shared/domain/agent.ts';
import { useNowAs } from '../components/now.ts';
import { CALM_MS, useApp, useCalmData, useData } from '../context.ts';
import { selectAgents, selectHasManyAgents } from '../store/selectors.ts';
import { filterAgents, optionsOf, type AgentFilter } from './filter.ts';
import { ordered, type Order } from './order.ts';

/** Load changes all the time; rows that change places all the time cannot be read. */
const REORDER_MS = 10_000;
/** Of a thousand some begin or end something all the time. */
const CROWDED_MS = 1_000;

export interface ShownAgents {
  readonly all: ReadonlyMap<string, Agent>;
  readonly shown: readonly Agent[];
  readonly options: ReturnType<typeof optionsOf>;
}

export function useShownAgents(filter: AgentFilter, order: Order): ShownAgents {
  const { data } = useApp();
  const everyMs = useData(selectHasManyAgents) ? CROWDED_MS : CALM_MS;
  const all = useCalmData(selectAgents, everyMs);
  const turn = useNowAs((now) => Math.floor(now / REORDER_MS));
  const { vitals } = useMemo(
    () => ({ turn, order, vitals: data.getState().live.vitals }),
    [data, turn, order],
  );
  const shown = useMemo(
    () => ordered(filterAgents(all.values(), filter), order, vitals),
    [all, filter, order, vitals],
  );
  const options = useMemo(() => optionsOf(all.values()), [all]);
  return { all, shown, options };
}
