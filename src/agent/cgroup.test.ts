/** Control groups, on a hierarchy that the test mounts for itself; only root can do that. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { cgroupFolder, openCgroup, type Cgroup } from './cgroup.ts';
import { systemClock } from './clock.ts';
import { endTree } from './kill.ts';
import { pauseTree, resumeTree } from './pause.ts';
import { createCrowd, someLost } from './testing/crowd.ts';

vi.setConfig({ testTimeout: 30_000 });

const MOUNTS = [
  '31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755',
  '35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory',
].join('\n');
const V2 = (root: string, point: string): string =>
  `${MOUNTS}\n41 31 0:38 ${root} ${point} rw,relatime shared:9 - cgroup2 cgroup2 rw`;

test.each([
  [
    '0::/user.slice/koubou.service\n',
    V2('/', '/sys/fs/cgroup'),
    '/sys/fs/cgroup/user.slice/koubou.service',
  ],
  ['4:memory:/x\n0::/\n', V2('/', '/sys/fs/cgroup/unified'), '/sys/fs/cgroup/unified'],
  ['0::/a/b\n', V2('/a', '/mnt/of\\040a'), '/mnt/of a/b'],
  // The kernel names a group though nothing is mounted.
  ['4:memory:/x\n0::/\n', MOUNTS, null],
  // Outside of what a container sees.
  ['0::/../other\n', V2('/', '/sys/fs/cgroup'), null],
  ['0::/b\n', V2('/a', '/sys/fs/cgroup'), null],
  ['4:memory:/x\n', V2('/', '/sys/fs/cgroup'), null],
])('finds the folder of its own group: %j', (cgroup, mounts, folder) => {
  expect(cgroupFolder(cgroup, mounts)).toBe(folder);
});

const mount = mkdtempSync(path.join(tmpdir(), 'koubou-cgroup-'));
const base = path.join(mount, `koubou-test-${process.pid}`);
const mounted = tryMount();

afterAll(() => {
  if (mounted) {
    rmdirSync(base);
    execFileSync('umount', [mount]);
  }
  rmdirSync(mount);
});

test('answers null where there is no control group to write', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'koubou-no-cgroup-'));
  expect(await openCgroup({ attemptId: 'task-1.1', dir: '/x' }, systemClock, folder)).toBeNull();
  rmdirSync(folder);
});

describe.runIf(mounted)('an attempt in a control group', () => {
  const clock = systemClock;
  const mark = { attemptId: 'task-1.1', dir: `/tmp/koubou-cgroup-${process.pid}` };
  const crowd = createCrowd(mark);
  const { nap } = crowd;
  let group: Cgroup | null = null;

  afterEach(async () => {
    await group?.kill();
    await crowd.end();
    expect(await group?.remove()).toBe(true);
  });

  /** Nothing ties it to the attempt but the group: no mark, no parent, no session, no folder. */
  async function startLost(what = nap): Promise<Cgroup> {
    const opened = await openCgroup(mark, clock, base);
    if (opened === null) throw new Error('no control group');
    group = opened;
    const lost = `(env -i PATH="$PATH" setsid sh -c '${what} </dev/null >/dev/null 2>&1 &' &)`;
    const [, , script = '', , procs = ''] = opened.command([]);
    await crowd.start(`sh -c '${script}' sh ${procs} sh -c '${lost.replaceAll("'", '"')}' `, {
      mark: null,
    });
    await crowd.until(someLost);
    return opened;
  }

  test('is ended with all that left everything else', async () => {
    const cgroup = await startLost();
    expect(await cgroup.processes()).toHaveLength(1);
    expect(await endTree(mark, { clock, graceMs: 0, cgroup })).toEqual([]);
    expect(await cgroup.processes()).toEqual([]);
  });

  test('is frozen, goes on, and is ended while it is frozen', async () => {
    const cgroup = await startLost();
    const paused = await pauseTree(mark, { clock, cgroup });
    expect(paused).toMatchObject({ how: 'frozen', running: [] });
    const events = (): string =>
      execFileSync('cat', [path.join(cgroup.path, 'cgroup.events')], { encoding: 'utf8' });
    expect(events()).toContain('frozen 1');
    await paused.resume();
    expect(events()).toContain('frozen 0');

    await pauseTree(mark, { clock, cgroup });
    await resumeTree(mark, { clock, cgroup: await openCgroup(mark, clock, base) });
    expect(events()).toContain('frozen 0');

    await pauseTree(mark, { clock, cgroup });
    expect(await endTree(mark, { clock, graceMs: 0, cgroup })).toEqual([]);
    expect(await cgroup.processes()).toEqual([]);
  });

  test('hears SIGTERM also when it was frozen', async () => {
    const heard = path.join(mkdtempSync(path.join(tmpdir(), 'koubou-cgroup-')), 'heard');
    const script = path.join(path.dirname(heard), 'run.sh');
    writeFileSync(script, `trap 'echo >${heard}; kill $!; exit' TERM\n${nap} &\nwait\n`);
    // The tag makes it one of the crowd.
    const cgroup = await startLost(`sh ${script} ${nap}`);
    await crowd.until(({ length }) => length === 3);
    await pauseTree(mark, { clock, cgroup });
    expect(await endTree(mark, { clock, graceMs: 3_000, cgroup })).toEqual([]);
    expect(existsSync(heard)).toBe(true);
    expect(await cgroup.processes()).toEqual([]);
    rmSync(path.dirname(heard), { recursive: true });
  });

  test('is removed with the groups that were made in it, but not while something lives there', async () => {
    const cgroup = await startLost();
    mkdirSync(path.join(cgroup.path, 'inner'));
    expect(await cgroup.remove()).toBe(false);
    await endTree(mark, { clock, graceMs: 0, cgroup });
    expect(await cgroup.remove()).toBe(true);
    expect(existsSync(cgroup.path)).toBe(false);
  });
});

function tryMount(): boolean {
  try {
    execFileSync('mount', ['-t', 'cgroup2', 'none', mount], { stdio: 'ignore' });
    mkdirSync(base);
    return true;
  } catch {
    // Not root, or not allowed to mount in this container.
    return false;
  }
}
