/** Which agents are selected, to do something with all of them. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Agent } from '../../shared/domain/agent.ts';
import type { AgentId } from '../../shared/ids.ts';
import { between } from './bulk.ts';

export interface Selection {
  /** Those that are shown and selected: what is out of sight is never acted on. */
  readonly ids: ReadonlySet<AgentId>;
  /** @param isRange also all between the one before and this one */
  toggle(id: AgentId, isRange: boolean): void;
  /** Selects all that are shown, or none when all are. */
  toggleAll(): void;
  clear(): void;
}

const NONE: ReadonlySet<AgentId> = new Set();

export function useSelection(shown: readonly Agent[]): Selection {
  const [chosen, setChosen] = useState(NONE);
  const last = useRef<AgentId | null>(null);
  const order = useMemo(() => shown.map(({ id }) => id), [shown]);
  const newest = useRef(order);
  useEffect(() => {
    newest.current = order;
  }, [order]);
  const ids = useMemo(
    () => (chosen.size === 0 ? NONE : new Set(order.filter((id) => chosen.has(id)))),
    [order, chosen],
  );
  // Tiles that are drawn do not change with what is shown.
  const toggle = useCallback((id: AgentId, isRange: boolean) => {
    const from = isRange && last.current !== null ? last.current : id;
    last.current = id;
    setChosen((before) => {
      const next = new Set(before);
      const isOn = !before.has(id);
      for (const each of between(newest.current, from, id)) {
        if (isOn) next.add(each);
        else next.delete(each);
      }
      return next;
    });
  }, []);
  return {
    ids,
    toggle,
    toggleAll: () => setChosen(ids.size === shown.length ? NONE : new Set(order)),
    clear: () => setChosen(NONE),
  };
}
