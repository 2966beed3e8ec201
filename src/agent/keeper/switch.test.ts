/** Which build is started: after any kill, at any step, a whole build is current, and no build that failed comes back. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  currentBuild,
  listBuilds,
  markValid,
  readNext,
  readRefused,
  readValid,
  setCurrent,
  writeNext,
} from '../host/builds.ts';
import { realDisk, type Disk } from '../host/durable.ts';
import { buildPlace, homeAt, type Home } from '../host/home.ts';
import { createSwitch, type Switch } from './switch.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'koubou-switch-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

let homes = 0;

async function makeHome(...builds: string[]): Promise<Home> {
  homes += 1;
  const home = homeAt(path.join(folder, `home-${homes}`));
  for (const build of builds) await addBuild(home, build);
  return home;
}

async function addBuild(home: Home, build: string): Promise<void> {
  const place = buildPlace(home, build);
  mkdirSync(place.dir, { recursive: true });
  writeFileSync(place.executable, build, { mode: 0o755 });
  const sha256 = 'a'.repeat(64);
  await markValid(home, { build, sha256, size: build.length, version: '1.0.0' });
}

function open(home: Home, disk: Disk = realDisk): Switch {
  return createSwitch(home, disk, () => {});
}

describe('choosing', () => {
  test('the current build is started; without one, the newest whole one, which becomes current', async () => {
    const home = await makeHome('x', 'y');
    await setCurrent(home, 'x');
    expect(await open(home).choose()).toEqual({ build: 'x', probation: false });
    rmSync(buildPlace(home, 'x').valid);
    expect(await open(home).choose()).toEqual({ build: 'y', probation: false });
    expect(await currentBuild(home)).toBe('y');
    rmSync(home.versions, { recursive: true });
    expect(await open(home).choose()).toBeNull();
  });

  test('a build that was cut off is never started', async () => {
    const home = await makeHome('x', 'y');
    await setCurrent(home, 'x');
    writeFileSync(buildPlace(home, 'y').executable, '');
    await writeNext(home, { build: 'y', tries: 0 });
    expect(await open(home).choose()).toEqual({ build: 'x', probation: false });
    expect((await readRefused(home)).get('y')).toMatch(/not whole/);
    expect(await readNext(home)).toBeNull();
  });

  test('the next build is on probation, takes over when it passed, and old ones go', async () => {
    const home = await makeHome('x', 'a', 'b', 'c');
    await setCurrent(home, 'x');
    await addBuild(home, 'y');
    await writeNext(home, { build: 'y', tries: 0 });
    const builds = open(home);
    expect(await builds.choose()).toEqual({ build: 'y', probation: true });
    expect(await currentBuild(home)).toBe('x');
    await builds.passed('y');
    expect(await builds.hasNext()).toBe(false);
    expect(await builds.choose()).toEqual({ build: 'y', probation: false });
    const left = (await listBuilds(home)).map(({ build }) => build);
    expect(left).toHaveLength(3);
    expect(left).toEqual(expect.arrayContaining(['x', 'y']));
  });

  test('one that failed is never tried again, also after a restart', async () => {
    const home = await makeHome('x', 'y');
    await setCurrent(home, 'x');
    await writeNext(home, { build: 'y', tries: 0 });
    const builds = open(home);
    await builds.choose();
    await builds.failed('y', 'it hung');
    expect(await builds.choose()).toEqual({ build: 'x', probation: false });
    await writeNext(home, { build: 'y', tries: 0 });
    expect(await open(home).choose()).toEqual({ build: 'x', probation: false });
    expect((await readRefused(home)).get('y')).toBe('it hung');
  });

  test('one under which the machine went down twice is refused', async () => {
    const home = await makeHome('x', 'y');
    await setCurrent(home, 'x');
    await writeNext(home, { build: 'y', tries: 0 });
    expect(await open(home).choose()).toEqual({ build: 'y', probation: true });
    expect(await open(home).choose()).toEqual({ build: 'y', probation: true });
    expect(await open(home).choose()).toEqual({ build: 'x', probation: false });
  });

  test('a disk that takes no writes stays with the current build', async () => {
    const home = await makeHome('x', 'y');
    await setCurrent(home, 'x');
    await writeNext(home, { build: 'y', tries: 0 });
    const full = async (): Promise<void> => {
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    };
    const builds = open(home, { write: full, link: full, remove: full });
    expect(await builds.choose()).toEqual({ build: 'x', probation: false });
    expect(await builds.hasNext()).toBe(false);
    expect(await builds.choose()).toEqual({ build: 'x', probation: false });
  });
});

class Killed extends Error {}

/** Throws in place of, or after, the n-th change. */
function killedAt(n: number, after: boolean): Disk {
  let done = 0;
  const step = async (change: () => Promise<void>): Promise<void> => {
    const isLast = done === n;
    done += 1;
    if (done > n + 1 || (isLast && !after)) throw new Killed();
    await change();
    if (isLast) throw new Killed();
  };
  return {
    write: (file, text, mode) => step(() => realDisk.write(file, text, mode)),
    link: (target, place) => step(() => realDisk.link(target, place)),
    remove: (place) => step(() => realDisk.remove(place)),
  };
}

type Fate = 'passes' | 'fails';

/** What a keeper does from its start until the agent runs for good; `null`: it was killed. */
async function live(builds: Switch, fateOf: (build: string) => Fate): Promise<string | null> {
  try {
    for (;;) {
      const choice = await builds.choose();
      if (choice === null) throw new Error('there is nothing to start');
      if (!choice.probation) return choice.build;
      if (fateOf(choice.build) === 'passes') await builds.passed(choice.build);
      else await builds.failed(choice.build, 'it failed');
    }
  } catch (error) {
    if (error instanceof Killed) return null;
    throw error;
  }
}

test('killed at any step, a whole build is current, and what failed stays away', async () => {
  const kill = fc.record({ at: fc.nat(8), after: fc.boolean() });
  const update = fc.record({
    fate: fc.constantFrom<Fate>('passes', 'fails'),
    torn: fc.boolean(),
    kills: fc.array(kill, { maxLength: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(update, { minLength: 1, maxLength: 4 }), async (updates) => {
      const home = await makeHome('b0');
      await setCurrent(home, 'b0');
      let good = 'b0';
      for (const [i, { fate, torn, kills }] of updates.entries()) {
        const build = `b${i + 1}`;
        await addBuild(home, build);
        if (torn) writeFileSync(buildPlace(home, build).executable, '');
        await writeNext(home, { build, tries: 0 });
        for (const { at, after } of kills) {
          await live(open(home, killedAt(at, after)), () => fate);
          const current = await currentBuild(home);
          expect([good, build]).toContain(current);
          expect(await readValid(home, current ?? '')).not.toBeNull();
        }
        const runs = await live(open(home), () => fate);
        const refused = await readRefused(home);
        // A good one is refused only for having been begun too often.
        const isGood = fate === 'passes' && !torn;
        const mayRefuse = isGood ? [false, kills.length >= 2] : [true];
        expect(mayRefuse).toContain(refused.has(build));
        if (!refused.has(build)) good = build;
        expect(runs).toBe(good);
        expect(await currentBuild(home)).toBe(good);
        expect(await readNext(home)).toBeNull();
      }
    }),
    { numRuns: 25 },
  );
});
