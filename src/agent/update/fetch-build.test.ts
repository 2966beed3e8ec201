/** What becomes of a build on its way: in pieces over a line that breaks, damaged, or too large. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readValid } from '../host/builds.ts';
import { buildPlace, homeAt, type Home } from '../host/home.ts';
import { testClock } from '../testing/clock.ts';
import { fetchBuild, type ReadFrom } from './fetch-build.ts';
import { UpdateError, type UpdateOrder } from './orders.ts';

const BYTES = Buffer.concat([randomBytes(40_000), Buffer.alloc(20_000)]);
const PACKED = gzipSync(BYTES);
const ORDER: UpdateOrder = {
  type: 'update',
  order: 'order-1',
  version: '2.0.0',
  build: 'newer',
  size: BYTES.length,
  sha256: createHash('sha256').update(BYTES).digest('hex'),
  path: '/executables/x.gz',
};

let home: Home;

beforeEach(async () => {
  home = homeAt(mkdtempSync(path.join(tmpdir(), 'koubou-fetch-')));
  await mkdir(home.versions);
});
afterEach(() => rmSync(home.dir, { recursive: true, force: true }));

/** A line that breaks after so many bytes, again and again; time passes by itself. */
function line(
  breaks: readonly number[],
  packed = PACKED,
): { readFrom: ReadFrom; starts: number[] } {
  const left = [...breaks];
  const starts: number[] = [];
  return {
    starts,
    async readFrom(_, from) {
      starts.push(from);
      const most = left.shift();
      return (async function* pieces() {
        yield packed.subarray(from, most === undefined ? undefined : from + most);
        if (most !== undefined) throw new Error('the line broke');
      })();
    },
  };
}

async function fetched(readFrom: ReadFrom, order = ORDER): Promise<void> {
  const clock = testClock();
  const { after } = clock;
  // Pauses are over as soon as they begin.
  clock.after = (ms, run) => {
    const cancel = after(ms, run);
    queueMicrotask(() => clock.pass(ms));
    return cancel;
  };
  await fetchBuild(order, { home, readFrom, clock, signal: new AbortController().signal });
}

test('it is whole after any number of breaks, and goes on from what is there', async () => {
  const breaks = fc.array(fc.integer({ min: 1, max: 30_000 }), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(breaks, async (points) => {
      rmSync(buildPlace(home, 'newer').dir, { recursive: true, force: true });
      const { readFrom, starts } = line(points);
      await fetched(readFrom);
      expect(readFileSync(buildPlace(home, 'newer').executable)).toEqual(BYTES);
      expect(starts).toEqual(starts.toSorted((a, b) => a - b));
      expect(starts.length).toBeGreaterThanOrEqual(Math.min(points.length, 1));
    }),
    { numRuns: 10 },
  );
});

test('it may be run, is said to be whole, and is not fetched twice', async () => {
  const { readFrom, starts } = line([]);
  await fetched(readFrom);
  await fetched(readFrom);
  expect(starts).toEqual([0]);
  expect(statSync(buildPlace(home, 'newer').executable).mode & 0o777).toBe(0o755);
  expect(await readValid(home, 'newer', true)).toMatchObject({ build: 'newer', version: '2.0.0' });
  expect(readdirSync(home.versions)).toEqual(['newer']);
});

test.each([
  ['is something else', ORDER, gzipSync(randomBytes(BYTES.length)), 'SHA-256'],
  ['is no gzip', ORDER, randomBytes(1_000), 'cannot be unpacked'],
  ['ends early', ORDER, PACKED.subarray(0, 30_000), 'cannot be unpacked'],
  ['is larger than said', { ...ORDER, size: 1_000 }, PACKED, 'larger than'],
  ['needs more room than there is', { ...ORDER, size: 2 ** 50 }, PACKED, 'MB free at'],
])('what %s is refused in a sentence, and nothing of it stays', async (_, order, packed, why) => {
  const refused = fetched(line([], packed).readFrom, order);
  await expect(refused).rejects.toThrow(UpdateError);
  await expect(refused).rejects.toThrow(why);
  expect(readdirSync(home.versions)).toEqual([]);
});

test('a line that gives nothing any more is given up', async () => {
  const refused = fetched(line(Array.from({ length: 20 }, () => 0)).readFrom);
  await expect(refused).rejects.toThrow('cannot be downloaded: the line broke');
});
