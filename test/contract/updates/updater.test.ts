/** The way of an update, from a real server on loopback to what would be installed; only Electron and the installer are stood in for. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/shared/clock.ts';
import { fail, ok, type Result } from '../../../src/shared/result.ts';
import type { UpdateChannel, UpdatePhase, WayBack } from '../../../src/shared/update.ts';
import {
  startUpdateServer,
  type Bend,
  type UpdateServer,
} from '../../support/update-server/server.ts';
import { readKey, type Trouble } from '../../../src/main/electron/update/feed.ts';
import type { Offer } from '../../../src/main/electron/update/find.ts';
import { pickFile } from '../../../src/main/electron/update/kinds.ts';
import { openMemory, type MemoryFile } from '../../../src/main/electron/update/memory.ts';
import { openPackages } from '../../../src/main/electron/update/packages.ts';
import type { Work } from '../../../src/main/electron/update/policy.ts';
import { startUpdater, type Updater } from '../../../src/main/electron/update/updater.ts';

let dir = '';
let server: UpdateServer;

beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-updater-'));
  server = await startUpdateServer();
});

afterEach(async () => {
  await server.close();
  rmSync(dir, { recursive: true, force: true });
});

interface Bench {
  readonly updater: Updater;
  readonly memory: MemoryFile;
  readonly phases: string[];
  /** What was done to the coordinator, the package and the app, in order. */
  readonly done: string[];
  channel: UpdateChannel;
  work: Work | null;
  isSure: boolean;
  installs: Result<null, Trouble>;
  way: WayBack | null;
}

const IDLE: Work = { running: 0, consoles: 0 };

function begin(version: string, { keepsAttempts = true, ahead = 0 } = {}): Bench {
  const memory = openMemory(dir);
  const key = readKey(server.publicKey);
  if (!key) throw new Error('the server has no key');
  const wanted = {
    key,
    platform: 'linux-x64',
    pick: (feed: Offer['feed']) => pickFile(feed, 'deb', 'x64'),
  };
  const packages = openPackages(path.join(dir, 'packages'), wanted);
  const done: string[] = [];
  const phases: string[] = [];
  const bench: Bench = {
    updater: startUpdater({
      ...{ ...wanted, version, memory, packages, keepsAttempts, fetch, clock: clockAt(ahead) },
      source: () => ({ channel: bench.channel, server: server.url }),
      download: async ({ from, file }) => await download(from, file.url),
      install: async ({ file }) => {
        done.push(`install ${readFileSync(file, 'utf8').trim()}`);
        return await Promise.resolve(bench.installs);
      },
      work: async () => await Promise.resolve(bench.work),
      coordinator: {
        isServing: () => true,
        standDown: async (keeps) => void done.push(await Promise.resolve(keeps ? 'leave' : 'end')),
        comeBack: () => void done.push('come back'),
      },
      wayBack: () => bench.way,
      confirmBack: async () => await Promise.resolve(bench.isSure),
      restart: () => void done.push('restart'),
      onPhase: ({ at }: UpdatePhase) => void phases.push(at),
    }),
    ...{ memory, phases, done, channel: 'stable', work: IDLE, isSure: true },
    ...{ installs: ok(null), way: null },
  };
  return bench;
}

/** Timers never fire: whoever looks again is told to. @param ahead of now, in ms */
function clockAt(ahead: number): Clock {
  return { now: () => Date.now() + ahead, monotonic: () => 0, after: () => () => {} };
}

async function download(from: URL, name: string): Promise<Result<string, Trouble>> {
  const bytes = Buffer.from(await (await fetch(from)).arrayBuffer());
  const file = path.join(dir, 'downloaded', name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, bytes);
  return ok(file);
}

async function check({ updater }: Bench): Promise<UpdatePhase> {
  await updater.order({ do: 'check' });
  return updater.phase();
}

/** As the app does by itself. */
async function look(bench: Bench): Promise<UpdatePhase> {
  const before = bench.phases.length;
  bench.updater.begin();
  await expect.poll(() => bench.phases.slice(before).at(-1)).not.toMatch(/^checking|downloading$/);
  await expect.poll(() => bench.phases.length).toBeGreaterThan(before);
  return bench.updater.phase();
}

