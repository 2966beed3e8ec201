/**
 * The workshop of a simulation: the real state with the real `decide` and `apply`, and lanes over it as the queue has them. In
 * memory; it stands still but for the commands that it is given.
 */
import { apply } from '../../../shared/domain/apply.ts';
import type { Command } from '../../../shared/domain/command.ts';
import { decide } from '../../../shared/domain/decide.ts';
import type { Event } from '../../../shared/domain/event.ts';
import { laneKey, laneOf, type Lane } from '../../../shared/domain/lane.ts';
import type { ReadyTask } from '../../../shared/domain/place.ts';
import { rankOf } from '../../../shared/domain/rank.ts';
import { emptyState, type State } from '../../../shared/domain/state.ts';
import type { Task } from '../../../shared/domain/task.ts';
import { taskNumberOf, type TaskId } from '../../../shared/ids.ts';
import type { WaitingLane } from '../queue/port.ts';

export interface SimWorkshop {
  readonly state: State;
  /** The events; none when it was refused. */
  submit(command: Command, now: number, actor: string): readonly Event[];
  lanes(): WaitingLane[];
  head(key: string, count: number): ReadyTask[];
  /** How many wait. */
  readonly waiting: number;
}

interface Line {
  readonly lane: Lane;
  /** In rank order: of one lane, first come, first served. */
  readonly tasks: ReadyTask[];
}

export function openSimWorkshop(): SimWorkshop {
  const state = emptyState();
  const lines = openLines(state);
  let seq = 0;

  return {
    state,
    submit(command, now, actor) {
      const decided = decide(state, command, { now, actor });
      if (!decided.ok) return [];
      for (const event of decided.value) {
        seq += 1;
        const change = apply(state, { seq, at: now, actor, event });
        if (change) state.put(change);
        if (event.type === 'task.queued') lines.enter(event.taskId);
        if (event.type === 'task.assigned') lines.leave(event.taskId);
      }
      return decided.value;
    },
    lanes: lines.lanes,
    head: lines.head,
    get waiting() {
      return lines.count();
    },
  };
}

function openLines(state: State): Pick<SimWorkshop, 'lanes' | 'head'> &
  Record<'enter' | 'leave', (id: TaskId) => void> & {
    count(): number;
  } {
  const lines = new Map<string, Line>();
  const keys = new Map<TaskId, string>();
  return {
    enter(id) {
      const task = state.task(id);
      if (!task) return;
      const lane = laneOf(task);
      const key = laneKey(lane);
      const line = lines.get(key) ?? { lane, tasks: [] };
      line.tasks.push(readyOf(task, lane));
      lines.set(key, line);
      keys.set(id, key);
    },
    leave(id) {
      const key = keys.get(id);
      const line = key === undefined ? undefined : lines.get(key);
      if (key === undefined || !line) return;
      line.tasks.splice(
        line.tasks.findIndex((task) => task.id === id),
        1,
      );
      if (line.tasks.length === 0) lines.delete(key);
      keys.delete(id);
    },
    lanes: () =>
      [...lines].flatMap(
        ([
          key,
          {
            lane,
            tasks: [first],
          },
        ]) => (first ? [{ key, lane, first }] : []),
      ),
    head: (key, count) => lines.get(key)?.tasks.slice(0, count) ?? [],
    count: () => keys.size,
  };
}

function readyOf(task: Task, { demand, repo }: Lane): ReadyTask {
  const { id, specialty, priority, queuedAt, createdAt } = task;
  const rank = rankOf(priority, queuedAt ?? createdAt);
  const about = { id, number: taskNumberOf(id), rank, demand, specialty, repo };
  return { ...about, failedOn: [], failedWith: [] };
}
