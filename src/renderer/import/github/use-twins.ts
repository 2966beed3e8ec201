/** The tasks that issues have become already, by the addresses of the issues: as far as the window holds them. */
import { useMemo } from 'react';
import type { TaskId } from '../../../shared/ids.ts';
import { useCalmData } from '../../context.ts';
import { selectTasks } from '../../store/selectors.ts';

export function useTwins(): ReadonlyMap<string, TaskId> {
  const tasks = useCalmData(selectTasks);
  return useMemo(
    () =>
      new Map(
        [...tasks.values()].flatMap(({ id, origin }): [string, TaskId][] =>
          origin ? [[origin.url, id]] : [],
        ),
      ),
    [tasks],
  );
}
