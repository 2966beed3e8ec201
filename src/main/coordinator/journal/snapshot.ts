/** What a client starts from: bounded, however old the workshop is. */
import { taskIdOf } from '../../../shared/ids.ts';
import type { Snapshot } from '../../../shared/protocol/client.ts';
import type { Tables } from '../db/tables.ts';
import type { Committed } from './committed.ts';

const MOST_LIVE = 2_000;
const MOST_ENDED = 200;

export function takeSnapshot(state: Committed, tables: Tables): Snapshot {
  const numbers = [...tables.tasks.newestLive(MOST_LIVE), ...tables.tasks.latestEnded(MOST_ENDED)];
  const tasks = numbers.flatMap((number) => state.task(taskIdOf(number)) ?? []);
  return {
    seq: state.seq,
    tasks,
    attempts: tasks.flatMap(({ attemptId }) =>
      attemptId === null ? [] : (state.attempt(attemptId) ?? []),
    ),
    agents: state.agents(),
    recurring: state.recurrings(),
    workshop: state.workshop(),
    counts: { ...state.counts },
  };
}
