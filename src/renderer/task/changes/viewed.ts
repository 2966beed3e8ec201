/** Which files of a change a person has read, kept for each commit in this window's storage. */
import { useLocalStorage } from '@mantine/hooks';
import { useCallback, useMemo } from 'react';
import { z } from 'zod';

/** Commits that are remembered; older ones are forgotten. */
const MOST_COMMITS = 30;

const Kept = z.array(z.tuple([z.string(), z.array(z.string())]));
type Kept = z.infer<typeof Kept>;
const NONE: Kept = [];

export function useViewed(commit: string): {
  readonly viewed: ReadonlySet<string>;
  toggle(path: string): void;
} {
  const [kept, setKept] = useLocalStorage<Kept>({
    key: 'koubou.viewed',
    defaultValue: NONE,
    deserialize: readKept,
    getInitialValueInEffect: false,
  });
  const viewed = useMemo(() => pathsOf(kept, commit), [kept, commit]);
  const toggle = useCallback(
    (path: string) =>
      setKept((before) => {
        const paths = new Set(pathsOf(before, commit));
        if (!paths.delete(path)) paths.add(path);
        const others = before.filter(([other]) => other !== commit);
        return [...others.slice(1 - MOST_COMMITS), [commit, [...paths]]];
      }),
    [setKept, commit],
  );
  return { viewed, toggle };
}

function pathsOf(kept: Kept, commit: string): ReadonlySet<string> {
  return new Set(kept.find(([other]) => other === commit)?.[1]);
}

function readKept(text: string | undefined): Kept {
  try {
    return Kept.safeParse(JSON.parse(text ?? '[]')).data ?? NONE;
  } catch {
    // What another version left there means nothing.
    return NONE;
  }
}
