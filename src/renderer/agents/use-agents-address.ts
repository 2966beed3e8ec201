/** Filter, order and view of the agents as the address has them, and how to change them. */
import { useMemo } from 'react';
import { useAddress } from '../address.ts';
import { FACETS, filterOf, type AgentFilter, type Facet } from './filter.ts';
import { orderOf, orderText, type Order } from './order.ts';

export const VIEWS = ['grid', 'list', 'map'] as const;
export type View = (typeof VIEWS)[number];

export interface AgentsAddress {
  readonly filter: AgentFilter;
  readonly order: Order;
  readonly view: View;
  /** `null` takes the field out. */
  set(field: Facet | 'q' | 'view', value: string | null): void;
  sort(order: Order): void;
  clear(): void;
}

export function useAgentsAddress(): AgentsAddress {
  const [params, put] = useAddress();
  const filter = useMemo(() => filterOf(params), [params]);
  const order = useMemo(() => orderOf(params), [params]);
  return {
    filter,
    order,
    view: VIEWS.find((view) => view === params.get('view')) ?? 'grid',
    set: (field, value) => put({ [field]: value }),
    sort: (next) => put({ sort: orderText(next) }),
    clear: () => put(Object.fromEntries(['q', ...FACETS].map((field) => [field, null]))),
  };
}
