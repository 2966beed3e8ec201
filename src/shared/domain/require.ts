/** Preconditions shared by the deciders. */
import { rejection, type Rejection } from '../errors.ts';
import type { TaskId } from '../ids.ts';
import { fail, ok, type Result } from '../result.ts';
import type { StateReader } from './state.ts';
import { canMove, type Task, type TaskState } from './task.ts';

export function requireTask(state: StateReader, id: TaskId): Result<Task> {
  const task = state.task(id);
  return task ? ok(task) : fail(rejection('not_found', `there is no ${id}`, { id }));
}

/** Success without events when the move is legal, else a refusal that names both states. */
export function requireMove(task: Task, to: TaskState): Result<never[]> {
  return canMove(task.state, to) ? ok([]) : fail(illegalMove(task, to));
}

/** The refusal of a move; `hint` says what the command is for. */
export function illegalMove(task: Task, to: TaskState, hint?: string): Rejection {
  const why = hint === undefined ? '' : `: ${hint}`;
  return rejection(
    'illegal_transition',
    `${task.id} is ${task.state} and cannot become ${to}${why}`,
    {
      id: task.id,
      from: task.state,
      to,
    },
  );
}
