/** What a list that is drawn in parts needs to know of its rows, found anew only when they change and not with every frame. */
import { useCallback, useMemo } from 'react';

export interface Rows<Id> {
  /** A new one would have the list measure all its rows again. */
  readonly keyOf: (index: number) => Id | number;
  /** Where the one with this id is; -1 when it is not there. */
  readonly at: number;
}

/** @param id the one that the keyboard is at */
export function useRows<Id extends string>(
  rows: readonly { readonly id: Id }[],
  id: Id | null,
): Rows<Id> {
  const keyOf = useCallback((index: number) => rows[index]?.id ?? index, [rows]);
  const at = useMemo(() => (id === null ? -1 : rows.findIndex((row) => row.id === id)), [rows, id]);
  return { keyOf, at };
}
