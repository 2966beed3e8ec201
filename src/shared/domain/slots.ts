/**
 * How many slots an agent should have: one more when all it has are in use and its machine has room, one less when it is short of
 * processor or memory, or when work became slow by working on so much at once. Pure.
 */

/** One look at an agent. Shares from 0 to 1. */
export interface SlotsLook {
  /** Epoch ms. */
  readonly at: number;
  readonly cpu: number;
  readonly memory: number;
  /** Attempts that work. */
  readonly running: number;
}

export interface SlotsHistory {
  readonly slots: number;
  readonly most: number;
  /** Since its slots were changed last, oldest first. */
  readonly looks: readonly SlotsLook[];
  /** How many times as long attempts take with all slots in use as with few; `null`: not known. */
  readonly slowdown: number | null;
}

const MINUTE = 60_000;
/** What a change does is seen only after a while, and the other way takes longer, so that it does not swing. */
const LESS_AFTER_MS = 2 * MINUTE;
const MORE_AFTER_MS = 5 * MINUTE;

/** Above any of these it is too much; there is room only below all of the lower ones. */
const TOO_MUCH = { cpu: 0.95, memory: 0.9, slowdown: 1.6 } as const;
const ROOM = { cpu: 0.7, memory: 0.7, slowdown: 1.25 } as const;
/** What one attempt more would come to is only an estimate: so far it stays below what would be too much. */
const NEAR = 0.98;
/** All slots are in use when they are in so many looks. */
const IN_USE = 0.8;

export interface SlotsAnswer {
  readonly slots: number;
  readonly why: string;
}

/** Answers the number it should have now, never more than one away from what it has; `null`: as it is. */
export function slotsFor({ slots, most, looks, slowdown }: SlotsHistory): SlotsAnswer | null {
  if (slots > most) return { slots: slots - 1, why: `at most ${most} are allowed` };
  const last = looks.at(-1)?.at ?? 0;
  const lately = looks.filter(({ at }) => at >= last - LESS_AFTER_MS);
  if (slots > 1 && spans(lately, LESS_AFTER_MS) && isBusy(lately)) {
    const why = excess(lately, slots, slowdown);
    if (why !== null) return { slots: slots - 1, why };
  }
  const long = looks.filter(({ at }) => at >= last - MORE_AFTER_MS);
  if (slots >= most || !spans(long, MORE_AFTER_MS)) return null;
  const full = long.filter(({ running }) => running >= slots).length / long.length;
  if (full < IN_USE || !hasRoom(long, slots, slowdown)) return null;
  return { slots: slots + 1, why: 'all slots are in use, and the machine has room' };
}

function spans(looks: readonly SlotsLook[], ms: number): boolean {
  const [first, last] = [looks[0], looks.at(-1)];
  // A look more or less does not matter.
  return first !== undefined && last !== undefined && last.at - first.at >= ms * 0.8;
}

function isBusy(looks: readonly SlotsLook[]): boolean {
  return looks.some(({ running }) => running > 0);
}

function excess(
  looks: readonly SlotsLook[],
  slots: number,
  slowdown: number | null,
): string | null {
  if (mean(looks, 'cpu') > TOO_MUCH.cpu) return 'its processor is full';
  if (mean(looks, 'memory') > TOO_MUCH.memory) return 'its memory is nearly full';
  const full = looks.every(({ running }) => running >= slots);
  return full && slowdown !== null && slowdown > TOO_MUCH.slowdown
    ? `attempts take ${slowdown.toFixed(1)} times as long with all slots in use`
    : null;
}

/** Also with one attempt more that is like those it has. */
function hasRoom(looks: readonly SlotsLook[], slots: number, slowdown: number | null): boolean {
  const more = (slots + 1) / slots;
  return (
    mean(looks, 'cpu') < ROOM.cpu &&
    mean(looks, 'cpu') * more < TOO_MUCH.cpu * NEAR &&
    mean(looks, 'memory') < ROOM.memory &&
    mean(looks, 'memory') * more < TOO_MUCH.memory * NEAR &&
    (slowdown ?? 1) < ROOM.slowdown
  );
}

function mean(looks: readonly SlotsLook[], of: 'cpu' | 'memory'): number {
  return looks.reduce((sum, look) => sum + look[of], 0) / Math.max(1, looks.length);
}
