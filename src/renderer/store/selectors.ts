/** The named slices that components read. Each gives the same value for the same state, so that nothing redraws in vain. */
import type { Attempt } from '../../shared/domain/attempt.ts';
import { isEnd } from '../../shared/domain/task.ts';
import type { ConsoleId } from '../../shared/console.ts';
import type { AgentId, AttemptId, TaskId } from '../../shared/ids.ts';
import { consoleOf } from './consoles.ts';
import type { Data } from './data.ts';
import { GROUP_STATES, type Group } from './groups.ts';
import { summaryOf } from './hosts.ts';
import type { Live } from './live.ts';
import type { UiState } from './ui.ts';

export const selectIsLoaded = ({ live }: Data) => live.seq !== null;
export const selectTasks = ({ live }: Data) => live.tasks;
/** So many that some of them change all the time. */
export const selectHasManyTasks = ({ live }: Data) => live.tasks.size > 500;
export const selectAttempts = ({ live }: Data) => live.attempts;
export const selectAgents = ({ live }: Data) => live.agents;
/** So many that some of them change all the time. */
export const selectHasManyAgents = ({ live }: Data) => live.agents.size > 200;
export const selectCounts = ({ live }: Data) => live.counts;
export const selectIsPaused = ({ live }: Data) => live.workshop.queuePaused;
/** The emergency stop; `null`: the workshop works. */
export const selectStop = ({ live }: Data) => live.workshop.stopped;
/** Attempts that are on agents now. */
export const selectRunningCount = ({ live }: Data) =>
  [...live.agents.values()].reduce((sum, { running }) => sum + running.length, 0);
export const selectHasTasks = ({ live }: Data) => live.workshop.lastTask > 0;
/** The id of the one task there is, if there is just one and it goes on. */
export const selectOnlyTask = ({ live }: Data): TaskId | undefined => {
  const [task] = live.tasks.values();
  return task && live.tasks.size === 1 && !isEnd(task.state) ? task.id : undefined;
};
export const selectTimeline = ({ timeline }: Data) => timeline;
export const selectReviewCount = ({ live }: Data) => live.counts['review'] ?? 0;

export const selectTask =
  (id: TaskId) =>
  ({ live }: Data) =>
    live.tasks.get(id);
export const selectAttempt =
  (id: AttemptId | null) =>
  ({ live }: Data) =>
    id === null ? undefined : live.attempts.get(id);
export const selectAgentName =
  (id: AgentId | undefined) =>
  ({ live }: Data) =>
    id === undefined ? undefined : (live.agents.get(id)?.name ?? id);
export const selectAgentVitals =
  (id: AgentId) =>
  ({ live }: Data) =>
    live.vitals.get(id);

export const selectAgent =
  (id: AgentId | undefined) =>
  ({ live }: Data) =>
    id === undefined ? undefined : live.agents.get(id);
export const selectHeardAt =
  (id: AgentId | undefined) =>
  ({ live }: Data) =>
    id === undefined ? undefined : live.heardAt.get(id);
export const selectProvisionings = ({ hosts }: Data) => hosts.provisionings;
export const selectRollout = ({ hosts }: Data) => hosts.rollout;
export const selectAskingCount = ({ hosts }: Data) =>
  summaryOf(hosts.provisionings.values()).asking;
export const selectIsTunnelled =
  (id: AgentId) =>
  ({ hosts }: Data) =>
    hosts.tunnelled.has(id);
export const selectConsole =
  (id: ConsoleId) =>
  ({ consoles }: Data) =>
    consoles.get(id);
export const selectTaskConsole =
  (id: AttemptId | null) =>
  ({ consoles }: Data) =>
    consoleOf(consoles, id);
export const selectConditions = ({ live }: Data) => live.conditions;

export const selectLanguage = (ui: UiState) => ui.language;
export const selectIsSidebarFolded = (ui: UiState) => ui.isSidebarFolded;
export const selectIsPaletteOpen = (ui: UiState) => ui.isPaletteOpen;
export const selectRecent = (ui: UiState) => ui.recent;
export const selectHasSeenHint = (ui: UiState) => ui.hasSeenHint;
export const selectAskedTask = (ui: UiState) => ui.askedTask;
export const selectLink = (ui: UiState) => ui.link;
export const selectCoordinator = (ui: UiState) => ui.coordinator;
export const selectIsStopAsked = (ui: UiState) => ui.isStopAsked;
export const selectImports = (ui: UiState) => ui.imports;
export const selectPicking = (ui: UiState) => ui.picking;
export const selectIsNewTaskOpen = (ui: UiState) => ui.isNewTaskOpen;
export const selectIsHelpOpen = (ui: UiState) => ui.isHelpOpen;
export const selectTaskList = (ui: UiState) => ui.taskList;
export const selectTaskTable = (ui: UiState) => ui.taskTable;
export const selectViews = (ui: UiState) => ui.views;
export const selectAreBackupsOpen = (ui: UiState) => ui.areBackupsOpen;
export const selectIsAddingHosts = (ui: UiState) => ui.isAddingHosts;
export const selectIsInviting = (ui: UiState) => ui.isInviting;
export const selectPutAway = (ui: UiState) => ui.putAway;

/** Tasks of a column in the whole workshop. */
export function groupCount(counts: Live['counts'], group: Group): number {
  return GROUP_STATES[group].reduce((sum, state) => sum + (counts[state] ?? 0), 0);
}

/** All attempts of a task that are known, oldest first. */
export function attemptsOf(attempts: Live['attempts'], id: TaskId): Attempt[] {
  return [...attempts.values()]
    .filter(({ taskId }) => taskId === id)
    .toSorted((a, b) => a.ordinal - b.ordinal);
}

export interface Health {
  readonly agents: number;
  /** Away with work in hand: they may still come back in time. */
  readonly reconnecting: number;
  readonly running: number;
  readonly waiting: number;
  readonly review: number;
  readonly failed: number;
}

/** The workshop in five numbers. */
export function healthOf({ agents, counts }: Pick<Live, 'agents' | 'counts'>): Health {
  const all = [...agents.values()];
  return {
    agents: all.filter(({ connected }) => connected).length,
    reconnecting: all.filter(({ connected, running }) => !connected && running.length > 0).length,
    running: groupCount(counts, 'working'),
    waiting: groupCount(counts, 'waiting'),
    review: groupCount(counts, 'review'),
    failed: groupCount(counts, 'failed'),
  };
}
