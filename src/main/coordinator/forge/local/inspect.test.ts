import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSocketServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openLocalForge, type LocalForge } from './local-forge.ts';
import { scratch, stillClock, type Scratch } from './testing.ts';

// A busy machine is no failure.
vi.setConfig({ testTimeout: 60_000 });

let s: Scratch;
let forge: LocalForge;

function open(maxBytes?: number): LocalForge {
  const options = { dir: path.join(s.dir, 'repos'), clock: stillClock, env: s.env, home: s.dir };
  return openLocalForge(maxBytes === undefined ? options : { ...options, maxBytes });
}

beforeEach(() => {
  s = scratch();
  forge = open();
});
afterEach(async () => {
  await forge.close();
  s[Symbol.dispose]();
});

async function problem(url: string, base: string | null = null): Promise<string> {
  const result = await forge.inspect(url, base);
  return result.ok ? 'fine' : result.error.code;
}

describe('inspect finds', () => {
  test('a checkout, its git folder and its sub folders', async () => {
    const repo = s.repo('shop', { 'src/a.txt': 'a' });
    for (const given of [repo, `${repo}/`, path.join(repo, '.git'), path.join(repo, 'src')]) {
      expect(await forge.inspect(given, null)).toEqual({
        ok: true,
        value: { url: repo, base: 'main' },
      });
    }
  });

  test('a bare repository, also of another owner', async () => {
    const bare = s.bare('shop.git', s.repo('shop'));
    s.git(s.dir, 'config', '--global', 'safe.bareRepository', 'explicit');
    expect(await forge.inspect(bare, null)).toEqual({
      ok: true,
      value: { url: bare, base: 'main' },
    });
    await forge.close();
    // A git that takes every folder for someone else's, as its own tests have it.
    const bin = path.join(s.dir, 'bin');
    mkdirSync(bin);
    const script = `#!/bin/sh\nGIT_TEST_ASSUME_DIFFERENT_OWNER=1 PATH='${s.env['PATH']}' exec git "$@"\n`;
    writeFileSync(path.join(bin, 'git'), script, { mode: 0o755 });
    const env = { ...s.env, PATH: `${bin}:${s.env['PATH']}` };
    forge = openLocalForge({ dir: path.join(s.dir, 'repos'), clock: stillClock, env, home: s.dir });
    expect((await forge.inspect(bare, null)).ok).toBe(true);
    expect((await forge.prepare({ url: bare, base: 'main' })).ok).toBe(true);
    const folder = path.join(s.repo('ours', { 'src/a.txt': 'a' }), 'src');
    expect((await forge.inspect(folder, null)).ok).toBe(true);
  });

  test('file URLs, ~, and a branch asked for', async () => {
    const repo = s.repo('a b');
    s.git(repo, 'branch', 'next/2');
    expect(await forge.inspect(pathToFileURL(repo).href, null)).toMatchObject({
      ok: true,
      value: { url: repo },
    });
    expect(await forge.inspect('~/a b', 'next/2')).toEqual({
      ok: true,
      value: { url: repo, base: 'next/2' },
    });
  });
});

