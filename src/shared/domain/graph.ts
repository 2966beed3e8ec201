/** What waits for what, as a graph: no way through it may lead back to where it began. Pure. */
import type { TaskId } from '../ids.ts';
import type { StateReader } from './state.ts';
import { isEnd } from './task.ts';

/**
 * The way from `from` back to itself, were it to wait for `after`, both ends included; `null`: there is none. What has ended
 * waits for nothing any more.
 */
export function cycleOf(
  state: StateReader,
  from: TaskId,
  after: readonly TaskId[],
): TaskId[] | null {
  return wayBack(from, (id) => {
    if (id === from) return after;
    const task = state.task(id);
    return !task || isEnd(task.state) ? [] : task.after;
  });
}

/** The shortest way from `start` along `next` back to `start`, both ends included; `null`: there is none. */
export function wayBack<T>(start: T, next: (node: T) => readonly T[]): T[] | null {
  // From where each node was reached first.
  const reachedFrom = new Map<T, T>();
  const open = [start];
  for (const node of open) {
    for (const other of next(node)) {
      if (other === start) return wayTo(node, start, reachedFrom);
      if (reachedFrom.has(other)) continue;
      reachedFrom.set(other, node);
      open.push(other);
    }
  }
  return null;
}

function wayTo<T>(last: T, start: T, reachedFrom: ReadonlyMap<T, T>): T[] {
  const way = [start];
  for (let node: T | undefined = last; node !== undefined && node !== start;) {
    way.unshift(node);
    node = reachedFrom.get(node);
  }
  return [start, ...way];
}

export interface GraphNode {
  readonly key: string;
  /** Keys of those that come before it. */
  readonly after: readonly string[];
}

/**
 * The nodes so that each comes after all that it waits for, else in the order given. Nodes of a cycle, and what waits for
 * such, are left out. Every key in `after` must be that of a node.
 */
export function inOrder<T extends GraphNode>(nodes: readonly T[]): T[] {
  const missing = new Map(nodes.map(({ key, after }) => [key, new Set(after).size]));
  const followers = new Map<string, T[]>();
  for (const node of nodes)
    for (const key of new Set(node.after))
      followers.set(key, [...(followers.get(key) ?? []), node]);
  const ordered = nodes.filter(({ after }) => after.length === 0);
  for (const { key } of ordered) {
    for (const follower of followers.get(key) ?? []) {
      const left = (missing.get(follower.key) ?? 0) - 1;
      missing.set(follower.key, left);
      if (left === 0) ordered.push(follower);
    }
  }
  return ordered;
}

/** A way through the nodes that leads back to where it began, both ends included; `null`: there is none. */
export function cycleIn(nodes: readonly GraphNode[]): string[] | null {
  const ordered = new Set(inOrder(nodes).map(({ key }) => key));
  const afterOf = new Map(nodes.map(({ key, after }) => [key, after]));
  for (const { key } of nodes) {
    if (ordered.has(key)) continue;
    const way = wayBack(key, (node) => afterOf.get(node) ?? []);
    if (way) return way;
  }
  return null;
}

/** `task-3 → task-7 → task-3`. */
export function wayInWords(way: readonly string[]): string {
  return way.join(' → ');
}