describe('a newer version', () => {
  it('is downloaded, and installed when somebody says so, while agents work on', async () => {
    server.release({ version: '0.1.0' });
    server.release({ version: '0.2.0' });
    const bench = begin('0.1.0');
    bench.work = { running: 2, consoles: 1 };
    expect(await check(bench)).toMatchObject({ at: 'ready', version: '0.2.0', waits: false });
    expect(bench.done).toEqual([]);
    await bench.updater.order({ do: 'install', when: 'now' });
    expect(bench.done).toEqual(['leave', 'install package 0.2.0', 'restart']);
    expect(openMemory(dir).get()).toMatchObject({ from: '0.1.0', trial: { version: '0.2.0' } });
    // The package of before, for the way back.
    expect(readFileSync(path.join(dir, 'packages/0.1.0/koubou-0.1.0-linux-x64.deb'), 'utf8')).toBe(
      'package 0.1.0\n',
    );
  });

  it('waits for what runs, where that would be lost, or where somebody wants it to', async () => {
    server.release({ version: '0.2.0' });
    const bench = begin('0.1.0', { keepsAttempts: false });
    bench.work = { running: 1, consoles: 0 };
    await check(bench);
    await bench.updater.order({ do: 'install', when: 'now' });
    expect(bench.updater.phase()).toMatchObject({ at: 'ready', waits: true });
    bench.updater.workChanged();
    bench.work = IDLE;
    bench.updater.workChanged();
    await expect.poll(() => bench.done).toEqual(['end', 'install package 0.2.0', 'restart']);

    const calm = begin('0.1.0');
    calm.work = { running: 0, consoles: 1 };
    await check(calm);
    await calm.updater.order({ do: 'install', when: 'idle' });
    expect(calm.done).toEqual([]);
    await calm.updater.order({ do: 'install', when: 'later' });
    calm.work = IDLE;
    calm.updater.workChanged();
    expect(calm.updater.phase()).toMatchObject({ waits: false, isPutOff: true });
  });

  it('that cannot be installed leaves all as it was', async () => {
    server.release({ version: '0.2.0' });
    const bench = begin('0.1.0');
    await check(bench);
    const before = bench.memory.get();
    bench.installs = fail({ problem: 'install', detail: 'dpkg is busy' });
    await bench.updater.order({ do: 'install', when: 'now' });
    expect(bench.done).toEqual(['leave', 'install package 0.2.0', 'come back']);
    expect(bench.updater.phase()).toMatchObject({ at: 'refused', detail: 'dpkg is busy' });
    expect(openMemory(dir).get()).toEqual(before);
  });

  it('is for a part of all at first, and for who asks', async () => {
    server.release({ version: '0.2.0', staging: 0 });
    const bench = begin('0.1.0');
    expect(await look(bench)).toMatchObject({ at: 'rest', found: 'not_yet' });
    expect(await check(bench)).toMatchObject({ at: 'ready', version: '0.2.0' });
  });

  it('of beta is for those who want it, and they get stable ones too', async () => {
    server.release({ version: '0.2.0' });
    server.release({ version: '0.3.0-beta.1', channel: 'beta' });
    const bench = begin('0.2.0');
    expect(await check(bench)).toMatchObject({ at: 'rest', found: 'current' });
    bench.channel = 'beta';
    expect(await check(bench)).toMatchObject({ at: 'ready', version: '0.3.0-beta.1' });
    server.release({ version: '0.3.0' });
    const feed = readFileSync(path.join(server.folder, 'beta-linux.yml'), 'utf8');
    expect(feed).not.toContain('beta.1');
    expect(await check(begin2('0.3.0-beta.1'))).toMatchObject({ at: 'ready', version: '0.3.0' });
  });
});

function begin2(version: string): Bench {
  const bench = begin(version);
  bench.channel = 'beta';
  return bench;
}

describe('a server that is not to be believed', () => {
  const bad: readonly [Bend, string][] = [
    ['error', 'unreachable'],
    ['endless', 'unreachable'],
    ['unsigned', 'unsigned'],
    ['wrong_signature', 'wrong_signature'],
    ['other_key', 'wrong_signature'],
    ['truncated', 'download'],
  ];
  it.each(bad)('%s: is refused as %s', async (bend, problem) => {
    server.release({ version: '0.2.0' });
    server.bend(bend);
    const bench = begin('0.1.0');
    expect(await check(bench)).toMatchObject({ at: 'refused', problem });
    await bench.updater.order({ do: 'install', when: 'now' });
    expect(bench.done).toEqual([]);
    // What is not believed is not even downloaded.
    const packages = server.asked.filter((name) => name.endsWith('.deb'));
    expect(packages.length).toBe(bend === 'truncated' ? 1 : 0);
    server.bend('none');
    expect(await check(bench)).toMatchObject({ at: 'ready', version: '0.2.0' });
  });

  it('plays back an old feed, of an old version, of another place', async () => {
    server.release({ version: '0.2.0' });
    const keep = ['latest-linux.yml', 'latest-linux.yml.sig'].map((name) => {
      const file = path.join(server.folder, name);
      return [file, readFileSync(file)] as const;
    });
    server.release({ version: '0.3.0' });
    const bench = begin('0.3.0');
    expect(await check(bench)).toMatchObject({ found: 'current' });
    for (const [file, bytes] of keep) writeFileSync(file, bytes);
    expect(await check(bench)).toMatchObject({ at: 'refused', problem: 'replayed' });
    rmSync(path.join(dir, 'update.json'));
    expect(await check(begin('0.3.0'))).toMatchObject({ at: 'refused', problem: 'older' });
    expect(await check(begin('0.1.0', { ahead: 400 * 86_400_000 }))).toMatchObject({
      ...{ at: 'refused', problem: 'stale' },
    });
    for (const [file, bytes] of keep) writeFileSync(file.replace('latest', 'beta'), bytes);
    expect(await check(begin2('0.1.0'))).toMatchObject({ problem: 'other_channel' });
  });
});

describe('the way back', () => {
  it('installs the version before, has its data restored, and does not come forward by itself', async () => {
    server.release({ version: '0.1.0' });
    server.release({ version: '0.2.0' });
    const bench = begin('0.2.0');
    const backup = '2026-11-22T08-00-00Z-before-0.2.0';
    bench.way = { version: '0.1.0', isKept: false, backup };
    bench.isSure = false;
    await bench.updater.order({ do: 'back' });
    expect(bench.done).toEqual([]);
    bench.isSure = true;
    await bench.updater.order({ do: 'back' });
    expect(bench.done).toEqual(['leave', 'install package 0.1.0', 'restart']);
    expect(openMemory(dir).get()).toMatchObject({ left: '0.2.0', restore: backup });

    const again = begin('0.1.0');
    expect(await look(again)).toMatchObject({ at: 'rest', found: 'left' });
    expect(await check(again)).toMatchObject({ at: 'ready', version: '0.2.0' });
  });
});