describe('inspect refuses', () => {
  test('what is not there, or no repository', async () => {
    writeFileSync(path.join(s.dir, 'file'), '');
    mkdirSync(path.join(s.dir, 'folder'));
    for (const name of ['nothing', 'file', 'folder', 'file/under']) {
      expect(await problem(path.join(s.dir, name))).toBe('repo_not_found');
    }
  });

  test('relative paths, options, and addresses that would run a command', async () => {
    for (const text of [
      'shop',
      './shop',
      '--upload-pack=touch x',
      'ext::sh -c true',
      'ftp://host/x',
      'http://',
      '-x:y',
    ]) {
      expect(await problem(text)).toBe('repo_not_found');
    }
  });

  test('a password in the address, without repeating it', async () => {
    for (const url of ['https://ada:hunter2@example.org/x', 'https://ghp_hunter2@github.com/a/b']) {
      const result = await forge.inspect(url, null);
      expect(result).toMatchObject({ ok: false, error: { code: 'repo_auth_required' } });
      expect(JSON.stringify(result)).not.toContain('hunter2');
    }
  });

  test('an empty repository', async () => {
    const repo = path.join(s.dir, 'empty');
    s.git(s.dir, 'init', '-q', repo);
    expect(await problem(repo)).toBe('repo_empty');
  });

  test('a HEAD without a branch, naming the branches, until one is chosen', async () => {
    const repo = s.repo('shop');
    s.git(repo, 'branch', 'release');
    s.git(repo, 'checkout', '-q', '--detach');
    const detached = await forge.inspect(repo, null);
    expect(detached).toMatchObject({ ok: false, error: { code: 'repo_no_default_branch' } });
    expect(detached.ok ? '' : detached.error.message).toMatch(/--base: main, release/);
    s.git(repo, 'checkout', '-q', '--orphan', 'unborn');
    expect(await problem(repo)).toBe('repo_no_default_branch');
    expect(await problem(repo, 'release')).toBe('fine');
  });

  test('a branch that is not there, and those that are kept for agents', async () => {
    const repo = s.repo('shop');
    s.git(repo, 'branch', 'koubou/task-1');
    for (const base of ['gone', '-x', '--all', 'ma in', 'refs/heads/main', 'koubou/task-1']) {
      expect(await problem(repo, base)).toBe('branch_not_found');
    }
  });

  test('a folder that cannot be looked into', async () => {
    // A link to itself: unlike a missing permission it stops root, too.
    const loop = path.join(s.dir, 'loop');
    symlinkSync('loop', loop);
    expect(await problem(loop)).toBe('repo_unreachable');
  });
});

describe('over the network', () => {
  async function answering(status: number, headers: Record<string, string> = {}): Promise<string> {
    const server = createServer((_, response) => response.writeHead(status, headers).end('no'));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      return await problem(`http://127.0.0.1:${port}/ada/shop.git`);
    } finally {
      server.close();
    }
  }

  test('a server that asks for a password', async () => {
    expect(await answering(401, { 'www-authenticate': 'Basic realm="x"' })).toBe(
      'repo_auth_required',
    );
    expect(await answering(403)).toBe('repo_auth_required');
  });

  test('a server without the repository, and one in trouble', async () => {
    expect(await answering(404)).toBe('repo_not_found');
    expect(await answering(500)).toBe('repo_unreachable');
  });

  test('nobody there, and a host name that does not exist', async () => {
    const server = createSocketServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    expect(await problem(`http://127.0.0.1:${port}/x`)).toBe('repo_unreachable');
    expect(await problem('http://nobody.invalid/x')).toBe('repo_unreachable');
    expect(await problem(`ssh://127.0.0.1:${port}/x`)).toBe('repo_unreachable');
  });

  test('a name that cannot be looked up is a trouble with a name, until something answers', async () => {
    const troubles: (string | null)[] = [];
    const options = { dir: path.join(s.dir, 'other'), clock: stillClock, env: s.env, home: s.dir };
    const watching = openLocalForge({ ...options, onNames: (trouble) => troubles.push(trouble) });
    for (const url of ['http://nobody.invalid/x', 'ssh://nobody.invalid/x']) {
      const result = await watching.inspect(url, null);
      expect(result).toMatchObject({ ok: false, error: { code: 'repo_unreachable' } });
      expect(result.ok ? '' : result.error.message).toContain('cannot be looked up');
    }
    // What is on this PC needs no names, and says nothing of them.
    await watching.prepare({ url: s.repo('shop'), base: 'main' });
    expect(troubles).toEqual([
      expect.stringMatching(/resolve/i),
      expect.stringMatching(/resolve/i),
    ]);
    await watching.inspect('http://127.0.0.1:9/x', null);
    expect(troubles.at(-1)).toBeNull();
    await watching.close();
  });

  test('a server that never answers', async () => {
    const asked = Promise.withResolvers<void>();
    const server = createSocketServer((socket) => socket.once('data', () => asked.resolve()));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    let expire = (): void => {};
    const clock = {
      ...stillClock,
      after: (ms: number, run: () => void) => {
        if (ms > 2_000) expire = run;
        return () => {};
      },
    };
    const waiting = openLocalForge({
      dir: path.join(s.dir, 'other'),
      clock,
      env: s.env,
      home: s.dir,
    });
    const { port } = server.address() as AddressInfo;
    const result = waiting.inspect(`http://127.0.0.1:${port}/x`, null);
    await asked.promise;
    expire();
    expect(await result).toMatchObject({ ok: false, error: { code: 'repo_unreachable' } });
    server.close();
  });
});

