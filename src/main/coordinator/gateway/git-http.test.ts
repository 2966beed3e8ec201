import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AgentId, AttemptId } from '../../../shared/ids.ts';
import { openLocalForge, type LocalForge } from '../forge/local/local-forge.ts';
import { scratch, stillClock, type Scratch } from '../forge/local/testing.ts';
import { createGitGateway, type GitGateway } from './git-http.ts';
import { agentToken, gitToken, isSameToken } from './tokens.ts';

// A busy machine is no failure.
vi.setConfig({ testTimeout: 60_000 });

const SECRET = 'a secret';
const attempt = AttemptId.parse('task-7.1');
const token = gitToken(SECRET, attempt, 3);
const branch = 'koubou/task-7-fix-it';
const workBranch = 'koubou/work/task-7.1';

let s: Scratch;
let forge: LocalForge;
let gateway: GitGateway;
let server: Server;
let origin: string;
let repo: string;
let key: string;
/** What the attempt may push; `null`: it may not even come in. */
let branches: string[] | null;
let turnedAway: string[];
/** Whom a certificate has shown it to be. */
let member: AgentId | undefined;
/** Called with each request for permission. */
let onAuthorize: () => void;

beforeEach(async () => {
  s = scratch();
  branches = [branch, workBranch];
  turnedAway = [];
  member = undefined;
  onAuthorize = () => {};
  forge = openLocalForge({
    dir: path.join(s.dir, 'repos'),
    clock: stillClock,
    env: s.env,
    home: s.dir,
  });
  repo = s.repo('shop', { 'a.txt': 'one\n' });
  const prepared = await forge.prepare({ url: repo, base: 'main' });
  if (!prepared.ok) throw new Error(prepared.error.message);
  ({ key } = prepared.value);
  gateway = createGitGateway({
    forge,
    authorize: (id, given) => {
      onAuthorize();
      return branches && id === attempt && isSameToken(token, given)
        ? { agentId: AgentId.parse('pc'), key, branches }
        : null;
    },
    onRefused: (id, what) => turnedAway.push(`${id}: ${what}`),
    env: s.env,
    clock: stillClock,
    log: { warn: () => {} },
    maxPushBytes: 3_000_000,
  });
  server = createServer((request, response) => gateway.handle(request, response, member));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  origin = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await gateway.close();
  server.closeAllConnections();
  server.close();
  await forge.close();
  s[Symbol.dispose]();
});

function url(password = token, name = key): string {
  return `http://${attempt}:${password}@${origin}/git/${name}.git`;
}

