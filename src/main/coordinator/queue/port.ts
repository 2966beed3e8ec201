/** What is ready, in which order, and what becomes ready when: an index over the task table, not the truth. */
import type { Lane } from '../../../shared/domain/lane.ts';
import type { ReadyTask } from '../../../shared/domain/place.ts';
import type { TaskId } from '../../../shared/ids.ts';

export interface ReadyQueue {
  /** The lanes that are not empty. */
  lanes(): { readonly key: string; readonly lane: Lane }[];
  /** The first `count` tasks of a lane, in rank order. */
  head(key: string, count: number): ReadyTask[];
  /** When the next scheduled or failed task becomes due (epoch ms); `null`: none waits. */
  nextDue(): number | null;
  /** Tasks whose time has come, earliest first. */
  due(now: number, limit: number): TaskId[];
  /** Blocked tasks that wait neither for another task nor for their time any more, lowest number first. */
  unblockable(now: number, limit: number): TaskId[];
}
