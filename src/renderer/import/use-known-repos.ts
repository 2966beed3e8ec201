/** Repositories that tasks were made for: offered where one is asked for. As they are when the sheet is opened. */
import { useState } from 'react';
import { useApp } from '../context.ts';

const MOST = 20;

export function useKnownRepos(): readonly string[] {
  const { data } = useApp();
  const [repos] = useState(() => {
    const { tasks } = data.getState().live;
    return [...new Set([...tasks.values()].map(({ repo }) => repo.url))].slice(-MOST).toReversed();
  });
  return repos;
}
