/** Arguments as people type them, as the contract wants them. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { InvalidArgumentError } from 'commander';
import { AgentId, RecurringId, TaskId, WorkflowId } from '../shared/ids.ts';
import { ENGINE_FORMS, readEngine, type EngineChoice } from '../shared/domain/engine.ts';

/** `12` or `task-12`. */
export function parseTaskId(text: string): TaskId {
  const parsed = TaskId.safeParse(/^\d+$/.test(text) ? `task-${text}` : text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError('a task is given as 12 or task-12');
}

/** `3` or `recurring-3`. */
export function parseRecurringId(text: string): RecurringId {
  const parsed = RecurringId.safeParse(/^\d+$/.test(text) ? `recurring-${text}` : text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError('a recurring task is given as 3 or recurring-3');
}

/** `2` or `workflow-2`. */
export function parseWorkflowId(text: string): WorkflowId {
  const parsed = WorkflowId.safeParse(/^\d+$/.test(text) ? `workflow-${text}` : text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError('a workflow is given as 2 or workflow-2');
}

export function parseAgentId(text: string): AgentId {
  const parsed = AgentId.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError('an agent is given by its id, as "koubou agents list" shows it');
}

/** `claude-code`, `codex:MODEL`, or `command:PROGRAM ARGS`. */
export function parseEngine(text: string): EngineChoice {
  const engine = readEngine(text);
  if (engine) return engine;
  throw new InvalidArgumentError(`an engine is ${ENGINE_FORMS}`);
}

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A time as `2026-12-24T08:00` (local when it names no zone) or `+30m`; in epoch ms. */
export function parseTime(text: string, now: number): number {
  const [, count, unit] = /^\+(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) return now + Number(count) * (UNIT_MS[unit] ?? 0);
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at))
    throw new InvalidArgumentError('a time is given as 2026-12-24T08:00 or +30m (s, m, h, d)');
  return at;
}

/** A folder becomes an absolute path, because the coordinator works elsewhere; a URL stays as it is. */
export function parseRepo(text: string, cwd: string): string {
  const isUrl =
    /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ||
    (/^[^/\\]+@?[^/\\]*:/.test(text) && !path.isAbsolute(text));
  return isUrl && !existsSync(path.resolve(cwd, text)) ? text : path.resolve(cwd, text);
}
