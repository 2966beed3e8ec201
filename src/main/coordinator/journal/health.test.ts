/** Disks that are full, or take no writes any more: real ones, mounted for the test. */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { watchHealth } from './health.ts';
import type { JournalHealth } from './port.ts';
import {
  create,
  must,
  mustCreate,
  openTestJournal,
  testClock,
  testFolder,
  type TestFolder,
} from './testing.ts';
import { verifyJournal } from './verify.ts';

const AS = { actor: 'test' };
const PROBE_MS = 2_000;
const isLinuxRoot = process.platform === 'linux' && process.getuid?.() === 0;

let folder: TestFolder;
let isMounted = false;

beforeEach(() => {
  folder = testFolder();
});
afterEach(() => {
  if (isMounted) execFileSync('umount', ['-l', folder.dir]);
  isMounted = false;
  folder[Symbol.dispose]();
});

function mount(...args: string[]): void {
  execFileSync('mount', [...args, folder.dir]);
  isMounted = true;
}

/** Takes all the room there is. */
function fill(): () => void {
  const file = path.join(folder.dir, 'filler');
  try {
    for (;;) writeFileSync(file, Buffer.alloc(64 * 1024), { flag: 'a' });
  } catch {
    // As far as it goes.
  }
  return () => rmSync(file);
}

describe.runIf(isLinuxRoot)('a journal', () => {
  it('on a disk that fills up keeps nothing that it refused, is read, and goes on when there is room', async () => {
    mount('-t', 'tmpfs', '-o', 'size=4m', 'tmpfs');
    const clock = testClock();
    const journal = openTestJournal(folder.dir, clock);
    const id = await mustCreate(journal);
    const seen: JournalHealth[] = [];
    journal.onHealth((health) => seen.push(health));
    const makeRoom = fill();
    const body = 'x'.repeat(200_000);
    const results = await Promise.all(
      Array.from({ length: 20 }, () => journal.submit(create({ body }), AS)),
    );
    expect(new Set(results.map((result) => (result.ok ? 'kept' : result.error.code)))).toEqual(
      new Set(['storage_full']),
    );
    expect(journal.health()).toMatchObject({ state: 'full', since: clock.now() });
    expect(journal.health().message).toContain('no space left');
    expect([journal.seq(), journal.task(id)?.state]).toEqual([1, 'pending']);
    clock.advance(PROBE_MS * 3);
    expect(journal.health()).toMatchObject({ state: 'full', since: clock.now() - PROBE_MS * 3 });
    makeRoom();
    clock.advance(PROBE_MS);
    expect(journal.health()).toEqual({ state: 'sound', since: clock.now(), message: null });
    expect(seen.map(({ state }) => state)).toEqual(['full', 'sound']);
    expect(clock.waiting).toBe(0);
    await must(journal, create({ body }));
    expect(await verifyJournal(folder.file, () => Promise.resolve())).toMatchObject({
      ok: true,
      value: { events: 2 },
    });
    await journal.close();
  });

  it('on a file system that was set read-only by an error of its own says so, and is read', async () => {
    const image = `${folder.dir}.img`;
    writeFileSync(image, '');
    truncateSync(image, 16 * 1024 * 1024);
    try {
      execFileSync('mkfs.ext4', ['-q', image]);
      mount('-o', 'loop,errors=remount-ro', image);
      const journal = openTestJournal(folder.dir);
      const id = await mustCreate(journal);
      breakFileSystem(folder.dir);
      const result = await journal.submit(create(), AS);
      expect(result).toMatchObject({ ok: false, error: { code: 'storage_read_only' } });
      expect(journal.health().state).toBe('read_only');
      expect([journal.seq(), journal.task(id)?.state]).toEqual([1, 'pending']);
      await journal.close();
    } finally {
      if (isMounted) execFileSync('umount', ['-l', folder.dir]);
      isMounted = false;
      rmSync(image, { force: true });
    }
  });

  it('notices that a file system takes writes again', () => {
    mount('-t', 'tmpfs', '-o', 'size=4m', 'tmpfs');
    const clock = testClock();
    const watch = watchHealth({ clock, dir: folder.dir, touch: () => {} });
    execFileSync('mount', ['-o', 'remount,ro', folder.dir]);
    watch.report({ kind: 'unusable', path: folder.file, message: 'SQLITE_IOERR_WRITE' });
    clock.advance(PROBE_MS);
    expect(watch.health().state).toBe('read_only');
    execFileSync('mount', ['-o', 'remount,rw', folder.dir]);
    clock.advance(PROBE_MS);
    expect(watch.health().state).toBe('sound');
    watch.close();
  });
});

it('damage does not pass, and nothing is probed', () => {
  const clock = testClock();
  const watch = watchHealth({ clock, dir: folder.dir, touch: () => {} });
  watch.report({ kind: 'disk_full', path: folder.file, message: 'full' });
  watch.report({ kind: 'damaged', path: folder.file, message: 'rotten' });
  watch.report({ kind: 'disk_full', path: folder.file, message: 'full' });
  clock.advance(PROBE_MS * 5);
  expect(watch.health()).toMatchObject({ state: 'damaged', message: 'rotten' });
  expect(clock.waiting).toBe(0);
});

/** As a failing disk does: the kernel sets the file system read-only under the open files. */
function breakFileSystem(dir: string): void {
  const line = readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .find((entry) => entry.split(' ')[1] === dir);
  const device = path.basename(line?.split(' ')[0] ?? '');
  if (!/^loop\d+$/.test(device) || statSync(dir).dev === statSync('/').dev)
    throw new Error(`${dir} is not on a loop device`);
  writeFileSync(`/sys/fs/ext4/${device}/trigger_fs_error`, '1');
}
