/** What the coordinator knows beyond the window's copy: asked for once one has stopped typing for a moment. */
import { useEffect, useRef, useState } from 'react';
import { browserClock } from '../client/clock.ts';
import type { ObjectSource, PaletteObject, Place } from './action.ts';

export interface More {
  readonly more: ReadonlyMap<string, readonly PaletteObject[]>;
  readonly isLooking: boolean;
}

const PAUSE_MS = 160;
/** One letter would be in nearly all names. */
const FEWEST_LETTERS = 2;

const NOTHING: More = { more: new Map(), isLooking: false };

export function useMore(
  sources: readonly ObjectSource[],
  words: readonly string[],
  place: Place,
): More {
  const [found, setFound] = useState<More>(NOTHING);
  const query = words.join(' ');
  const now = useRef(place);
  useEffect(() => {
    now.current = place;
  });
  useEffect(() => {
    if (query.length < FEWEST_LETTERS) return undefined;
    let isCurrent = true;
    // What was found for fewer letters stands until the answer: the list must not jump twice.
    const cancel = browserClock.after(PAUSE_MS, () => {
      setFound(({ more }) => ({ more, isLooking: true }));
      void askAll(sources, query.split(' '), now.current).then((more) => {
        if (isCurrent) setFound({ more, isLooking: false });
      });
    });
    return () => {
      isCurrent = false;
      cancel();
    };
  }, [sources, query]);
  return query.length < FEWEST_LETTERS ? NOTHING : found;
}

async function askAll(
  sources: readonly ObjectSource[],
  words: readonly string[],
  place: Place,
): Promise<More['more']> {
  const answers = sources.map(async ({ kind, more }) => {
    const objects = (await more?.(place, words)) ?? [];
    return [kind, objects] as const;
  });
  return new Map(await Promise.all(answers));
}
