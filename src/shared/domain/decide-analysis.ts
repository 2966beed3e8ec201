/** What a task becomes by an analysis, and by edits of what that found. Pure. A fact of a stronger source is never replaced by a weaker one's. */
import { ok, type Result } from '../result.ts';
import { edited, merged } from './analyse-merge.ts';
import type { CommandOf } from './command.ts';
import type { Event, EventOf } from './event.ts';
import { requireMove } from './require.ts';
import type { Task } from './task.ts';

/** A task that waits for others or for its time is analysed meanwhile; one that is pending goes into the queue with it. */
export function analysed(task: Task, command: CommandOf<'task.analyse'>): Result<Event[]> {
  const found = analysedEvent(task, command);
  if (task.state === 'blocked' || task.state === 'scheduled') return ok([found]);
  if (task.state !== 'pending') return requireMove(task, 'analyzing');
  return ok([
    { type: 'task.analysis_started', taskId: task.id },
    found,
    { type: 'task.queued', taskId: task.id, why: 'analysed' },
  ]);
}

function analysedEvent(
  task: Task,
  { specialty, analysis: found, concurrency }: CommandOf<'task.analyse'>,
): EventOf<'task.analysed'> {
  const about = { type: 'task.analysed', taskId: task.id } as const;
  if (!found) return { ...about, specialty };
  const analysis = task.analysis ? merged(task.analysis, found) : found;
  const { security, location } = analysis;
  const needs = [...new Set([...task.needs, ...analysis.needs.map(({ value }) => value)])];
  return {
    ...about,
    specialty: analysis.specialty.value,
    analysis,
    ...(needs.length > task.needs.length && { needs }),
    ...(security.value !== task.security && { security: security.value }),
    ...(location.value !== null &&
      location.value !== task.location && { location: location.value }),
    ...(concurrency && concurrency.length > task.concurrency.length && { concurrency }),
  };
}

type Facts = Pick<EventOf<'task.updated'>, 'analysis' | 'specialty' | 'security' | 'location'>;

/**
 * Of an edit, what concerns the analysis. What the forge says of an issue counts as its labels do, and gives way to a person.
 * @param actor who edits
 */
export function editedFacts(task: Task, command: CommandOf<'task.update'>, actor: string): Facts {
  const { specialty, needs, security, location, analysis } = command;
  if ([specialty, needs, security, location, analysis].every((one) => one === undefined)) return {};
  const facts = edited(task, command, actor === 'forge' ? 'label' : 'person');
  return {
    analysis: facts,
    ...(specialty !== undefined && { specialty: facts.specialty.value }),
    ...(security !== undefined && { security: facts.security.value }),
    ...(location !== undefined && { location: facts.location.value }),
  };
}
