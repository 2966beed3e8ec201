/** What is ready, in which order, and what becomes ready when: an index over the task table, not the truth. */
import type { Demand } from '../../../shared/domain/demand.ts';
import type { Lane } from '../../../shared/domain/lane.ts';
import type { ReadyTask } from '../../../shared/domain/place.ts';
import type { QueueScope } from '../../../shared/domain/state.ts';
import type { TaskState } from '../../../shared/domain/task.ts';
import type { TaskId } from '../../../shared/ids.ts';

/** How many tasks of this demand could start now; 0: nobody could take one. */
export type FreeFor = (demand: Demand) => number;

/** What urgent tasks could have where nothing is free: slots of low attempts that can stand still. */
export interface UrgentRoom {
  /** In all. */
  slots(): number;
  readonly of: FreeFor;
}

export interface WaitingLane {
  readonly key: string;
  readonly lane: Lane;
  /** Rank and number of the task that is its first. */
  readonly first: { readonly rank: number; readonly number: number };
}

export interface ReadyQueue {
  /**
   * Called before the lanes are looked at. A queue that several coordinators share takes up to so many tasks of each demand,
   * which `lanes` and `head` show from then on; it gives back what nobody started. Must not throw: while it cannot take, it takes nothing.
   * True: it has urgent tasks that others have to make room for.
   */
  fill(free: FreeFor, room: UrgentRoom): Promise<boolean>;
  /** The number under which the next attempt of a task is held, where others might hold it too; `undefined`: the coordinator's own. */
  fenceOf(id: TaskId): number | undefined;
  /** Called when there may be something to give out that no event told of; the answer ends it. */
  onChange(listener: () => void): () => void;
  /** The lanes that are not empty. */
  lanes(): WaitingLane[];
  /** The first `count` tasks of a lane, in rank order. */
  head(key: string, count: number): ReadyTask[];
  /** All tasks that wait for anything, with who made them. Reads each of them. */
  waiting(): { readonly id: TaskId; readonly owner: string }[];
  /** Numbers of tasks in these states, of that part of the queue, lowest first. */
  within(states: readonly TaskState[], scope: QueueScope | undefined): TaskId[];
  /** When the next scheduled or failed task becomes due (epoch ms); `null`: none waits. */
  nextDue(): number | null;
  /** Tasks whose time has come, earliest first. */
  due(now: number, limit: number): TaskId[];
  /** Blocked tasks that wait neither for another task nor for their time any more, lowest number first. */
  unblockable(now: number, limit: number): TaskId[];
}
