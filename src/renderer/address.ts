/** The query of the address, where each screen keeps what it shows: read, and changed field by field. */
import { useCallback } from 'react';
import { useSearchParams } from 'react-router';

/** `null`, or nothing, takes a field out. */
export type AddressFields = Readonly<Record<string, string | null | undefined>>;

export type PutFields = (fields: AddressFields) => void;

/** What the address says, and how to change some of it. The address is replaced: going back leaves the screen. */
export function useAddress(): readonly [URLSearchParams, PutFields] {
  const [params, setParams] = useSearchParams();
  const put = useCallback(
    // The router's own earlier value is that of the last drawing: of two changes that come before the next, it forgets the first.
    (fields: AddressFields) =>
      setParams(() => withFields(queryOf(window.location.hash), fields), { replace: true }),
    [setParams],
  );
  return [params, put];
}

/** The query behind the path in a hash: `#/agents?view=list`. */
export function queryOf(hash: string): URLSearchParams {
  const at = hash.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : hash.slice(at));
}

/** The same query with some fields changed. */
export function withFields(query: URLSearchParams, fields: AddressFields): URLSearchParams {
  const next = new URLSearchParams(query);
  for (const [field, value] of Object.entries(fields)) {
    if (value === null || value === undefined || value === '') next.delete(field);
    else next.set(field, value);
  }
  return next;
}