describe('a repository whose branches are read from its files', () => {
  async function tip(url: string, base: string | null): Promise<string> {
    const prepared = await forge.prepare({ url, base });
    return prepared.ok
      ? `${prepared.value.base} ${prepared.value.baseCommit}`
      : prepared.error.code;
  }

  test('is answered as git would: packed, linked, in an added work tree, moved and removed', async () => {
    const repo = s.repo('shop');
    s.git(repo, 'branch', 'x/y');
    s.git(repo, 'pack-refs', '--all');
    const first = s.git(repo, 'rev-parse', 'main');
    expect([await tip(repo, null), await tip(repo, 'x/y')]).toEqual([
      `main ${first}`,
      `x/y ${first}`,
    ]);
    symlinkSync(repo, path.join(s.dir, 'link'));
    expect(await forge.inspect(path.join(s.dir, 'link'), null)).toMatchObject({
      value: { url: repo },
    });
    s.git(repo, 'worktree', 'add', '-q', '-b', 'wt', '../wt');
    const added = path.join(s.dir, 'wt');
    expect(await forge.inspect(added, null)).toEqual({
      ok: true,
      value: { url: added, base: 'wt' },
    });
    const moved = s.commit(repo, { 'b.txt': 'b' });
    s.commit(added, { 'c.txt': 'c' });
    expect([await tip(repo, 'main'), await tip(repo, 'x/y')]).toEqual([
      `main ${moved}`,
      `x/y ${first}`,
    ]);
    s.git(repo, 'reset', '-q', '--hard', first);
    expect(await tip(repo, 'main')).toBe(`main ${first}`);
    s.git(repo, 'branch', '-D', 'x/y');
    expect(await tip(repo, 'x/y')).toBe('branch_not_found');
    s.git(repo, 'symbolic-ref', 'refs/heads/alias', 'refs/heads/main');
    expect(await tip(repo, 'alias')).toBe(`alias ${first}`);
  });

  test('does not read outside of its branches', async () => {
    const repo = s.repo('shop');
    const commit = s.git(repo, 'rev-parse', 'main');
    writeFileSync(path.join(repo, '.git/refs/secret'), `${commit}\n`);
    for (const base of ['../secret', 'main/../../secret', '/main', 'main/', './main']) {
      expect(await problem(repo, base)).toBe('branch_not_found');
    }
  });
});

