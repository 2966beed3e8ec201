/**
 * The connection of a provisioning is cut at random bytes: the host then has the build whole or not at all, and the next try ends
 * well, going on where the last one ended. `KOUBOU_LONG=1` for many more points; `KOUBOU_SEED` for those of another run.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NewHost, type Provisioning } from '../../src/shared/provisioning.ts';
import {
  openWorkbench,
  type Workbench,
} from '../../src/main/coordinator/provision/testing/bench.ts';

const LONG = process.env['KOUBOU_LONG'] !== undefined;
const POINTS = LONG ? 208 : 16;
const TESTS = 4;
const SEED = process.env['KOUBOU_SEED'] ?? String(Date.now());

let bench: Workbench;
/** Bytes that go to the host in a whole run. */
let whole = 0;

beforeAll(async () => {
  bench = await openWorkbench({ size: 600_000 });
  expect((await add()).state).toBe('done');
  rmSync(home(), { recursive: true, force: true });
  bench.wire.cutAfter(Number.POSITIVE_INFINITY);
  expect((await add()).state).toBe('done');
  whole = bench.wire.sent();
});
afterAll(async () => await bench?.close());

const home = (): string => path.join(bench.home, '.local/share/koubou-agent');
const versions = (): string => path.join(home(), 'versions');

async function add(): Promise<Provisioning> {
  const begun = bench.provisioner.add([NewHost.parse({ target: bench.target })]);
  if (!begun.ok) throw new Error(begun.error.message);
  const id = begun.value[0]?.id;
  bench.told.length = 0;
  const asked = await bench.until((one) => one.id === id && (one.question ?? one.endedAt) !== null);
  if (asked.question) bench.provisioner.answer(asked.id, asked.question.n, ['yes']);
  return await bench.until((one) => one.id === id && one.endedAt !== null);
}

/** The builds that count on the host, with the checksum of what they really are. */
function validBuilds(): { build: string; isWhole: boolean }[] {
  if (!existsSync(versions())) return [];
  return readdirSync(versions())
    .filter((build) => existsSync(path.join(versions(), build, 'valid.json')))
    .map((build) => {
      const bytes = readFileSync(path.join(versions(), build, 'koubou'));
      const hash = createHash('sha256').update(bytes).digest('hex');
      return { build, isWhole: hash === bench.release.sha256 };
    });
}

function randomShare(n: number): number {
  const bytes = createHash('sha256').update(`${SEED}/${n}`).digest();
  return bytes.readUInt32BE(0) / 2 ** 32;
}

const points = Array.from({ length: POINTS }, (_, n) => n);
const parts = Array.from({ length: TESTS }, (_, part) => ({
  part,
  ns: points.filter((n) => n % TESTS === part),
}));

test.each(parts)(
  `cut at ${POINTS / TESTS} random bytes ($part of ${TESTS}, seed ${SEED})`,
  async ({ ns }) => {
    for (const n of ns) {
      rmSync(home(), { recursive: true, force: true });
      bench.wire.cutAfter(Math.floor(whole * randomShare(n)));
      const cut = await add();
      const about = `point ${n}: ${cut.error?.code ?? cut.state}`;
      expect(validBuilds(), about).toSatisfy((found: ReturnType<typeof validBuilds>) =>
        found.every(({ build, isWhole }) => build === 'b1' && isWhole),
      );
      bench.wire.cutAfter(Number.POSITIVE_INFINITY);
      const next = await add();
      expect([next.state, next.error], about).toEqual(['done', null]);
      expect(validBuilds(), about).toEqual([{ build: 'b1', isWhole: true }]);
      expect(readdirSync(versions()), about).toEqual(['b1']);
    }
  },
  LONG ? 900_000 : 240_000,
);
