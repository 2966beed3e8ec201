/**
 * Fairness between users and between repositories: whoever has more than an even part of what is in hand goes a bit behind. The order of
 * the queue is bent by less than the smallest difference between two priorities, so a task never loses to a lower
 * one that came with it or later, and nothing is passed by what came more than `MOST_BEHIND_MS` after it. Pure.
 */
const MINUTE = 60_000;

/** How far behind an owner's tasks, and a repository's, are put at most. */
const OWNER_MS = 30 * MINUTE;
const REPO_MS = 20 * MINUTE;

/** What all of it comes to: less than between any two priorities (`HEAD_START_MS`). */
export const MOST_BEHIND_MS = OWNER_MS + REPO_MS;

/** How many tasks each owner and each repository has in hand. */
export interface Load {
  readonly owners: ReadonlyMap<string, number>;
  readonly repos: ReadonlyMap<string, number>;
}

/** A line of tasks that are alike, first come first served. */
export interface Line<T> {
  readonly owner: string;
  readonly repo: string;
  /** Where its first task stands. */
  readonly first: Ranked;
  /** The task at this place of it, from 0, which is asked for only when it is taken, or was the one before; `undefined`: there is none. */
  at(place: number): T | undefined;
}

/** Lower goes first, by rank, then by number. */
export interface Ranked {
  readonly rank: number;
  readonly number: number;
}

export interface FairOptions<L> {
  readonly load: Load;
  /** How many tasks are taken at most. */
  readonly most: number;
  /** Asked before each task; false: nothing more is taken from its line. */
  readonly admits: (line: L) => boolean;
}

/** What is left of a line, with the task that is its first now and where that stands. */
interface Open<L> {
  readonly line: L;
  readonly place: number;
  readonly head: Ranked;
  readonly rank: number;
}

/**
 * Takes tasks from the lines, the next always from the line whose first task stands foremost, when what
 * its owner and its repository have in hand, this round's included, is counted. Answers them in that order.
 */
export function takeFairly<T extends Ranked, L extends Line<T>>(
  open: readonly L[],
  { load, most, admits }: FairOptions<L>,
): T[] {
  const owners = partOf(
    load.owners,
    open.map(({ owner }) => owner),
    most,
    OWNER_MS,
  );
  const repos = partOf(
    load.repos,
    open.map(({ repo }) => repo),
    most,
    REPO_MS,
  );
  const rankOf = ({ owner, repo }: L, { rank }: Ranked): number =>
    rank + owners.behind(owner) + repos.behind(repo);
  const heap = heapOf<Open<L>>(isBefore);
  for (const line of open) {
    heap.push({ line, place: 0, head: line.first, rank: rankOf(line, line.first) });
  }
  const taken: T[] = [];
  for (let first = heap.pop(); first && taken.length < most; first = heap.pop()) {
    // Since it was looked at, its owner may have got more. Nobody ever moves ahead, so the first whose place still holds is the first.
    const rank = rankOf(first.line, first.head);
    if (rank > first.rank) {
      heap.push({ ...first, rank });
      continue;
    }
    const { line, place } = first;
    const task = admits(line) ? line.at(place) : undefined;
    if (!task) continue;
    taken.push(task);
    owners.give(line.owner);
    repos.give(line.repo);
    const head = line.at(place + 1);
    if (head) heap.push({ line, place: place + 1, head, rank: rankOf(line, head) });
  }
  return taken;
}

/**
 * How far behind a party goes that has `held` in hand where `even` would be its part: not at all up to
 * that, half of `most` (ms) with twice as much, never all of it.
 */
export function behindOf(held: number, even: number, most: number): number {
  return held <= even ? 0 : most * (1 - even / held);
}

/** @param most how many tasks more there may be in hand after the round */
function partOf(
  held: ReadonlyMap<string, number>,
  waiting: readonly string[],
  most: number,
  mostBehind: number,
): { behind(party: string): number; give(party: string): void } {
  const now = new Map(held);
  const parties = new Set([...held.keys(), ...waiting]);
  const inHand = [...held.values()].reduce((sum, count) => sum + count, 0);
  const even = Math.max(1, (inHand + most) / Math.max(1, parties.size));
  return {
    behind: (party) => behindOf(now.get(party) ?? 0, even, mostBehind),
    give: (party) => now.set(party, (now.get(party) ?? 0) + 1),
  };
}

function isBefore<L>(a: Open<L>, b: Open<L>): boolean {
  return a.rank < b.rank || (a.rank === b.rank && a.head.number < b.head.number);
}

/** A binary heap: the foremost comes first. */
function heapOf<T>(isFirst: (a: T, b: T) => boolean): { push(one: T): void; pop(): T | undefined } {
  const items: T[] = [];
  const sink = (from: number, one: T): void => {
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      const [left, right] = [items[child], items[child + 1]];
      if (left === undefined) break;
      const least = right !== undefined && isFirst(right, left) ? right : left;
      if (least === right) child += 1;
      if (!isFirst(least, one)) break;
      items[place] = least;
      place = child;
    }
    items[place] = one;
  };
  return {
    push(one) {
      let place = items.length;
      for (let up = items[(place - 1) >> 1]; place > 0 && up && isFirst(one, up);) {
        items[place] = up;
        place = (place - 1) >> 1;
        up = items[(place - 1) >> 1];
      }
      items[place] = one;
    },
    pop() {
      const first = items[0];
      const last = items.pop();
      if (last !== undefined && items.length > 0) sink(0, last);
      return first;
    },
  };
}
