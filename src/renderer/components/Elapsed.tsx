/** How long something took, or is taking: counts while `until` is null. */
import { counting, duration } from '../format/time.ts';
import { useNowAs } from './now.ts';

export interface ElapsedProps {
  readonly since: number;
  readonly until: number | null;
}

export function Elapsed({ since, until }: ElapsedProps) {
  return (
    <span className="num">
      {until === null ? <Running since={since} /> : duration(until - since)}
    </span>
  );
}

function Running({ since }: { readonly since: number }) {
  return useNowAs((now) => counting(now - since));
}
