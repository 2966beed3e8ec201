/**
 * The line of calls that wait. A priority is a head start in time, as in the queue of tasks: so waiting raises every call
 * alike and nothing starves. Each further call of one task stands a little later than the one before, so a task with a
 * hundred calls does not keep out one with a single call. Adding, taking and leaving cost O(log n).
 */
import type { Priority } from '../../../../shared/domain/task.ts';
import type { TaskId } from '../../../../shared/ids.ts';

/** Less than engines bear to wait, so that a low call that has waited long goes before a new urgent one. */
export const CALL_HEAD_START_MS: Readonly<Record<Priority, number>> = {
  urgent: 180_000,
  high: 60_000,
  normal: 20_000,
  low: 0,
};
/** How much later each further call of one task stands. */
export const TURN_MS = 1_000;

/** Somebody in the line; made by `seat`, and in one line at most. */
export interface Seat<T> {
  readonly item: T;
  readonly rank: number;
  /** Of equal ranks, who came first. */
  readonly number: number;
  /** Where it stands in the heap; -1: nowhere. */
  place: number;
}

export interface Line<T> {
  add(seat: Seat<T>): void;
  remove(seat: Seat<T>): void;
  first(): Seat<T> | undefined;
  size(): number;
}

/** Gives ranks, fair between tasks. */
export interface Ranks {
  seat<T>(
    item: T,
    of: { readonly taskId: TaskId; readonly priority: Priority },
    at: number,
  ): Seat<T>;
}

/** Tasks that are remembered: those that called lately. */
const MOST_TASKS = 20_000;

export function createRanks(): Ranks {
  /** When the next call of a task would stand in line, as if it came then. */
  const turns = new Map<TaskId, number>();
  let number = 0;
  return {
    seat(item, { taskId, priority }, at) {
      const turn = Math.max(at, turns.get(taskId) ?? at);
      turns.delete(taskId);
      turns.set(taskId, turn + TURN_MS);
      forget(turns, at);
      number += 1;
      return { item, rank: turn - CALL_HEAD_START_MS[priority], number, place: -1 };
    },
  };
}

/** The least recent ones, which have had their turn. */
function forget(turns: Map<TaskId, number>, at: number): void {
  for (const [id, turn] of turns) {
    if (turn > at && turns.size <= MOST_TASKS) return;
    turns.delete(id);
  }
}

/** A binary heap whose members know their place. */
export function createLine<T>(): Line<T> {
  const heap: Seat<T>[] = [];

  function put(seat: Seat<T>, place: number): void {
    heap[place] = seat;
    seat.place = place;
  }

  function rise(seat: Seat<T>, from: number): void {
    let place = from;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const other = heap[above];
      if (!other || !isBefore(seat, other)) break;
      put(other, place);
      place = above;
    }
    put(seat, place);
  }

  function sink(seat: Seat<T>, from: number): void {
    let place = from;
    for (;;) {
      const left = heap[2 * place + 1];
      const right = heap[2 * place + 2];
      const next = left && right && isBefore(right, left) ? right : left;
      if (!next || !isBefore(next, seat)) break;
      const below = next.place;
      put(next, place);
      place = below;
    }
    put(seat, place);
  }

  return {
    add(seat) {
      rise(seat, heap.length);
    },
    remove(seat) {
      const { place } = seat;
      if (place < 0) return;
      seat.place = -1;
      const last = heap.pop();
      if (!last || last === seat) return;
      sink(last, place);
      if (last.place === place) rise(last, place);
    },
    first: () => heap[0],
    size: () => heap.length,
  };
}

export function isBefore(a: Seat<unknown>, b: Seat<unknown>): boolean {
  return a.rank === b.rank ? a.number < b.number : a.rank < b.rank;
}
