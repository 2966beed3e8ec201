/** The trouble of a task as of this second. */
import type { Task } from '../../shared/domain/task.ts';
import { useNow } from '../components/now.ts';
import { useData } from '../context.ts';
import { selectAgent, selectAttempt, selectHeardAt } from '../store/selectors.ts';
import { troubleOf, type TaskTrouble } from '../store/trouble.ts';

/** Draws its component anew every second: use it in small ones. */
export function useTrouble(task: Task): TaskTrouble | null {
  const attempt = useData(selectAttempt(task.attemptId));
  const agent = useData(selectAgent(attempt?.agentId));
  const heardAt = useData(selectHeardAt(attempt?.agentId));
  const now = useNow();
  return troubleOf(task, { attempt, agent, heardAt }, now);
}
