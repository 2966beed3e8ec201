/**
 * The work of a simulation: what comes when, and how long it takes. Either made, so that it looks like that of a real workshop
 * (bursts of one user in one repository, durations log-normal), or read from a log (`from-log.ts`). Pure: the same seed, the same work.
 */
import type { Specialty } from '../../../shared/domain/specialty.ts';
import { PRIORITIES, type Priority } from '../../../shared/domain/task.ts';

/** Durations in ms. */
export interface SimTask {
  /** From the beginning of the simulation. */
  readonly arrivesAt: number;
  readonly priority: Priority;
  /** URL of its repository. */
  readonly repo: string;
  readonly owner: string;
  readonly specialty: Specialty;
  readonly needs: readonly string[];
  /** On an agent that is like all others and has a warm mirror. */
  readonly takesMs: number;
}

/** Numbers from 0 to below 1, always the same after the same seed. */
export type Random = () => number;

export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const MINUTE = 60_000;
const MEDIAN_MS = 4 * MINUTE;
/** Of the logarithm: one task in twenty takes four times the median. */
const SPREAD = 0.85;
const REPOS = 12;
const OWNERS = 6;
const BURST_SHARE = 0.04;
const BURST_MOST = 16;
/** Between the tasks of a burst. */
const BURST_GAP_MS = 2_000;
const SHARES: readonly (readonly [Priority, number])[] = [
  ['urgent', 0.03],
  ['high', 0.15],
  ['normal', 0.57],
  ['low', 0.25],
];
const OF_REPOS: readonly Specialty[] = ['backend', 'frontend', 'testing', 'devops', 'database'];

export interface WorkOptions {
  readonly tasks: number;
  readonly seed: number;
  /** All slots of the agents. */
  readonly slots: number;
  /** Work that comes, over what the slots could do: 1 is all they can. */
  readonly load: number;
}

/** In the order of arrival. */
export function madeWork({ tasks, seed, slots, load }: WorkOptions): SimTask[] {
  const random = randomFrom(seed);
  const mean = MEDIAN_MS * Math.exp(SPREAD ** 2 / 2);
  // What comes apart from bursts, and bursts as wholes.
  const perComing = 1 - BURST_SHARE + BURST_SHARE * ((BURST_MOST + 2) / 2);
  const gap = (mean / (slots * load)) * perComing;
  const made: SimTask[] = [];
  let now = 0;
  while (made.length < tasks) {
    now += -Math.log(1 - random()) * gap;
    const isBurst = random() < BURST_SHARE;
    const size = isBurst ? 2 + Math.floor(random() * (BURST_MOST - 1)) : 1;
    const repo = Math.floor(REPOS * random() ** 2);
    const owner = `user:${Math.floor(OWNERS * random() ** 1.5)}`;
    // Whoever gives much at once is seldom in a hurry.
    const priority = isBurst && random() < 0.8 ? (random() < 0.5 ? 'normal' : 'low') : null;
    for (let n = 0; n < size && made.length < tasks; n++)
      made.push({
        arrivesAt: now + n * BURST_GAP_MS,
        priority: priority ?? priorityOf(random()),
        repo: `/srv/repo-${repo}`,
        owner,
        specialty: OF_REPOS[repo % OF_REPOS.length] ?? 'general',
        needs: random() < 0.1 ? ['python3'] : [],
        takesMs: MEDIAN_MS * Math.exp(SPREAD * normal(random)),
      });
  }
  return made.toSorted((a, b) => a.arrivesAt - b.arrivesAt);
}

function priorityOf(drawn: number): Priority {
  let left = drawn;
  for (const [priority, share] of SHARES) {
    if (left < share) return priority;
    left -= share;
  }
  return PRIORITIES[2];
}

/** Normally distributed around 0 with variance 1 (Box and Muller). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
