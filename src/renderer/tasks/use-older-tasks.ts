/** Tasks that ended too long ago to come with the snapshot, page by page. */
import { useState } from 'react';
import { useApp, useCalmData, useData } from '../context.ts';
import { MOST_TASKS, remember } from '../store/live.ts';
import { selectCounts, selectTasks } from '../store/selectors.ts';

export interface OlderTasks {
  readonly hasMore: boolean;
  readonly isBusy: boolean;
  load(): Promise<void>;
}

const PAGE = 200;

export function useOlderTasks(): OlderTasks {
  const { session, data } = useApp();
  const tasks = useCalmData(selectTasks);
  const counts = useData(selectCounts);
  const [cursor, setCursor] = useState<string | null | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const all = Object.values(counts).reduce((sum, n) => sum + n, 0);
  return {
    hasMore: cursor !== null && tasks.size < Math.min(all, MOST_TASKS),
    isBusy,
    async load() {
      setBusy(true);
      const answer = await session.api.ask('tasks.list', {
        limit: PAGE,
        ...(typeof cursor === 'string' && { cursor }),
      });
      setBusy(false);
      if (!answer.ok) return;
      const { value, seq } = answer.value;
      setCursor(value.nextCursor);
      data.setState(({ live }) => {
        // Those we hold are kept up to date by events.
        const unknown = value.tasks.filter(({ id }) => !live.tasks.has(id));
        return { live: remember(live, { tasks: unknown }, seq) };
      });
    },
  };
}
