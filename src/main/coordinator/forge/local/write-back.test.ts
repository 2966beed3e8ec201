import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createGit } from '../git.ts';
import type { LocalForge } from './local-forge.ts';
import {
  openTestForge,
  pushChange,
  scratch,
  stillClock,
  type Pushed,
  type Scratch,
} from './testing.ts';
import { writeBack, type WriteOrder } from './write-back.ts';

// A busy machine is no failure.
vi.setConfig({ testTimeout: 60_000 });

const FILES = { 'a.txt': 'one\n', 'b.txt': 'b\n' };

let s: Scratch;
let forge: LocalForge;

beforeEach(() => {
  s = scratch();
  forge = openTestForge(s);
});
afterEach(async () => {
  await forge.close();
  s[Symbol.dispose]();
});

async function change(url: string): Promise<Pushed> {
  return await pushChange(s, forge, url, { 'a.txt': 'two\n' });
}

describe('over HTTP, with the credentials that the user gave git', () => {
  let server: Server;
  let bare: string;
  let url: string;
  /** Called when a push asks what there is, before it is told. */
  let onPush: () => void;

  beforeEach(async () => {
    bare = s.bare('remote.git', s.repo('shop', FILES));
    s.git(bare, 'config', 'http.receivepack', 'true');
    onPush = () => {};
    server = createServer((request, response) => {
      if (request.headers.authorization !== `Basic ${btoa('ada:hunter2')}`) {
        return response.writeHead(401, { 'www-authenticate': 'Basic realm="shop"' }).end();
      }
      if (request.url?.endsWith('service=git-receive-pack')) onPush();
      return backend(request, response);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    url = `${origin}/remote.git`;
    writeFileSync(
      path.join(s.dir, '.git-credentials'),
      `${origin.replace('//', '//ada:hunter2@')}\n`,
    );
    s.git(s.dir, 'config', '--global', 'credential.helper', 'store');
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  /** Git's own server, as a web server would run it. */
  function backend(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, search } = new URL(request.url ?? '', 'http://x');
    const env = {
      ...s.env,
      GIT_PROJECT_ROOT: s.dir,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: pathname,
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'],
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
      HTTP_GIT_PROTOCOL: request.headers['git-protocol']?.toString(),
    };
    const child = spawn('git', ['http-backend'], { env, stdio: ['pipe', 'pipe', 'ignore'] });
    request.pipe(child.stdin);
    const parts: Buffer[] = [];
    child.stdout.on('data', (part: Buffer) => parts.push(part));
    child.once('close', () => {
      const all = Buffer.concat(parts);
      const end = all.indexOf('\r\n\r\n');
      const headers = all
        .toString('latin1', 0, end)
        .split('\r\n')
        .map((line) => line.split(': '));
      response.writeHead(200, headers.flat()).end(all.subarray(end + 4));
    });
  }

  test('inspects, mirrors, pushes the merge, and knows it again', async () => {
    expect(await forge.inspect(url, null)).toEqual({ ok: true, value: { url, base: 'main' } });
    const { task } = await change(url);
    const merged = await forge.merge(task, 0);
    expect(merged).toMatchObject({
      state: 'merged',
      how: 'fast_forward',
      commit: task.change.commit,
    });
    expect(s.git(bare, 'rev-parse', 'main')).toBe(task.change.commit);
    expect(await forge.merge(task, 0)).toMatchObject({ how: 'already_merged' });
  });

  test('makes the merge anew when the base moves while it is pushed, and gives up when it always does', async () => {
    const { task } = await change(url);
    let pushes = 0;
    const shop = path.join(s.dir, 'shop');
    const move = (): void => {
      pushes++;
      s.commit(shop, { 'b.txt': `${pushes}\n` });
      s.git(shop, 'push', '-q', bare, 'main');
    };
    onPush = () => {
      if (pushes === 0) move();
    };
    expect(await forge.merge(task, 0)).toMatchObject({ state: 'merged', how: 'merge_commit' });
    expect(s.git(bare, 'show', 'main:b.txt')).toBe('1');
    expect(s.git(bare, 'show', 'main:a.txt')).toBe('two');
    s.git(shop, 'reset', '-q', '--hard', 'HEAD~1');
    s.git(shop, 'push', '-q', '--force', bare, 'main');
    pushes = 0;
    onPush = move;
    expect(await forge.merge(task, 0)).toMatchObject({ state: 'refused', files: [] });
    expect(pushes).toBe(3);
  });

  test('a server that takes no push is a refusal with its reason', async () => {
    const { task } = await change(url);
    writeFileSync(
      path.join(bare, 'hooks/pre-receive'),
      '#!/bin/sh\necho main is protected >&2\nexit 1\n',
      { mode: 0o755 },
    );
    const refused = await forge.merge(task, 0);
    expect(refused).toMatchObject({ state: 'refused' });
    expect(JSON.stringify(refused)).toContain('main is protected');
    rmSync(path.join(s.dir, '.git-credentials'));
    expect(await forge.merge(task, 0)).toMatchObject({ state: 'refused' });
    expect(await forge.inspect(url, null)).toMatchObject({ error: { code: 'repo_auth_required' } });
  });
});

describe('a branch that moved after the merge was made', () => {
  async function order(repo: string): Promise<WriteOrder> {
    const { task, mirror } = await change(repo);
    const { baseCommit: from, commit: to } = task.change;
    return {
      mirror,
      address: { kind: 'local', path: repo },
      base: 'main',
      from,
      to,
      taskId: 'task-7',
      mayWrite: () => true,
    };
  }
  const git = () => createGit({ env: s.env, clock: stillClock });

  test('is left alone where it is checked out', async () => {
    const repo = s.repo('shop', FILES);
    const stale = await order(repo);
    const moved = s.commit(repo, { 'b.txt': 'B\n' });
    expect(await writeBack(stale, git())).toEqual({ kind: 'moved' });
    expect(s.git(repo, 'rev-parse', 'main')).toBe(moved);
    expect(s.git(repo, 'status', '--porcelain')).toBe('');
  });

  test('is left alone where it is not', async () => {
    const repo = s.repo('shop', FILES);
    const stale = await order(repo);
    const moved = s.commit(repo, { 'b.txt': 'B\n' });
    s.git(repo, 'checkout', '-q', '--detach');
    expect(await writeBack(stale, git())).toEqual({ kind: 'moved' });
    expect(s.git(repo, 'rev-parse', 'main')).toBe(moved);
  });
});
