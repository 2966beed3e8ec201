/** Why a task is where it is, over the API: read from the tables, the queue's gates, and placement as it would decide now. */
import type { Explanation, Pending } from '../../../shared/contract-explain.ts';
import { OPERATIONS } from '../../../shared/contract.ts';
import { demandOf } from '../../../shared/domain/demand.ts';
import { laneKey, laneOf } from '../../../shared/domain/lane.ts';
import { standingsOf, type ReadyTask } from '../../../shared/domain/place.ts';
import { withAccounts } from '../../../shared/domain/supply.ts';
import type { Task } from '../../../shared/domain/task.ts';
import { ok } from '../../../shared/result.ts';
import type { ModelSupply } from '../gateway/models/port.ts';
import type { Journal } from '../journal/port.ts';
import type { ReadyQueue } from '../queue/port.ts';
import type { Placing } from '../scheduler/candidates.ts';
import type { Flow } from '../scheduler/flow.ts';
import type { WorkshopSettings } from '../settings/settings.ts';
import { waitsFor } from './queue.ts';
import type { Routes } from './rest.ts';
import { route } from './route.ts';
import { existing } from './existing.ts';

export interface ExplainDeps {
  readonly journal: Journal;
  readonly queue: Pick<ReadyQueue, 'head'>;
  readonly flow: Pick<Flow, 'gates'>;
  readonly supply: Pick<ModelSupply, 'of'>;
  readonly placing: Placing;
  readonly settings: Pick<WorkshopSettings, 'current'>;
  /** The key under which agents cache a repository, from its URL. */
  readonly repoKey: (url: string) => string;
}

export function explainRoutes(deps: ExplainDeps): Pick<Routes, 'tasks.explain'> {
  return {
    'tasks.explain': route(OPERATIONS['tasks.explain'], ({ id }) => {
      const task = existing(deps.journal, id);
      return task.ok ? ok(explain(deps, task.value)) : task;
    }),
  };
}

function explain(deps: ExplainDeps, task: Task): Explanation {
  const { journal } = deps;
  const isQueued = task.state === 'queued';
  const inLine = isQueued ? placeInLine(deps, task) : null;
  return {
    taskId: task.id,
    state: task.state,
    demand: demandOf(task),
    analysis: task.analysis,
    pending: isQueued ? [queued(deps, task, inLine?.ahead ?? null)] : pendingOf(journal, task),
    now: inLine?.ready ? standingsNow(deps, inLine.ready) : null,
    decisions: journal
      .attemptsOf(task.id)
      .toReversed()
      .map(({ id: attemptId, agentId, assignedAt, engine, reasons, passed = [] }) => ({
        ...{ attemptId, agentId, at: assignedAt },
        ...{ engine: engine ?? null, reasons, passed },
      })),
  };
}

/** So far into its lane a task is looked for. */
const MOST_AHEAD = 500;

interface InLine {
  readonly ahead: number | null;
  readonly ready: ReadyTask | null;
}

function placeInLine({ queue }: ExplainDeps, task: Task): InLine {
  const line = queue.head(laneKey(laneOf(task)), MOST_AHEAD);
  const ahead = line.findIndex(({ id }) => id === task.id);
  const found = line[ahead];
  return { ahead: found ? ahead : null, ready: found ?? line[0] ?? null };
}

function standingsNow(deps: ExplainDeps, ready: ReadyTask): NonNullable<Explanation['now']> {
  const { journal, placing, supply, repoKey, settings } = deps;
  const agents = withAccounts(journal.agents(), (engine) => supply.of(engine) !== null);
  const task = { ...ready, repo: repoKey(ready.repo) };
  const { strategy } = settings.current().placement;
  const told = standingsOf(task, placing.candidates(agents), placing.policy(), supply.of);
  return { strategy, ...told };
}

function queued(deps: ExplainDeps, task: Task, ahead: number | null): Pending {
  const told = waitsFor(deps, laneOf(task), deps.flow.gates.now());
  const since = task.queuedAt ?? task.updatedAt;
  return { code: 'queue', since, why: told?.words ?? null, reason: told?.wait ?? null, ahead };
}

/** What keeps a task back that is not in the queue; nothing where an agent has it, or it is over. */
function pendingOf(journal: Journal, task: Task): Pending[] {
  const { state, createdAt, updatedAt: since, failure, at } = task;
  if (state === 'scheduled' && at !== null) return [{ code: 'time', since: createdAt, at }];
  if (state === 'review') return [{ code: 'person', since, to: 'review' }];
  if (state === 'failed' && failure)
    return failure.retryAt === null
      ? [{ code: 'person', since, to: 'retry' }]
      : [{ code: 'retry', since, at: failure.retryAt, failure: failure.code }];
  return state === 'blocked' ? blockedBy(journal, task) : [];
}

function blockedBy(journal: Journal, { after, blockers, at, createdAt: since }: Task): Pending[] {
  const tasks = after.flatMap((id) => {
    const other = journal.task(id);
    return other && other.state !== 'completed'
      ? [{ id, title: other.title, state: other.state }]
      : [];
  });
  return [
    ...(tasks.length > 0 ? [{ code: 'tasks' as const, since, tasks }] : []),
    ...(blockers.length > 0 ? [{ code: 'issues' as const, since, issues: blockers }] : []),
    ...(at === null ? [] : [{ code: 'time' as const, since, at }]),
  ];
}
