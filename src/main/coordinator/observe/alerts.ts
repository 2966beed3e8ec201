/**
 * Which limits are worth a word: those of which 80, 90 or 100 % are used, or will be if it goes on like this. Each level is told
 * once, and falls again only when use has fallen well below it. Pure.
 */

export const LEVELS = [0.8, 0.9, 1] as const;
export type Level = (typeof LEVELS)[number];

/** So far below a level use must fall before it is left. */
const HYSTERESIS = 0.05;

export interface Use {
  /** Names the limit. */
  readonly key: string;
  /** Parts of the limit: now, and when it begins anew; `null`: nobody can say. */
  readonly used: number;
  readonly expected: number | null;
}

export interface Alert {
  readonly key: string;
  /** `null`: below the lowest. */
  readonly used: Level | null;
  readonly expected: Level | null;
}

/** @param before the answer of the last time */
export function alertsOf(before: readonly Alert[], uses: readonly Use[]): Alert[] {
  const known = new Map(before.map((alert) => [alert.key, alert]));
  return uses.flatMap(({ key, used, expected }) => {
    const old = known.get(key);
    const alert = {
      key,
      used: levelOf(used, old?.used ?? null),
      expected: expected === null ? null : levelOf(expected, old?.expected ?? null),
    };
    return alert.used === null && alert.expected === null ? [] : [alert];
  });
}

function levelOf(used: number, before: Level | null): Level | null {
  const now = LEVELS.findLast((level) => used >= level) ?? null;
  if (before === null || (now !== null && now >= before)) return now;
  const kept = LEVELS.findLast((level) => level <= before && used >= level - HYSTERESIS);
  return kept ?? null;
}
