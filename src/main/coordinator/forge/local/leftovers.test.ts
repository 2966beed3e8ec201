/** What a killed coordinator leaves in its mirrors: ended and removed before the next one serves anything. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { endStrays } from './leftovers.ts';

let dir: string;
let mirror: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-leftovers-'));
  mirror = path.join(dir, 'shop-1a2b.git');
  execFileSync('git', ['init', '-q', '--bare', mirror]);
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

test('locks of a git that was killed are gone, and objects that were not taken over', () => {
  const left = ['refs/upstream/main.lock', 'packed-refs.lock', 'HEAD.lock'];
  const kept = ['refs/upstream/lock', 'description'];
  mkdirSync(path.join(mirror, 'refs/upstream'), { recursive: true });
  mkdirSync(path.join(mirror, 'objects/tmp_objdir-incoming-x1'));
  for (const file of [...left, ...kept]) writeFileSync(path.join(mirror, file), '');
  endStrays(dir);
  for (const file of left)
    expect([file, existsSync(path.join(mirror, file))]).toEqual([file, false]);
  for (const file of kept)
    expect([file, existsSync(path.join(mirror, file))]).toEqual([file, true]);
  expect(existsSync(path.join(mirror, 'objects/tmp_objdir-incoming-x1'))).toBe(false);
});

test.skipIf(process.platform !== 'linux')(
  'a git that still works in a mirror is ended, and one elsewhere is let be',
  async () => {
    const elsewhere = mkdtempSync(path.join(tmpdir(), 'koubou-elsewhere-'));
    execFileSync('git', ['init', '-q', '--bare', elsewhere]);
    const start = (gitDir: string): ReturnType<typeof spawn> =>
      spawn('git', ['cat-file', '--batch'], { env: { ...process.env, GIT_DIR: gitDir } });
    const [mine, other] = [start(mirror), start(elsewhere)];
    const gone = once(mine, 'exit');
    await Promise.all([once(mine, 'spawn'), once(other, 'spawn')]);
    endStrays(dir);
    expect((await gone)[1]).toBe('SIGKILL');
    expect(other.exitCode).toBeNull();
    const ended = once(other, 'exit');
    other.kill();
    await ended;
    rmSync(elsewhere, { recursive: true });
  },
);
