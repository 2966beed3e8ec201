/** A binary heap: the first of many, again and again, without sorting those that are never asked for. Pure but for itself. */

export interface Heap<T> {
  /** Takes the first out; `undefined`: it is empty. */
  pop(): T | undefined;
  push(item: T): void;
}

/** @param items belong to the heap from here on. @param isBefore a strict order; the first goes first */
export function heapOf<T>(items: T[], isBefore: (a: T, b: T) => boolean): Heap<T> {
  for (let at = (items.length >> 1) - 1; at >= 0; at--) sink(items, at, isBefore);
  return {
    pop() {
      const first = items[0];
      const last = items.pop();
      if (last !== undefined && items.length > 0) {
        items[0] = last;
        sink(items, 0, isBefore);
      }
      return first;
    },
    push(item) {
      items.push(item);
      rise(items, items.length - 1, isBefore);
    },
  };
}

function sink<T>(items: T[], from: number, isBefore: (a: T, b: T) => boolean): void {
  const item = items[from];
  if (item === undefined) return;
  let at = from;
  for (;;) {
    let below = 2 * at + 1;
    let next = items[below];
    const other = items[below + 1];
    if (next === undefined) break;
    if (other !== undefined && isBefore(other, next)) {
      next = other;
      below += 1;
    }
    if (!isBefore(next, item)) break;
    items[at] = next;
    at = below;
  }
  items[at] = item;
}

function rise<T>(items: T[], from: number, isBefore: (a: T, b: T) => boolean): void {
  const item = items[from];
  if (item === undefined) return;
  let at = from;
  while (at > 0) {
    const above = (at - 1) >> 1;
    const parent = items[above];
    if (parent === undefined || !isBefore(item, parent)) break;
    items[at] = parent;
    at = above;
  }
  items[at] = item;
}