describe('prepare', () => {
  test('mirrors, then follows what moves, comes and goes', async () => {
    const repo = s.repo('shop');
    s.git(repo, 'branch', 'a');
    const first = await forge.prepare({ url: repo, base: 'a' });
    expect(first).toMatchObject({
      ok: true,
      value: { base: 'a', baseCommit: s.git(repo, 'rev-parse', 'a') },
    });
    s.git(repo, 'branch', '-D', 'a');
    s.git(repo, 'checkout', '-q', '-b', 'a/b');
    const commit = s.commit(repo, { 'b.txt': 'b' });
    const key = first.ok ? first.value.key : '';
    expect(await forge.prepare({ url: repo, base: 'a/b' })).toEqual({
      ok: true,
      value: { key, base: 'a/b', baseCommit: commit },
    });
    const mirror = forge.mirrorPath(key) ?? '';
    expect(s.git(mirror, 'for-each-ref', '--format=%(refname)', 'refs/heads')).toBe(
      'refs/heads/a/b',
    );
  });

  test('keeps what agents pushed, whatever the repository calls its branches', async () => {
    const repo = s.repo('shop');
    const prepared = await forge.prepare({ url: repo, base: 'main' });
    if (!prepared.ok) throw new Error(prepared.error.message);
    const mirror = forge.mirrorPath(prepared.value.key) ?? '';
    s.git(mirror, 'update-ref', 'refs/heads/koubou/task-1', prepared.value.baseCommit);
    s.git(mirror, 'update-ref', 'refs/heads/koubou/task-3', prepared.value.baseCommit);
    s.git(repo, 'branch', 'koubou/task-1');
    s.commit(repo, { 'b.txt': 'b' });
    s.git(repo, 'branch', '-f', 'koubou/task-1');
    s.git(repo, 'branch', 'koubou/task-2');
    await forge.prepare({ url: repo, base: 'main' });
    expect(await forge.pushedCommit(prepared.value.key, 'koubou/task-1')).toBe(
      prepared.value.baseCommit,
    );
    expect(await forge.pushedCommit(prepared.value.key, 'koubou/task-3')).toBe(
      prepared.value.baseCommit,
    );
    expect(await forge.pushedCommit(prepared.value.key, 'koubou/task-2')).toBeUndefined();
    expect(await forge.pushedCommit(prepared.value.key, '--all')).toBeUndefined();
    expect(await forge.pushedCommit('../shop', 'main')).toBeUndefined();
  });

  test('many at once share the work, and all get the answer', async () => {
    const repo = s.repo('shop');
    s.git(repo, 'branch', 'other');
    const all = await Promise.all(
      ['main', 'other', 'main', null].map((base) => forge.prepare({ url: repo, base })),
    );
    expect(all.map((one) => one.ok && one.value.base)).toEqual(['main', 'other', 'main', 'main']);
    expect(readdirSync(path.join(s.dir, 'repos'))).toHaveLength(1);
  });

  test('refuses a huge repository and leaves nothing behind', async () => {
    await forge.close();
    forge = open(300_000);
    const repo = s.repo('huge', { 'small.txt': 'small' });
    expect(await forge.prepare({ url: repo, base: 'main' })).toMatchObject({ ok: true });
    writeFileSync(path.join(repo, 'big.bin'), randomBytes(1_000_000));
    s.commit(repo, {});
    expect(await forge.prepare({ url: repo, base: 'main' })).toMatchObject({
      error: { code: 'repo_too_large' },
    });
    const again = s.bare('again.git', repo);
    expect(await forge.prepare({ url: again, base: 'main' })).toMatchObject({
      error: { code: 'repo_too_large' },
    });
    expect(readdirSync(path.join(s.dir, 'repos'))).toHaveLength(1);
  });

  test('mirrors a shallow checkout', async () => {
    const repo = s.repo('shop');
    s.commit(repo, { 'a.txt': 'changed' });
    s.git(s.dir, 'clone', '-q', '--depth=1', pathToFileURL(repo).href, 'shallow');
    const shallow = path.join(s.dir, 'shallow');
    expect(await forge.prepare({ url: shallow, base: 'main' })).toMatchObject({ ok: true });
    s.commit(shallow, { 'a.txt': 'again' });
    expect(await forge.prepare({ url: shallow, base: 'main' })).toMatchObject({
      value: { baseCommit: s.git(shallow, 'rev-parse', 'HEAD') },
    });
  });

  test('a mirror that was being made in a crash is gone at the next start', async () => {
    mkdirSync(path.join(s.dir, 'repos/.new-abc'));
    await forge.close();
    forge = open();
    expect(readdirSync(path.join(s.dir, 'repos'))).toEqual([]);
  });
});
