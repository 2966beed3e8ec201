/** The trouble of a task as of this second. */
import type { Task } from '../../shared/domain/task.ts';
import { useNowAs } from '../components/now.ts';
import { useApp, useData } from '../context.ts';
import { selectAgent, selectAttempt } from '../store/selectors.ts';
import { givenAwayAt, troubleWith, type TaskTrouble } from '../store/trouble.ts';

/** Draws its component anew when the trouble changes, and when attempt or agent do. */
export function useTrouble(task: Task): TaskTrouble | null {
  const { data } = useApp();
  const attempt = useData(selectAttempt(task.attemptId));
  const agent = useData(selectAgent(attempt?.agentId));
  // Read with the clock: what was heard last changes all the time, and says the same nearly always.
  const awayAt = useNowAs((now) => {
    if (!agent) return null;
    return givenAwayAt(agent, data.getState().live.heardAt.get(agent.id), now);
  });
  return troubleWith(task, attempt, awayAt);
}
