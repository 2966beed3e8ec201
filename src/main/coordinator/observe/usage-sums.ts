/**
 * Sums of what was done and used, by pieces of time. A piece that was summed up once is kept until something is added to one of
 * its hours, as whoever looks at the last months asks for the same days again and again. In memory, and bounded: the hours
 * in the database are the record. Others may work between the pieces that have to be read.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AMOUNTS } from '../../../shared/usage.ts';
import type { CallTable } from '../db/calls.ts';
import type { UsageGroup, UsageTable } from '../db/usage.ts';

/** Of one piece, by name. */
export interface PieceSums {
  readonly names: readonly string[];
  /** For each name as many numbers as there are `AMOUNTS`, in that order. */
  readonly numbers: Float64Array;
}

export interface UsageSums {
  /** @param edges where pieces begin, and the last one ends: hours since the epoch */
  read(group: UsageGroup | 'account', edges: readonly number[]): Promise<PieceSums[]>;
}

export interface UsageSumsDeps {
  readonly usage: Pick<UsageTable, 'sums' | 'stamp'>;
  /** Only they know accounts; their hours are stamped with those of `usage`, as each call is in both. */
  readonly calls: Pick<CallTable, 'sums'>;
  readonly pause?: () => Promise<void>;
}

/** Names of all pieces together: some 20 MB. */
const MOST_NAMES = 200_000;
/** Hours read before others may work. */
export const HOURS_AT_ONCE = 24;

interface Kept extends PieceSums {
  readonly stamp: number;
}

export function keepUsageSums({ usage, calls, pause = nextTurn }: UsageSumsDeps): UsageSums {
  const kept = new Map<string, Kept>();
  let weight = 0;

  function forget(key: string): void {
    weight -= weightOf(kept.get(key));
    kept.delete(key);
  }

  function keep(key: string, piece: Kept): void {
    forget(key);
    kept.set(key, piece);
    weight += weightOf(piece);
    // Whoever was asked for last is last.
    for (const oldest of kept.keys()) {
      if (weight <= MOST_NAMES) break;
      forget(oldest);
    }
  }

  return {
    async read(group, edges) {
      const pieces: PieceSums[] = [];
      let hours = 0;
      for (const [index, from] of edges.slice(0, -1).entries()) {
        const to = edges[index + 1] ?? from;
        const key = `${group} ${from} ${to}`;
        const stamp = usage.stamp(from, to);
        let piece = kept.get(key);
        if (piece?.stamp !== stamp) {
          const rows = group === 'account' ? calls.sums(from, to) : usage.sums(group, from, to);
          piece = { ...piecesOf(rows), stamp };
          hours += to - from;
        }
        keep(key, piece);
        pieces.push(piece);
        if (hours < HOURS_AT_ONCE) continue;
        hours = 0;
        await pause();
      }
      return pieces;
    },
  };
}

function piecesOf(rows: ReturnType<UsageTable['sums']>): PieceSums {
  const numbers = new Float64Array(rows.length * AMOUNTS.length);
  const names = rows.map(([name, ...amounts], index) => {
    numbers.set(amounts, index * AMOUNTS.length);
    return name;
  });
  return { names, numbers };
}

/** An empty piece is kept, too, and costs something. */
function weightOf(piece: PieceSums | undefined): number {
  return piece ? piece.names.length + 1 : 0;
}
