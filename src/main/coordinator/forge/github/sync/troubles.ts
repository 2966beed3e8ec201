/** What cannot be followed at GitHub, told as one sentence: the first of them, and how many more there are. */
import type { Troubles } from './deps.ts';

export function openTroubles(tell: (trouble: string | null) => void): Troubles {
  const all = new Map<string, string>();
  return (key, message) => {
    if (message === null && !all.delete(key)) return;
    if (message !== null) all.set(key, message);
    const [first] = all.values();
    const more = all.size > 1 ? ` (and ${all.size - 1} more)` : '';
    tell(first === undefined ? null : `${first}${more}`);
  };
}
