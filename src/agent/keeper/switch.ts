/**
 * Which build an agent is started from, and what becomes of `next.json`: decided by what is on disk alone, so that a keeper
 * that was killed at any step goes on where it was.
 *
 *   next.json written by the agent ──► on probation ──welcomed──► current = next, next.json removed
 *        │ not whole, refused before, begun twice     │ not welcomed in time, or it ended
 *        └───────────────► refused.json, next.json removed ◄──────┘   (the current build goes on)
 *
 * `current` leads to a whole build before and after every step.
 */
import {
  currentBuild,
  pickCurrent,
  pruneBuilds,
  readNext,
  readRefused,
  readValid,
  refuseBuild,
  setCurrent,
  writeNext,
} from '../host/builds.ts';
import type { Disk } from '../host/durable.ts';
import type { Home } from '../host/home.ts';

export interface Choice {
  readonly build: string;
  /** It has to be welcomed by the coordinator before it takes the place of the current one. */
  readonly probation: boolean;
}

export interface Switch {
  /** What to start now; `null`: there is no whole build in the home. */
  choose(): Promise<Choice | null>;
  /** The build on probation was welcomed. */
  passed(build: string): Promise<void>;
  /** It was not. */
  failed(build: string, why: string): Promise<void>;
  /** The agent that ended left its place to another build. */
  hasNext(): Promise<boolean>;
}

/** Ended by a crash of the machine twice, a build is not tried a third time. */
const MOST_TRIES = 2;

/** @param warn told of what the disk does not take; the agent goes on all the same */
export function createSwitch(home: Home, disk: Disk, warn: (message: string) => void): Switch {
  return new HomeSwitch(home, disk, warn);
}

class HomeSwitch implements Switch {
  private readonly home: Home;
  private readonly disk: Disk;
  private readonly warn: (message: string) => void;
  /** Also what a full disk did not let us write down. */
  private readonly refused = new Set<string>();

  constructor(home: Home, disk: Disk, warn: (message: string) => void) {
    this.home = home;
    this.disk = disk;
    this.warn = warn;
  }

  async choose(): Promise<Choice | null> {
    const { home, disk } = this;
    const next = await this.settle();
    if (next !== null) return next;
    const picked = await pickCurrent(home);
    if (picked === null) return null;
    if ((await currentBuild(home)) !== picked.build)
      await this.attempt(setCurrent(home, picked.build, disk));
    return { build: picked.build, probation: false };
  }

  async passed(build: string): Promise<void> {
    const { home, disk } = this;
    const before = await currentBuild(home);
    const isCurrent = await this.attempt(setCurrent(home, build, disk));
    // Else it is on probation again after a restart.
    if (!isCurrent) return;
    await this.attempt(disk.remove(home.next));
    await this.attempt(pruneBuilds(home, before, disk));
  }

  async failed(build: string, why: string): Promise<void> {
    const { home, disk } = this;
    this.refused.add(build);
    this.warn(`build ${build} is refused from now on: ${why}`);
    await this.attempt(refuseBuild(home, build, why, disk));
    await this.attempt(disk.remove(home.next));
  }

  async hasNext(): Promise<boolean> {
    const next = await readNext(this.home);
    return next !== null && !this.refused.has(next.build);
  }

  private async settle(): Promise<Choice | null> {
    const { home, disk } = this;
    const next = await readNext(home);
    if (next === null) return null;
    const { build, tries } = next;
    if ((await currentBuild(home)) === build) {
      await this.attempt(disk.remove(home.next));
      return null;
    }
    const why = await this.whyNot(build, tries);
    const isNoted =
      why === null && (await this.attempt(writeNext(home, { build, tries: tries + 1 }, disk)));
    if (isNoted) return { build, probation: true };
    await this.failed(build, why ?? 'the disk takes no writes');
    return null;
  }

  private async whyNot(build: string, tries: number): Promise<string | null> {
    const before = (await readRefused(this.home)).get(build);
    if (before !== undefined) return before;
    if (this.refused.has(build)) return 'it failed here before';
    if ((await readValid(this.home, build)) === null) return 'it is not whole';
    return tries >= MOST_TRIES ? `it was begun ${tries} times and never came up` : null;
  }

  /** @returns whether the disk took it */
  private async attempt(change: Promise<void>): Promise<boolean> {
    try {
      await change;
      return true;
    } catch (error) {
      // What the system refuses has a code; all else is a bug.
      if (!(error instanceof Error) || !('code' in error)) throw error;
      this.warn(`the home does not take a change: ${error.message}`);
      return false;
    }
  }
}
