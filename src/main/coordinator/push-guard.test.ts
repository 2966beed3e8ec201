/** What attempts push over real git and real HTTP, while their tasks move on in a real journal. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { connect, createServer as createProxy, type AddressInfo, type Socket } from 'node:net';
import path from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { AttemptReport } from '../../shared/domain/attempt.ts';
import type { Command } from '../../shared/domain/command.ts';
import { AgentId, AttemptId, TaskId } from '../../shared/ids.ts';
import { CAPABILITIES } from './api/testing.ts';
import { createFence } from './fleet/stale.ts';
import { openLocalForge, type LocalForge } from './forge/local/local-forge.ts';
import { scratch, stillClock, type Scratch } from './forge/local/testing.ts';
import { repoKeyOf } from './forge/repo-key.ts';
import { createGitGateway, type GitGateway } from './gateway/git-http.ts';
import { gitToken } from './gateway/tokens.ts';
import { grantsOf } from './git-grants.ts';
import { openJournal } from './journal/open.ts';
import type { Journal } from './journal/port.ts';
import { startPushGuard, type PushGuard } from './push-guard.ts';
import { systemClock } from './system-clock.ts';

// A busy machine is no failure.
vi.setConfig({ testTimeout: 60_000 });

const SECRET = 'a secret';
const [ONE, TWO] = [AgentId.parse('local-1'), AgentId.parse('local-2')];
const TASK = TaskId.parse('task-1');
const [FIRST, SECOND] = [AttemptId.parse('task-1.1'), AttemptId.parse('task-1.2')];
const BRANCH = 'koubou/task-1-fix-it';
const WORK = 'koubou/work/task-1.1';
const log = pino({ level: 'silent' });

let s: Scratch;
let journal: Journal;
let forge: LocalForge;
let gateway: GitGateway;
let guard: PushGuard;
let server: Server;
let proxies: { close(): void }[];
let key: string;

beforeEach(async () => {
  s = scratch();
  proxies = [];
  const opened = openJournal({ dir: s.dir, clock: systemClock, endOfTurn: setImmediate });
  if (!opened.ok) throw new Error(opened.error.message);
  journal = opened.value;
  forge = openForge();
  const fence = createFence(journal, log);
  gateway = createGitGateway({
    forge,
    authorize: grantsOf(journal, SECRET),
    onRefused: (user, what) => fence(AttemptId.parse(user), what),
    env: s.env,
    clock: stillClock,
    log,
  });
  guard = startGuard();
  server = createServer((request, response) => gateway.handle(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const repo = s.repo('shop', { 'a.txt': 'one\n' });
  key = repoKeyOf(repo);
  expect(await forge.prepare({ url: repo, base: 'main' })).toMatchObject({ ok: true });
  for (const agentId of [ONE, TWO]) await submit(connected(agentId));
  await submit({
    type: 'task.create',
    title: 'Fix it',
    body: '',
    repo: { url: repo, base: 'main' },
    priority: 'normal',
    engine: { kind: 'command', run: 'true' },
    needs: [],
    after: [],
    at: null,
  });
  await submit({ type: 'task.analyse', taskId: TASK, specialty: 'general' });
  await assign(ONE);
  await report(ONE, FIRST, 1, { kind: 'started' });
});

afterEach(async () => {
  for (const proxy of proxies) proxy.close();
  await gateway.close();
  server.closeAllConnections();
  server.close();
  await guard.close();
  await forge.close();
  await journal.close();
  s[Symbol.dispose]();
});

function openForge(): LocalForge {
  return openLocalForge({
    dir: path.join(s.dir, 'repos'),
    clock: stillClock,
    env: s.env,
    home: s.dir,
  });
}

function startGuard(): PushGuard {
  return startPushGuard({ journal, gateway, forge, repoKey: repoKeyOf, log });
}

function connected(agentId: AgentId): Command {
  const about = { name: 'PC', version: '1', address: '-', slots: 9, capabilities: CAPABILITIES };
  return { type: 'agent.connect', agentId, ...about };
}

async function submit(command: Command): Promise<void> {
  const result = await journal.submit(command, { actor: 'test' });
  if (!result.ok) throw new Error(result.error.message);
}

const assign = (agentId: AgentId): Promise<void> =>
  submit({ type: 'task.assign', taskId: TASK, agentId, reasons: [] });

async function report(
  agentId: AgentId,
  attemptId: AttemptId,
  seq: number,
  what: AttemptReport,
): Promise<void> {
  const fence = journal.attempt(attemptId)?.fence ?? 0;
  await submit({ type: 'attempt.report', agentId, attemptId, fence, seq, report: what });
}

/** The first attempt is lost, and the task given to the other agent. */
async function failOver(): Promise<void> {
  await submit({ type: 'attempt.give_up', attemptId: FIRST, code: 'agent_lost', message: 'gone' });
  await submit({ type: 'task.due', taskId: TASK });
  await assign(TWO);
}

