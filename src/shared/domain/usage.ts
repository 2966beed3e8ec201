/**
 * What one event adds to the sums of an hour. Pure, like `apply`, and read from the same state: that before the event.
 * Folding it over the log gives the table `usage_hours`.
 */
import type { AttemptId } from '../ids.ts';
import { MICROS, type Amounts } from '../usage.ts';
import type { Attempt } from './attempt.ts';
import { engineOf, modelOf, sumOf, type Usage } from './engine.ts';
import type { StoredEvent } from './event.ts';
import type { StateReader } from './state.ts';
import type { Task } from './task.ts';

/** What sums are kept apart by. */
export interface UsageKey {
  /** Since the epoch, UTC. */
  readonly hour: number;
  /** The address of the repository. */
  readonly repo: string;
  /** Empty before an agent had the task. */
  readonly agent: string;
  readonly engine: string;
  /** Empty: the engine's own choice. */
  readonly model: string;
}

export interface UsageChange extends UsageKey {
  readonly amounts: Partial<Amounts>;
}

export const HOUR_MS = 3_600_000;
/** An attempt that seems to have lasted longer met a clock that was wrong: it counts in its last hour. */
const MOST_HOURS = 1_000;

export function usageOf(before: StateReader, { event, at }: StoredEvent): UsageChange[] {
  const hour = Math.floor(at / HOUR_MS);
  switch (event.type) {
    case 'task.created': {
      const { engine, repo } = event;
      return [{ ...keyOf({ engine, repo }, '', hour), amounts: { created: 1 } }];
    }
    case 'task.assigned': {
      const task = before.task(event.taskId);
      if (!task) return [];
      const waitMs = Math.max(0, Math.round(at - (task.queuedAt ?? at)));
      const engine = engineOf(task, event);
      const key = keyOf({ repo: task.repo, engine }, event.agentId, hour);
      return [{ ...key, amounts: { attempts: 1, waitMs } }];
    }
    case 'task.completed':
      return ofTask(before, before.task(event.taskId), hour, { completed: 1 });
    case 'task.cancelled':
      return ofTask(before, before.task(event.taskId), hour, { cancelled: 1 });
    case 'task.failed':
      // One that is tried again by itself has not failed for good.
      if (event.retryAt !== null) return [];
      return ofTask(before, before.task(event.taskId), hour, { failed: 1 });
    case 'task.review_opened': {
      const { insertions, deletions } = event.change.stats;
      const changedLines = insertions + deletions;
      return ofTask(before, before.task(event.taskId), hour, { changedLines });
    }
    case 'attempt.usage_reported': {
      const attempt = before.attempt(event.attemptId);
      if (attempt?.metered) return [];
      return ofAttempt(before, attempt, hour, moreThan(attempt?.usage ?? null, event.usage));
    }
    case 'attempt.model_called': {
      const attempt = before.attempt(event.attemptId);
      const counted = attempt?.metered ? attempt.usage : null;
      const after = sumOf(counted, event.call.usage);
      return ofAttempt(before, attempt, hour, moreThan(attempt?.usage ?? null, after));
    }
    case 'attempt.ended':
      return busyHours(before, event.attemptId, at);
    default:
      return [];
  }
}

/** What an attempt used since its last report: reports are totals. */
export function moreThan(before: Usage | null, after: Usage): Partial<Amounts> {
  return {
    inputTokens: after.inputTokens - (before?.inputTokens ?? 0),
    outputTokens: after.outputTokens - (before?.outputTokens ?? 0),
    cachedInputTokens: after.cachedInputTokens - (before?.cachedInputTokens ?? 0),
    // Each rounded by itself, or the parts would not make up the whole.
    costMicros: micros(after) - micros(before),
  };
}

function micros(usage: Usage | null): number {
  return Math.round((usage?.costUsd ?? 0) * MICROS);
}

function keyOf({ repo, engine }: Pick<Task, 'repo' | 'engine'>, agent: string, hour: number) {
  return { hour, repo: repo.url, agent, engine: engine.kind, model: modelOf(engine) };
}

function ofTask(
  before: StateReader,
  task: Task | undefined,
  hour: number,
  amounts: Partial<Amounts>,
): UsageChange[] {
  if (!task) return [];
  const attempt = task.attemptId === null ? undefined : before.attempt(task.attemptId);
  const about = { repo: task.repo, engine: engineOf(task, attempt) };
  return [{ ...keyOf(about, attempt?.agentId ?? '', hour), amounts }];
}

function ofAttempt(
  before: StateReader,
  attempt: Attempt | undefined,
  hour: number,
  amounts: Partial<Amounts>,
): UsageChange[] {
  const task = attempt && before.task(attempt.taskId);
  if (!task) return [];
  const about = { repo: task.repo, engine: engineOf(task, attempt) };
  return [{ ...keyOf(about, attempt.agentId, hour), amounts }];
}

function busyHours(before: StateReader, id: AttemptId, at: number): UsageChange[] {
  const attempt = before.attempt(id);
  if (!attempt) return [];
  const to = Math.round(at);
  const from = Math.round(attempt.startedAt ?? attempt.assignedAt);
  const last = Math.floor(to / HOUR_MS);
  const first = Math.floor(from / HOUR_MS);
  if (to <= from) return [];
  if (last - first > MOST_HOURS) return ofAttempt(before, attempt, last, { busyMs: to - from });
  return Array.from({ length: last - first + 1 }, (_, index) => first + index).flatMap((hour) => {
    const busyMs = Math.min(to, (hour + 1) * HOUR_MS) - Math.max(from, hour * HOUR_MS);
    return busyMs > 0 ? ofAttempt(before, attempt, hour, { busyMs }) : [];
  });
}
