/** Who used how much in which piece of time: the greatest by name, all others as one. Pure. */
import { AMOUNTS, NO_AMOUNTS, tokensOf, type Amounts } from '../../../shared/usage.ts';
import { DAY_MS } from './days.ts';
import type { PieceSums } from './usage-sums.ts';

export interface UsageRank {
  /** `null`: all others together. */
  readonly name: string | null;
  readonly total: Amounts;
  /** One for each piece. */
  readonly pieces: readonly Amounts[];
}

/** More nobody tells apart. */
const MOST_GROUPS = 12;
const SIZE = AMOUNTS.length;

/** Cost: all names of all pieces, twice; so nothing is made for each of them. */
export function rankUsage(pieces: readonly PieceSums[]): UsageRank[] {
  const totals = new Map<string, Float64Array>();
  for (const piece of pieces) {
    for (const [at, name] of piece.names.entries()) {
      let total = totals.get(name);
      if (!total) totals.set(name, (total = new Float64Array(SIZE)));
      addTo(total, piece, at);
    }
  }
  const all = [...totals]
    .map(([name, total]) => ({ name, total: amountsOf(total) }))
    .toSorted((a, b) => weightOf(b.total) - weightOf(a.total));
  const first: (string | null)[] = all.slice(0, MOST_GROUPS).map(({ name }) => name);
  const names = all.length > MOST_GROUPS ? [...first, null] : first;
  const places = new Map(first.map((name, place) => [name, place]));
  const sums = pieces.map((piece) => byPlace(piece, places, names.length));
  return names.map((name, place) => ({
    name,
    total: amountsOf(sumOf(sums.map((of) => of.subarray(place * SIZE, (place + 1) * SIZE)))),
    pieces: sums.map((of) => amountsOf(of.subarray(place * SIZE, (place + 1) * SIZE))),
  }));
}

/** Of one piece, the sums of each place; names without one are in the last. */
function byPlace(
  piece: PieceSums,
  places: ReadonlyMap<string | null, number>,
  count: number,
): Float64Array {
  const sums = new Float64Array(count * SIZE);
  for (const [at, name] of piece.names.entries()) {
    const place = places.get(name) ?? count - 1;
    addTo(sums.subarray(place * SIZE), piece, at);
  }
  return sums;
}

function addTo(sum: Float64Array, { numbers }: PieceSums, at: number): void {
  for (let index = 0; index < SIZE; index += 1) {
    sum[index] = (sum[index] ?? 0) + (numbers[at * SIZE + index] ?? 0);
  }
}

function sumOf(all: readonly Float64Array[]): Float64Array {
  const sum = new Float64Array(SIZE);
  for (const numbers of all)
    for (const [index, n] of numbers.entries()) sum[index] = (sum[index] ?? 0) + n;
  return sum;
}

/** All names of a piece together. */
export function totalOf({ numbers }: PieceSums): Amounts {
  const sum = new Float64Array(SIZE);
  for (const [index, n] of numbers.entries()) sum[index % SIZE] = (sum[index % SIZE] ?? 0) + n;
  return amountsOf(sum);
}

function amountsOf(numbers: Float64Array): Amounts {
  const amounts = { ...NO_AMOUNTS };
  for (const [index, name] of AMOUNTS.entries()) amounts[name] = numbers[index] ?? 0;
  return amounts;
}

/** Tokens first; what uses none ranks by its time at work. */
function weightOf(amounts: Amounts): number {
  return tokensOf(amounts) + amounts.busyMs / DAY_MS;
}