function portOf(listening: { address(): AddressInfo | string | null }): number {
  const address = listening.address();
  return typeof address === 'object' && address ? address.port : 0;
}

function url(attemptId: AttemptId, port = portOf(server)): string {
  const fence = journal.attempt(attemptId)?.fence ?? 0;
  return `http://${attemptId}:${gitToken(SECRET, attemptId, fence)}@127.0.0.1:${port}/git/${key}.git`;
}

function start(...args: string[]): ChildProcess {
  const env = { ...s.env, GIT_TERMINAL_PROMPT: '0' };
  return spawn('git', ['-C', s.dir, ...args], { env, stdio: 'ignore' });
}

async function git(...args: string[]): Promise<number | null> {
  const child = start(...args);
  await once(child, 'close');
  return child.exitCode;
}

/** A checkout of an attempt with one commit of its own. */
async function checkout(
  attemptId: AttemptId,
  size = 10,
): Promise<{ name: string; commit: string }> {
  const name = `of-${attemptId}`;
  expect(await git('clone', '-q', url(attemptId), name)).toBe(0);
  const folder = path.join(s.dir, name);
  writeFileSync(path.join(folder, 'work'), randomBytes(size));
  return { name, commit: s.commit(folder, {}) };
}

function push(attemptId: AttemptId, name: string, branch: string): Promise<number | null> {
  return git('-C', name, 'push', '-q', url(attemptId), `+HEAD:refs/heads/${branch}`);
}

function whatWasFenced(): string[] {
  const events = journal.eventsAfter(0, 1_000).map(({ event }) => event);
  return events.flatMap((event) => (event.type === 'attempt.fenced' ? [event.what] : []));
}

/** Resolves when the branch of the first attempt's work was removed. */
async function workIsGone(): Promise<void> {
  while ((await forge.pushedCommit(key, WORK)) !== undefined);
}

