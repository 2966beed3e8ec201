/** Filter, order and view of the tasks as the address has them, and how to change them. */
import { useMemo } from 'react';
import { useAddress } from '../address.ts';
import { orderOf, orderText, type ListOrder } from './columns.ts';
import { FACETS, filterOf, readQuery, type Facet, type ListFilter } from './filter.ts';

export interface FilterInAddress {
  readonly filter: ListFilter;
  /** What stands in the search field. */
  readonly typed: string;
  /** Those of the address, without what is typed. */
  readonly chips: readonly (readonly [Facet, string])[];
  readonly view: 'board' | 'table';
  readonly order: ListOrder;
  /** The whole query, to keep it as a view. */
  readonly query: string;
  /** `null` takes the field out. */
  set(field: Facet | 'q' | 'view', value: string | null): void;
  /** Makes chips of what was typed as `key:value`. */
  settle(): void;
  sort(order: ListOrder): void;
  clear(): void;
}

export function useFilter(): FilterInAddress {
  const [params, put] = useAddress();
  const typed = params.get('q') ?? '';
  const filter = useMemo(() => filterOf(params), [params]);
  const sortText = params.get('sort');
  const order = useMemo(() => orderOf(sortText), [sortText]);
  return useMemo(
    () => ({
      filter,
      typed,
      chips: FACETS.flatMap((facet) => {
        const value = params.get(facet);
        return value === null || readQuery(`${facet}:${value}`).words !== ''
          ? []
          : [[facet, value]];
      }),
      view: params.get('view') === 'table' ? 'table' : 'board',
      order,
      query: params.toString(),
      set: (field, value) => put({ [field]: value }),
      settle() {
        const { words, facets } = readQuery(typed);
        if (Object.keys(facets).length > 0) put({ ...facets, q: words });
      },
      sort: (next) => put({ sort: orderText(next) }),
      clear: () => put({ q: null, ...Object.fromEntries(FACETS.map((facet) => [facet, null])) }),
    }),
    [params, filter, typed, order, put],
  );
}
