/** The filter of the address, and how to change it. */
import { useCallback, useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { filterOf, type TaskFilter } from './filter.ts';

export type FilterField = 'q' | 'state' | 'agent' | 'priority' | 'view';

export interface FilterInAddress {
  readonly filter: TaskFilter;
  readonly view: 'board' | 'table';
  /** `null` takes the field out. */
  set(field: FilterField, value: string | null): void;
  clear(): void;
}

export function useFilter(): FilterInAddress {
  const [params, setParams] = useSearchParams();
  const filter = useMemo(() => filterOf(params), [params]);
  const set = useCallback(
    (field: FilterField, value: string | null) => {
      setParams(
        (before) => {
          const next = new URLSearchParams(before);
          if (value === null || value === '') next.delete(field);
          else next.set(field, value);
          return next;
        },
        { replace: true },
      );
    },
    [setParams],
  );
  const view = params.get('view') === 'table' ? 'table' : 'board';
  return {
    filter,
    view,
    set,
    clear: () => setParams(view === 'table' ? { view } : {}, { replace: true }),
  };
}
