/** What one task of the stream is: drawn from the seed, and what its engine must have printed, calculated from it. */
import path from 'node:path';
import type { Random } from './random.ts';

export interface Work {
  readonly number: number;
  /** In the title and in the name of the file that it changes: no two tasks share one. */
  readonly key: string;
  readonly repo: string;
  readonly seed: number;
  readonly lines: number;
  readonly run: string;
  readonly decisions: Decisions;
}

/** What the person at the window will do about it. */
export interface Decisions {
  /** ms before each repetition of the create, whose connection is cut. */
  readonly cutCreates: readonly number[];
  readonly cancelAfterMs: number | null;
  readonly sendBack: boolean;
  readonly reject: boolean;
  /** How many times an approval is sent, all at once. */
  readonly approvals: number;
  /** How often a failed task is tried again by hand before it is cancelled. */
  readonly retries: number;
}

/** Of all tasks: each takes several seconds of GitHub's one write a second. */
const HUB_SHARE = 0.1;

export function workOf(
  number: number,
  repos: readonly string[],
  folder: string,
  all: Random,
  hub: string,
): Work {
  const random = all.stream(`task/${number}`);
  const key = `work-${number}`;
  const seed = random.int(1, 2 ** 31 - 1);
  const { lines, every, pause } = paceOf(random);
  const child = random.pick(['none', 'none', 'none', 'none', 'setsid', 'fork', 'nohup', 'bare']);
  const stubborn = random.chance(0.2) ? 'yes' : 'no';
  const fails = random.chance(0.04) ? 'yes' : 'no';
  const engine = path.join(folder, 'engine.sh');
  return {
    number,
    key,
    repo: random.chance(HUB_SHARE) ? hub : random.pick(repos),
    seed,
    lines,
    run: `exec sh ${engine} ${folder} ${key} ${seed} ${lines} ${every} ${pause} ${child} ${stubborn} ${fails}`,
    decisions: {
      cutCreates: Array.from({ length: random.chance(0.15) ? random.int(1, 3) : 0 }, () =>
        random.int(0, 40),
      ),
      cancelAfterMs: random.chance(0.12) ? random.int(0, 8_000) : null,
      sendBack: random.chance(0.08),
      reject: random.chance(0.04),
      approvals: random.chance(0.2) ? random.int(2, 4) : 1,
      retries: 3,
    },
  };
}

/** Mostly short, some long enough to be hit in the middle, some that print a lot at once. */
function paceOf(random: Random): { lines: number; every: number; pause: string } {
  const kind = random.next();
  if (kind < 0.45) return { lines: random.int(5, 40), every: random.int(5, 20), pause: '0.1' };
  // Longer than a lease: still at work when its agent is given up.
  if (kind < 0.5) return { lines: random.int(90, 130), every: 1, pause: '0.2' };
  if (kind < 0.92) {
    const steps = random.int(5, 40);
    const every = random.int(1, 20);
    return { lines: steps * every, every, pause: '0.2' };
  }
  return { lines: random.int(1_000, 4_000), every: 500, pause: '0.3' };
}

/** Every line that the engine of `work` prints when it is not stopped. */
export function linesOf({ seed, lines }: Pick<Work, 'seed' | 'lines'>): string[] {
  let x = BigInt(seed);
  return Array.from({ length: lines }, (_, i) => {
    x = (x * 1_103_515_245n + 12_345n) % 2_147_483_648n;
    return `L ${i + 1} ${x}`;
  });
}
