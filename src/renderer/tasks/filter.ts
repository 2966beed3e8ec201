/**
 * Which tasks are shown, and in which order. The filter lives in the address, so that it can be kept and shared; in the
 * search field it can be written as `state:failed priority:urgent words`. Pure.
 */
import type { InputOf } from '../../shared/contract.ts';
import { AgentId, taskNumberOf, type AttemptId } from '../../shared/ids.ts';
import { ENGINE_CHOICES } from '../../shared/domain/engine.ts';
import type { Attempt } from '../../shared/domain/attempt.ts';
import {
  PRIORITIES,
  TASK_STATES,
  type Priority,
  type Task,
  type TaskState,
} from '../../shared/domain/task.ts';
import { passes, wordsOf, type TaskFacts, type TaskFilter } from '../../shared/task-filter.ts';
import { GROUP_STATES, GROUPS, groupOf, type Group } from '../store/groups.ts';

export const FACETS = ['state', 'priority', 'agent', 'repo', 'engine', 'needs', 'batch'] as const;
export type Facet = (typeof FACETS)[number];

export interface ListFilter {
  readonly words: string;
  readonly facets: Readonly<Partial<Record<Facet, string>>>;
}

/** What stands in the search field wins over the rest of the address. */
export function filterOf(params: URLSearchParams): ListFilter {
  const typed = readQuery(params.get('q') ?? '');
  const facets: Partial<Record<Facet, string>> = {};
  for (const facet of FACETS) {
    const value = params.get(facet);
    if (value !== null && isValue(facet, value)) facets[facet] = value;
  }
  return { words: typed.words, facets: { ...facets, ...typed.facets } };
}

/** Takes each `key:value` that makes sense out of a text; what does not stays among the words. */
export function readQuery(text: string): ListFilter {
  const facets: Partial<Record<Facet, string>> = {};
  const words = text.replaceAll(
    /(?<!\S)(\w+):(\S+)/g,
    (whole: string, key: string, value: string) => {
      const facet = FACETS.find((name) => name === key.toLowerCase());
      if (facet === undefined || !isValue(facet, value)) return whole;
      facets[facet] = value;
      return '';
    },
  );
  return { words: words.replaceAll(/\s+/g, ' ').trim(), facets };
}

export function isFiltering({ words, facets }: ListFilter): boolean {
  return words !== '' || Object.keys(facets).length > 0;
}

/** True when every word stands in the task's number, title, repository or agent. `words` in lower case. */
export function matches(task: Task, words: string, agentId: string | undefined): boolean {
  if (words === '') return true;
  const text = textOf(task, agentId);
  return words.split(/\s+/).every((word) => text.includes(word));
}

/** The tasks that pass, in no order. */
export function filterTasks(
  tasks: Iterable<Task>,
  attempts: ReadonlyMap<AttemptId, Attempt>,
  filter: ListFilter,
): Task[] {
  if (!isFiltering(filter)) return [...tasks];
  const asked = { ...sharedFilter(filter), agent: filter.facets.agent };
  const needsText = asked.words.length > 0;
  const shown: Task[] = [];
  for (const task of tasks) {
    const agent = task.attemptId === null ? undefined : attempts.get(task.attemptId)?.agentId;
    if (passes(factsOf(task, agent, needsText), asked)) shown.push(task);
  }
  return shown;
}

/** The same filter, for the coordinator. */
export function findInput(filter: ListFilter): InputOf<'tasks.find'> {
  const { words, states, ...rest } = sharedFilter(filter);
  const agent = AgentId.safeParse(filter.facets.agent);
  return {
    q: words.join(' ').slice(0, 200),
    ...(states && { states: states.join(',') }),
    ...(agent.success && { agent: agent.data }),
    ...rest,
  };
}

export function factsOf(task: Task, agent: string | undefined, needsText = true): TaskFacts {
  const { id, title, state, priority, repo, engine, needs, batch, createdAt, updatedAt } = task;
  return {
    text: needsText ? textOf(task, agent) : '',
    title,
    number: taskNumberOf(id),
    state,
    priority,
    repo: repo.url,
    engine: engine.kind,
    agent,
    needs,
    batch,
    createdAt,
    updatedAt,
  };
}

const PRIORITY_RANK: Readonly<Record<Priority, number>> = { urgent: 0, high: 1, normal: 2, low: 3 };

/** The tasks of each column: waiting ones by priority and age, all others as they come. */
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

function sharedFilter({ words, facets }: ListFilter): Omit<TaskFilter, 'agent'> {
  const { state, priority, repo, engine, needs, batch } = facets;
  return {
    words: wordsOf(words),
    ...(state !== undefined && { states: statesOf(state) }),
    ...(priority !== undefined && { priority: PRIORITIES.find((one) => one === priority) }),
    ...(repo !== undefined && { repo }),
    ...(engine !== undefined && { engine }),
    ...(needs !== undefined && { needs }),
    ...(batch !== undefined && { batch }),
  };
}

/** A column of the board stands for all its states. */
function statesOf(value: string): readonly TaskState[] {
  const group = GROUPS.find((one) => one === value);
  return group ? GROUP_STATES[group] : TASK_STATES.filter((state) => state === value);
}

function isValue(facet: Facet, value: string): boolean {
  if (facet === 'state') return statesOf(value).length > 0;
  if (facet === 'priority') return PRIORITIES.some((one) => one === value);
  if (facet === 'engine') return ENGINE_CHOICES.some((one) => one === value);
  return value !== '';
}

function textOf(task: Task, agentId: string | undefined): string {
  return `${task.id} ${task.title} ${task.repo.url} ${agentId ?? ''}`.toLowerCase();
}
