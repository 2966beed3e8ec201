/**
 * How busy each agent was, for charts: finely over the last hour, coarsely over the last day. In memory only, and bounded:
 * 12 KB for an agent. Fed by heartbeats, read by the API.
 */
import type { Clock } from '../../../shared/clock.ts';
import type { Vitals } from '../../../shared/domain/agent.ts';
import type { AgentId } from '../../../shared/ids.ts';
import type { VitalsPast } from '../../../shared/vitals-past.ts';

export interface VitalsHistory {
  /** @param slotsBusy attempts that the agent holds now */
  add(id: AgentId, vitals: Vitals, slotsBusy: number): void;
  /** The last so many minutes, at most a day; of an agent that was never heard nothing is known. */
  read(id: AgentId, minutes: number): VitalsPast;
  forget(id: AgentId): void;
}

const MINUTE = 60_000;
const FINE = { stepMs: 15_000, size: 240 };
const COARSE = { stepMs: 2 * MINUTE, size: 720 };
const FINE_MINUTES = (FINE.stepMs * FINE.size) / MINUTE;

/** What is kept of a reading, and in which unit it is packed. */
const KEPT = [
  ['cpu', 'share'],
  ['memoryUsedBytes', 'size'],
  ['diskFreeBytes', 'size'],
  ['rxBytesPerS', 'size'],
  ['txBytesPerS', 'size'],
  ['slotsBusy', 'count'],
] as const;
type Column = (typeof KEPT)[number][0];
type Unit = (typeof KEPT)[number][1];
type Reading = { readonly [C in Column]?: number | undefined };
const COLUMNS = KEPT.length;

interface Ring {
  readonly stepMs: number;
  readonly size: number;
  /** `size` pieces of COLUMNS packed values each; piece `n` since the epoch lies at `n % size`. */
  readonly packed: Uint16Array;
  /** The piece that grows now. */
  newest: number;
  readonly sums: Float64Array;
  readonly counts: Uint32Array;
}

export function createVitalsHistory(clock: Pick<Clock, 'now'>): VitalsHistory {
  const rings = new Map<AgentId, { readonly fine: Ring; readonly coarse: Ring }>();
  return {
    add(id, vitals, slotsBusy) {
      let mine = rings.get(id);
      if (!mine) rings.set(id, (mine = { fine: newRing(FINE), coarse: newRing(COARSE) }));
      const reading = { ...vitals, slotsBusy };
      const now = clock.now();
      put(mine.fine, reading, now);
      put(mine.coarse, reading, now);
    },
    read(id, minutes) {
      const span = minutes <= FINE_MINUTES ? FINE : COARSE;
      const mine = rings.get(id);
      return taken(span === FINE ? mine?.fine : mine?.coarse, span, minutes, clock.now());
    },
    forget: (id) => void rings.delete(id),
  };
}

function newRing({ stepMs, size }: { readonly stepMs: number; readonly size: number }): Ring {
  return {
    stepMs,
    size,
    packed: new Uint16Array(size * COLUMNS).fill(UNKNOWN),
    newest: Number.NEGATIVE_INFINITY,
    sums: new Float64Array(COLUMNS),
    counts: new Uint32Array(COLUMNS),
  };
}

function put(ring: Ring, reading: Reading, now: number): void {
  advance(ring, Math.floor(now / ring.stepMs));
  const at = (ring.newest % ring.size) * COLUMNS;
  for (const [column, [name, unit]] of KEPT.entries()) {
    const value = reading[name];
    if (value === undefined) continue;
    const sum = (ring.sums[column] ?? 0) + value;
    const count = (ring.counts[column] ?? 0) + 1;
    ring.sums[column] = sum;
    ring.counts[column] = count;
    ring.packed[at + column] = pack(unit, sum / count);
  }
}

/** Makes `piece` the newest. Those that were passed over are unknown. */
function advance(ring: Ring, piece: number): void {
  // A clock that is set right by a little stays within the piece; one that is set back by more begins anew.
  if (piece === ring.newest || piece === ring.newest - 1) return;
  const passed = piece - ring.newest;
  if (passed < 0 || passed >= ring.size) ring.packed.fill(UNKNOWN);
  else {
    for (let next = ring.newest + 1; next <= piece; next += 1) {
      const at = (next % ring.size) * COLUMNS;
      ring.packed.fill(UNKNOWN, at, at + COLUMNS);
    }
  }
  ring.newest = piece;
  ring.sums.fill(0);
  ring.counts.fill(0);
}

function taken(
  ring: Ring | undefined,
  { stepMs, size }: { readonly stepMs: number; readonly size: number },
  minutes: number,
  now: number,
): VitalsPast {
  const length = Math.min(size, Math.ceil((minutes * MINUTE) / stepMs));
  const first = Math.floor(now / stepMs) - length + 1;
  const columnOf = (name: Column): (number | null)[] => {
    const column = KEPT.findIndex(([kept]) => kept === name);
    const unit = KEPT[column]?.[1] ?? 'size';
    return Array.from({ length }, (_, index) => {
      const piece = first + index;
      if (!ring || piece > ring.newest || piece <= ring.newest - size) return null;
      return unpack(unit, ring.packed[(piece % size) * COLUMNS + column] ?? UNKNOWN);
    });
  };
  return {
    from: first * stepMs,
    stepMs,
    cpu: columnOf('cpu'),
    memoryUsedBytes: columnOf('memoryUsedBytes'),
    diskFreeBytes: columnOf('diskFreeBytes'),
    rxBytesPerS: columnOf('rxBytesPerS'),
    txBytesPerS: columnOf('txBytesPerS'),
    slotsBusy: columnOf('slotsBusy'),
  };
}

/** Sixteen bits for a value: four times less than a number, and finer than any chart. */
const UNKNOWN = 0xffff;
const MOST = UNKNOWN - 1;
/** Sizes are kept as their logarithm: 0.06 % fine, up to 2^50. */
const SIZE_SCALE = 1_300;
const COUNT_SCALE = 64;

function pack(unit: Unit, value: number): number {
  return Math.min(MOST, Math.max(0, Math.round(scaled(unit, value))));
}

function scaled(unit: Unit, value: number): number {
  if (unit === 'share') return value * MOST;
  return unit === 'count' ? value * COUNT_SCALE : Math.log2(1 + value) * SIZE_SCALE;
}

function unpack(unit: Unit, packed: number): number | null {
  if (packed === UNKNOWN) return null;
  if (unit === 'share') return packed / MOST;
  return unit === 'count' ? packed / COUNT_SCALE : 2 ** (packed / SIZE_SCALE) - 1;
}
