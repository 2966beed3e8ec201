/** Which tasks are shown, and in which order. The filter lives in the address, so that it can be kept and shared. Pure. */
import { PRIORITIES, TaskState, type Priority, type Task } from '../../shared/domain/task.ts';
import type { Attempt } from '../../shared/domain/attempt.ts';
import type { AttemptId } from '../../shared/ids.ts';
import { groupOf, type Group } from '../store/groups.ts';

export interface TaskFilter {
  readonly words: string;
  readonly state: TaskState | null;
  readonly agent: string | null;
  readonly priority: Priority | null;
}

export function filterOf(params: URLSearchParams): TaskFilter {
  const state = TaskState.safeParse(params.get('state'));
  const priority = PRIORITIES.find((name) => name === params.get('priority'));
  return {
    words: params.get('q') ?? '',
    state: state.success ? state.data : null,
    agent: params.get('agent'),
    priority: priority ?? null,
  };
}

export function isFiltering({ words, state, agent, priority }: TaskFilter): boolean {
  return words.trim() !== '' || state !== null || agent !== null || priority !== null;
}

/** True when every word stands in the task's number, title, repository or agent. `words` in lower case. */
export function matches(task: Task, words: string, agentId: string | undefined): boolean {
  if (words === '') return true;
  const text = `${task.id} ${task.title} ${task.repo.url} ${agentId ?? ''}`.toLowerCase();
  return words.split(/\s+/).every((word) => text.includes(word));
}

/** The tasks that pass, those that changed last first. */
export function filterTasks(
  tasks: ReadonlyMap<string, Task>,
  attempts: ReadonlyMap<AttemptId, Attempt>,
  filter: TaskFilter,
): Task[] {
  const words = filter.words.trim().toLowerCase();
  const shown: Task[] = [];
  for (const task of tasks.values()) {
    const agentId = task.attemptId === null ? undefined : attempts.get(task.attemptId)?.agentId;
    if (filter.state !== null && task.state !== filter.state) continue;
    if (filter.priority !== null && task.priority !== filter.priority) continue;
    if (filter.agent !== null && agentId !== filter.agent) continue;
    if (matches(task, words, agentId)) shown.push(task);
  }
  return shown.toSorted((a, b) => b.updatedAt - a.updatedAt);
}

const PRIORITY_RANK: Readonly<Record<Priority, number>> = { urgent: 0, high: 1, normal: 2, low: 3 };

/** The tasks of each column: waiting ones by priority and age, all others by their last change. */
export function byGroup(tasks: readonly Task[]): Record<Group, Task[]> {
  const groups: Record<Group, Task[]> = {
    waiting: [],
    working: [],
    review: [],
    failed: [],
    done: [],
  };
  for (const task of tasks) groups[groupOf(task.state)].push(task);
  groups.waiting.sort(
    (a, b) => PRIORITY_RANK[a.priority] - PRIORITY_RANK[b.priority] || a.createdAt - b.createdAt,
  );
  return groups;
}