/** Where git keeps what is on its way, and locks: nothing may stay there. */
function leftovers(): string[] {
  const names = readdirSync(forge.mirrorPath(key) ?? '', { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.lock') || name.includes('tmp_objdir'));
}

/** Lets so many bytes through to the server, then holds the rest. Resolves `held` when it does. */
async function holdAfter(bytes: number): Promise<{ port: number; held: Promise<void> }> {
  const held = Promise.withResolvers<void>();
  const sockets = new Set<Socket>();
  const proxy = createProxy((client) => {
    const upstream = connect(portOf(server), '127.0.0.1');
    sockets.add(client).add(upstream);
    let passed = 0;
    client.on('data', (chunk) => {
      passed += chunk.length;
      upstream.write(chunk);
      if (passed < bytes) return;
      client.pause();
      held.resolve();
    });
    upstream.pipe(client);
    for (const socket of [client, upstream]) socket.on('error', () => {});
    upstream.once('close', () => client.destroy());
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  proxies.push({
    close() {
      for (const socket of sockets) socket.destroy();
      proxy.close();
    },
  });
  return { port: portOf(proxy), held: held.promise };
}

/** Processes that serve pushes into our mirrors. */
function receivers(): number[] {
  const repos = path.join(s.dir, 'repos');
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const isOurs = (line: string): boolean => line.includes('receive-pack') && line.includes(repos);
  return pids.filter((pid) => isOurs(commandOf(pid))).map(Number);
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    // It ended between the list and the look.
    return '';
  }
}

test('an attempt pushes its change and its work; after it lost its task, its work only', async () => {
  const { name, commit } = await checkout(FIRST);
  expect(await push(FIRST, name, BRANCH)).toBe(0);
  expect(await push(FIRST, name, WORK)).toBe(0);
  await failOver();
  s.git(path.join(s.dir, name), 'commit', '-q', '--amend', '-m', 'more');
  expect(await push(FIRST, name, BRANCH)).not.toBe(0);
  expect(await push(FIRST, name, BRANCH)).not.toBe(0);
  expect(await forge.pushedCommit(key, BRANCH)).toBe(commit);
  expect(await push(FIRST, name, WORK)).toBe(0);
  expect(await forge.pushedCommit(key, WORK)).not.toBe(commit);
  expect(await push(FIRST, name, 'koubou/work/task-1.2')).not.toBe(0);
  expect(whatWasFenced()).toEqual([`push of refs/heads/${BRANCH}`]);
  const other = await checkout(SECOND);
  expect(await push(SECOND, other.name, BRANCH)).toBe(0);
  expect(await forge.pushedCommit(key, BRANCH)).toBe(other.commit);
});

test('a push under way ends with its attempt, and stands in the way of nobody', async () => {
  const { name } = await checkout(FIRST, 3_000_000);
  const { port, held } = await holdAfter(1_500_000);
  const pushing = start('-C', name, 'push', '-q', url(FIRST, port), `+HEAD:refs/heads/${BRANCH}`);
  const ended = once(pushing, 'close');
  await held;
  while (receivers().length === 0) await new Promise(setImmediate);
  // One that is too busy to be asked.
  for (const pid of receivers()) process.kill(pid, 'SIGSTOP');
  // As a git leaves it that is killed in the middle of its last step.
  const lock = path.join(forge.mirrorPath(key) ?? '', 'refs/heads', `${BRANCH}.lock`);
  s.git(forge.mirrorPath(key) ?? '', 'update-ref', `refs/heads/${BRANCH}x`, 'main');
  writeFileSync(lock, '');
  await failOver();
  const other = await checkout(SECOND);
  expect(await push(SECOND, other.name, BRANCH)).toBe(0);
  await ended;
  expect(pushing.exitCode).not.toBe(0);
  expect(receivers()).toEqual([]);
  expect(await forge.pushedCommit(key, BRANCH)).toBe(other.commit);
  expect(leftovers()).toEqual([]);
  expect(whatWasFenced()).toEqual(['push (under way)']);
});

test('a push that outlived a killed coordinator is ended at the next start, with what it left', async () => {
  const { name } = await checkout(FIRST, 3_000_000);
  const { port, held } = await holdAfter(1_500_000);
  const pushing = start('-C', name, 'push', '-q', url(FIRST, port), `+HEAD:refs/heads/${BRANCH}`);
  const ended = once(pushing, 'close');
  await held;
  while (receivers().length === 0) await new Promise(setImmediate);
  const next = openForge();
  await ended;
  while (receivers().length > 0) await new Promise(setImmediate);
  await next.close();
  await openForge().close();
  expect(leftovers()).toEqual([]);
});

test('work in progress goes with its task, and cannot be pushed any more', async () => {
  const { name } = await checkout(FIRST);
  expect(await push(FIRST, name, WORK)).toBe(0);
  await failOver();
  expect(await forge.pushedCommit(key, WORK)).toBeDefined();
  await submit({ type: 'task.cancel', taskId: TASK, reason: 'not needed' });
  await workIsGone();
  expect(await push(FIRST, name, WORK)).not.toBe(0);
});

test('work of a task that ended while nobody looked is found at the start; that of others stays', async () => {
  const { name } = await checkout(FIRST);
  expect(await push(FIRST, name, WORK)).toBe(0);
  await guard.close();
  await submit({ type: 'task.cancel', taskId: TASK, reason: 'not needed' });
  // Of a task that we know nothing of: not ours to remove.
  s.git(forge.mirrorPath(key) ?? '', 'update-ref', 'refs/heads/koubou/work/task-9.1', 'main');
  s.git(forge.mirrorPath(key) ?? '', 'pack-refs', '--all');
  guard = startGuard();
  await workIsGone();
  await guard.close();
  expect(await forge.pushedCommit(key, 'koubou/work/task-9.1')).toBeDefined();
});

test('a push is shown its own branches and the bases, however many there are', async () => {
  const mirror = forge.mirrorPath(key) ?? '';
  for (const ref of ['refs/tags/v1', 'refs/heads/koubou/task-2', 'refs/heads/koubou/work/task-2.1'])
    s.git(mirror, 'update-ref', ref, 'main');
  const { name } = await checkout(FIRST);
  expect(await push(FIRST, name, BRANCH)).toBe(0);
  expect(await push(FIRST, name, WORK)).toBe(0);
  const { password, username, href } = new URL(`${url(FIRST)}/info/refs?service=git-receive-pack`);
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  const response = await fetch(href.replace(/\/\/.*@/, '//'), { headers: { authorization } });
  const refs = [...(await response.text()).matchAll(/refs\/[a-z0-9./-]+/g)].map(([ref]) => ref);
  expect(refs).toEqual([`refs/heads/${BRANCH}`, `refs/heads/${WORK}`, 'refs/heads/main']);
});
