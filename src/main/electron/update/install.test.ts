/** What is done to the system, with small programs in the place of its package managers. */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FeedFile } from './feed.ts';
import { installPackage, replaceAppImage } from './install.ts';
import type { KeptPackage } from './packages.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-install-'));
  mkdirSync(path.join(dir, 'bin'));
  vi.stubEnv('PATH', `${path.join(dir, 'bin')}${path.delimiter}${process.env['PATH'] ?? ''}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true, force: true });
});

const CONTENT = 'the package';

function kept(signed: string): KeptPackage {
  const file = path.join(dir, 'koubou 0.2.0.deb');
  writeFileSync(file, CONTENT);
  const sha512 = createHash('sha512').update(signed).digest('base64');
  const listed: FeedFile = { url: 'koubou-0.2.0.deb', sha512, size: CONTENT.length };
  const times = { releaseDate: '', expires: '' };
  const feed = { version: '0.2.0', channel: 'stable' as const, platform: 'linux-x64', ...times };
  return { version: '0.2.0', file, listed, feed: { ...feed, files: [listed] } };
}

/** A program that notes what it was started with. */
function program(name: string, code = 0): () => string {
  const file = path.join(dir, 'bin', name);
  const said = path.join(dir, `${name}.said`);
  writeFileSync(
    file,
    `#!/bin/sh\necho "$@" >> '${said}'\ncat "$2" >> '${said}'\necho oops >&2\nexit ${code}\n`,
  );
  chmodSync(file, 0o755);
  writeFileSync(said, '');
  return () => readFileSync(said, 'utf8');
}

describe.runIf(process.platform === 'linux')('a package', () => {
  it('is given to the package manager as a copy that is what was signed', async () => {
    const dpkg = program('dpkg');
    expect(await installPackage(kept(CONTENT), 'deb', true)).toMatchObject({ ok: true });
    expect(dpkg()).toMatch(/^--install \/\S+\/koubou\.deb\nthe package$/);

    const rpm = program('rpm');
    expect(await installPackage(kept(CONTENT), 'rpm', true)).toMatchObject({ ok: true });
    expect(rpm()).toMatch(/^--upgrade --oldpackage --replacepkgs \/\S+\/koubou\.rpm\n/);
  });

  it('that was changed after it was looked at is not installed', async () => {
    const dpkg = program('dpkg');
    const done = await installPackage(kept('another one'), 'deb', true);
    expect(done).toMatchObject({ ok: false, error: { problem: 'install' } });
    expect(dpkg()).toBe('');
  });

  it('is finished by apt, and what went wrong is told in its own words', async () => {
    program('dpkg', 1);
    const apt = program('apt-get', 100);
    const done = await installPackage(kept(CONTENT), 'deb', true);
    expect(apt()).toContain('install --fix-broken --yes');
    expect(done.ok ? '' : done.error.detail).toContain('oops');
  });

  it('is installed by who may: others are asked for a password', async () => {
    const pkexec = program('pkexec');
    expect(await installPackage(kept(CONTENT), 'deb', false)).toMatchObject({ ok: true });
    expect(pkexec()).toMatch(/^\/bin\/sh -c set -e/);
  });
});

describe('an AppImage', () => {
  it('is replaced as a whole, and can be started', async () => {
    const running = path.join(dir, 'Koubou.AppImage');
    writeFileSync(running, 'old');
    expect(await replaceAppImage(kept(CONTENT), running)).toEqual({ ok: true, value: null });
    expect(readFileSync(running, 'utf8')).toBe(CONTENT);
    expect(statSync(running).mode & 0o100).toBe(0o100);
    const gone = path.join(dir, 'gone', 'Koubou.AppImage');
    expect(await replaceAppImage(kept(CONTENT), gone)).toMatchObject({ ok: false });
  });
});