/** Runs git as an agent does; the server is in this process, so it must not be waited for synchronously. */
async function git(...args: string[]): Promise<{ code: number; out: string }> {
  const env = { ...s.env, GIT_TERMINAL_PROMPT: '0' };
  const child = spawn('git', ['-C', s.dir, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (out += chunk));
  await once(child, 'close');
  return { code: child.exitCode ?? 128, out };
}

async function clone(...options: string[]): Promise<string> {
  expect(await git('clone', '-q', ...options, url(), 'work')).toMatchObject({ code: 0 });
  return path.join(s.dir, 'work');
}

function push(refspec: string, ...options: string[]): Promise<{ code: number; out: string }> {
  return git('-C', 'work', 'push', ...options, url(), refspec);
}

describe('an attempt', () => {
  test.each(['0', '1', '2'])(
    'clones and pushes its branch, in protocol version %s',
    async (version) => {
      const work = await clone('-c', `protocol.version=${version}`);
      expect(
        (await git('-c', `protocol.version=${version}`, 'ls-remote', url())).out,
      ).not.toContain('refs/upstream');
      const commit = s.commit(work, { 'a.txt': 'two\n' });
      expect(await push(`HEAD:refs/heads/${branch}`)).toMatchObject({ code: 0 });
      expect(await forge.pushedCommit(key, branch)).toBe(commit);
    },
  );

  test('pushes again over what it pushed before', async () => {
    const work = await clone();
    s.commit(work, { 'a.txt': 'two\n' });
    await push(`HEAD:refs/heads/${branch}`);
    s.git(work, 'reset', '-q', '--hard', 'origin/main');
    const other = s.commit(work, { 'a.txt': 'zwei\n' });
    expect(await push(`+HEAD:refs/heads/${branch}`)).toMatchObject({ code: 0 });
    expect(await forge.pushedCommit(key, branch)).toBe(other);
  });

  test('pushes more than fits into one request', async () => {
    const work = await clone();
    writeFileSync(path.join(work, 'big'), randomBytes(2_000_000));
    const commit = s.commit(work, {});
    expect(await push(`HEAD:refs/heads/${branch}`)).toMatchObject({ code: 0 });
    expect(await forge.pushedCommit(key, branch)).toBe(commit);
  });

  test('fetches a base that has moved, by branch and by commit, from a shallow clone too', async () => {
    const work = await clone('--depth=1');
    const old = s.git(repo, 'rev-parse', 'main');
    s.commit(repo, { 'a.txt': 'two\n' });
    s.git(repo, 'commit', '-q', '--amend', '-m', 'again');
    const moved = s.commit(repo, { 'a.txt': 'three\n' });
    await forge.prepare({ url: repo, base: 'main' });
    const fetched = await git(
      '-C',
      work,
      'fetch',
      '-q',
      url(),
      '+refs/heads/main:refs/x',
      moved,
      old,
    );
    expect(fetched).toMatchObject({ code: 0 });
    expect(s.git(work, 'rev-parse', 'refs/x')).toBe(moved);
  });
});

describe('nobody', () => {
  async function untouched(): Promise<void> {
    const mirror = forge.mirrorPath(key) ?? '';
    const refs = s.git(mirror, 'for-each-ref', '--format=%(refname)', 'refs/heads', 'refs/tags');
    expect(refs).toBe('refs/heads/main');
    expect(s.git(mirror, 'rev-parse', 'main')).toBe(s.git(repo, 'rev-parse', 'main'));
  }

  test('gets in with a wrong token, none, or as an attempt that is over', async () => {
    for (const address of [
      url('wrong'),
      `http://${origin}/git/${key}.git`,
      url(gitToken(SECRET, attempt, 4)),
    ]) {
      expect(await git('ls-remote', address)).toMatchObject({ code: 128 });
    }
    expect(await git('ls-remote', url())).toMatchObject({ code: 0 });
    branches = null;
    expect(await git('ls-remote', url())).toMatchObject({ code: 128 });
    expect(turnedAway).toEqual(Array(3).fill(`${attempt}: git of ${key}`));
  });

  test('gets in with a token of an agent that is not the one of the certificate', async () => {
    member = AgentId.parse('local-2');
    const refused = await git('ls-remote', url());
    expect(refused.code).toBe(128);
    expect(refused.out).toContain('the work of another agent than local-2');
    member = AgentId.parse('pc');
    expect(await git('ls-remote', url())).toMatchObject({ code: 0 });
  });

  test('reads or writes another repository', async () => {
    const other = await forge.prepare({ url: s.repo('other'), base: 'main' });
    const name = other.ok ? other.value.key : '';
    const read = await git('ls-remote', url(token, name));
    expect(read.code).toBe(128);
    expect(read.out).toContain(`works on ${key}`);
    expect(turnedAway).toContain(`${attempt}: git of ${name}`);
    for (const wrong of ['..', '%2e%2e%2fshop', `${key}/x`, 'KEY']) {
      expect((await git('ls-remote', url(token, wrong))).code).toBe(128);
    }
  });

  test.each([
    ['another branch', 'HEAD:refs/heads/main'],
    ['a branch of another task', 'HEAD:refs/heads/koubou/task-8'],
    ['a branch under its own', `HEAD:refs/heads/${branch}/x`],
    ['a tag', 'HEAD:refs/tags/v1'],
    ['what is hidden', 'HEAD:refs/upstream/main'],
  ])('pushes %s', async (_, refspec) => {
    const work = await clone();
    s.commit(work, { 'a.txt': 'two\n' });
    const refused = await push(refspec, '--force');
    expect(refused.code).toBe(1);
    expect(refused.out).toContain(
      `may push refs/heads/${branch} or refs/heads/${workBranch} and nothing else`,
    );
    expect(await push(`HEAD:refs/heads/${branch}`)).toMatchObject({ code: 0 });
    s.git(forge.mirrorPath(key) ?? '', 'update-ref', '-d', `refs/heads/${branch}`);
    await untouched();
  });

  test('pushes something else together with its branch', async () => {
    const work = await clone();
    s.commit(work, { 'a.txt': 'two\n' });
    const both = await git(
      '-C',
      'work',
      'push',
      url(),
      `HEAD:refs/heads/${branch}`,
      'HEAD:refs/heads/x',
    );
    expect(both.code).toBe(1);
    await untouched();
  });

  test('deletes the branch', async () => {
    const work = await clone();
    const commit = s.commit(work, { 'a.txt': 'two\n' });
    await push(`HEAD:refs/heads/${branch}`);
    const refused = await push(`:refs/heads/${branch}`);
    expect(refused.code).toBe(1);
    expect(refused.out).toContain('may not delete');
    expect(await forge.pushedCommit(key, branch)).toBe(commit);
  });

  test('pushes after the attempt ended, not even in the middle of it', async () => {
    const work = await clone();
    s.commit(work, { 'a.txt': 'two\n' });
    let asked = 0;
    onAuthorize = () => {
      // The list of branches, then the push itself; it is asked again when the commands were read.
      asked++;
      if (asked === 3) branches = [workBranch];
    };
    expect((await push(`HEAD:refs/heads/${branch}`)).code).not.toBe(0);
    expect(asked).toBeGreaterThanOrEqual(3);
    expect(turnedAway).toEqual([`${attempt}: push of refs/heads/${branch}`]);
    await untouched();
  });

  test('pushes more than is allowed', async () => {
    const work = await clone();
    writeFileSync(path.join(work, 'big'), randomBytes(4_000_000));
    s.commit(work, {});
    expect((await push(`HEAD:refs/heads/${branch}`)).code).not.toBe(0);
    await untouched();
  });

  test('runs a hook by pushing', async () => {
    const marker = path.join(s.dir, 'hook ran');
    const hooks = path.join(forge.mirrorPath(key) ?? '', 'hooks');
    mkdirSync(hooks, { recursive: true });
    writeFileSync(path.join(hooks, 'pre-receive'), `#!/bin/sh\ntouch '${marker}'; exit 1\n`, {
      mode: 0o755,
    });
    const work = await clone();
    s.commit(work, { 'a.txt': 'two\n' });
    expect(await push(`HEAD:refs/heads/${branch}`)).toMatchObject({ code: 0 });
  });
});

describe('requests that no git makes', () => {
  const authorization = `Basic ${Buffer.from(`${attempt}:${token}`).toString('base64')}`;

  async function status(
    method: string,
    place: string,
    body?: string | Buffer,
    headers = {},
  ): Promise<number> {
    const service = place.includes('?') ? '' : place;
    const response = await fetch(`http://${origin}/git/${key}.git/${place}`, {
      method,
      headers: { authorization, 'content-type': `application/x-${service}-request`, ...headers },
      ...(body === undefined ? {} : { body }),
    });
    await response.text();
    return response.status;
  }

  test('are refused with what is wrong', async () => {
    expect(await status('GET', 'HEAD')).toBe(404);
    expect(await status('GET', 'info/refs')).toBe(403);
    expect(await status('GET', 'info/refs?service=git-upload-archive')).toBe(403);
    expect(await status('DELETE', 'info/refs?service=git-upload-pack')).toBe(405);
    expect(await status('POST', 'git-upload-pack', '0000', { 'content-type': 'text/plain' })).toBe(
      415,
    );
    expect(await status('POST', 'git-upload-pack', '0000', { 'content-encoding': 'br' })).toBe(415);
    expect(await status('POST', 'git-upload-pack', '0000', { authorization: 'Bearer x' })).toBe(
      401,
    );
    for (const body of ['', '0', 'zzzz', '0004', '0008abcd', '0003', 'x'.repeat(2_000_000)]) {
      expect(await status('POST', 'git-receive-pack', body)).toBe(400);
    }
  });

  test('do not stop the gateway', async () => {
    await status('POST', 'git-upload-pack', 'garbage');
    await status('POST', 'git-upload-pack', Buffer.from('no gzip'), {
      'content-encoding': 'gzip',
    }).catch(() => 0);
    await status('POST', 'git-upload-pack', gzipSync('0000'), { 'content-encoding': 'gzip' });
    await cutOff('git-upload-pack');
    await cutOff('git-receive-pack');
    expect(await git('ls-remote', url())).toMatchObject({ code: 0 });
  });

  /** Sends the beginning of a packed body, waits until it was looked at, and goes away. */
  async function cutOff(service: string): Promise<void> {
    const asked = Promise.withResolvers<void>();
    onAuthorize = () => setImmediate(asked.resolve);
    const socket = connect(Number(origin.split(':')[1]), '127.0.0.1');
    const body = gzipSync(randomBytes(5_000));
    socket.write(
      `POST /git/${key}.git/${service} HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\n` +
        `content-type: application/x-${service}-request\r\ncontent-encoding: gzip\r\ncontent-length: ${body.length}\r\n\r\n`,
    );
    socket.write(body.subarray(0, 3_000));
    await asked.promise;
    socket.destroy();
    await once(socket, 'close');
  }
});

test('tokens differ by what they are for', () => {
  const all = [
    agentToken(SECRET, AgentId.parse('local-1')),
    agentToken(SECRET, AgentId.parse('local-2')),
    agentToken('another', AgentId.parse('local-1')),
    gitToken(SECRET, attempt, 1),
    gitToken(SECRET, attempt, 2),
    gitToken(SECRET, AttemptId.parse('task-7.2'), 1),
  ];
  expect(new Set(all).size).toBe(all.length);
  expect(isSameToken(token, token)).toBe(true);
  expect(isSameToken(token, token.slice(1))).toBe(false);
  expect(isSameToken(token, '')).toBe(false);
});
