/** This PC's agents as processes: started, watched, started again, ended. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startLocalAgents, type Hold, type LocalAgents } from './local-agents.ts';
import { manualClock, type ManualClock } from './testing.ts';

/** Tells us that it lives, over a socket that its death closes; ends when told to. */
const AGENT = `
const { connect } = require('node:net');
const { readFileSync } = require('node:fs');
const socket = connect(Number(process.env.TEST_PORT), '127.0.0.1');
const config = JSON.parse(readFileSync(process.argv.at(-1), 'utf8'));
const { PATH, KOUBOU_TOKEN } = process.env;
socket.write(JSON.stringify({ pid: process.pid, args: process.argv.slice(2), config, PATH, KOUBOU_TOKEN }) + '\\n');
socket.on('data', () => process.exit(3));
process.on('SIGTERM', () => { if (!process.env.TEST_STUBBORN) process.exit(0); });
`;

let dir: string;
let server: Server;
let clock: ManualClock;
let agents: LocalAgents | undefined;
const arrivals: Alive[] = [];
let arrived: () => void;

interface Alive {
  readonly socket: Socket;
  readonly said: {
    pid: number;
    args: string[];
    config: Record<string, unknown>;
    PATH: string;
    KOUBOU_TOKEN?: string;
  };
}

beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-local-'));
  writeFileSync(path.join(dir, 'agent.cjs'), AGENT);
  clock = manualClock();
  arrived = () => {};
  server = createServer((socket) => {
    socket.once('data', (data) => {
      arrivals.push({ socket, said: JSON.parse(String(data)) as Alive['said'] });
      arrived();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  await agents?.close();
  for (const { socket } of arrivals.splice(0)) socket.destroy();
  server.close();
  rmSync(dir, { recursive: true, force: true });
});

function port(): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

function start(
  count: number,
  env: Record<string, string> = {},
  hold: Hold | null = null,
): LocalAgents {
  agents = startLocalAgents({
    count,
    slots: 2,
    program: { command: process.execPath, args: [path.join(dir, 'agent.cjs')] },
    env: { PATH: '/usr/bin', KOUBOU_TOKEN: 'secret', TEST_PORT: String(port()), ...env },
    dir: path.join(dir, 'agents'),
    url: 'http://127.0.0.1:8080',
    agentToken: (id) => `token-of-${id}`,
    hold,
    clock,
    log: pino({ level: 'silent' }),
  });
  return agents;
}

async function alive(count: number): Promise<Alive[]> {
  while (arrivals.length < count) {
    await new Promise<void>((resolve) => {
      arrived = resolve;
    });
  }
  return arrivals;
}

test('each is started with a configuration of its own that only we can read', async () => {
  start(2);
  const said = (await alive(2))
    .map((one) => one.said)
    .toSorted((a, b) => String(a.config['agentId']).localeCompare(String(b.config['agentId'])));
  const file = path.join(dir, 'agents/local-1/config.json');
  expect(said[0]?.args).toEqual(['agent', 'run', '--config', file]);
  expect(said[0]?.config).toMatchObject({
    coordinator: 'http://127.0.0.1:8080',
    agentId: 'local-1',
    token: 'token-of-local-1',
    slots: 2,
    dir: path.join(dir, 'agents/local-1'),
    local: true,
  });
  expect(said[1]?.config).toMatchObject({ agentId: 'local-2', token: 'token-of-local-2' });
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test("attempts find our Node, and never see the people's token", async () => {
  start(1);
  const [one] = await alive(1);
  expect(one?.said.PATH).toBe(`${path.dirname(process.execPath)}${path.delimiter}/usr/bin`);
  expect(one?.said.KOUBOU_TOKEN).toBeUndefined();
});

test('one that ends by itself is started again, at once and then after pauses that grow', async () => {
  start(1);
  for (let lives = 1; lives <= 3; lives++) {
    const last = (await alive(lives)).at(-1);
    const gone = last && once(last.socket, 'close');
    last?.socket.write('end');
    await gone;
    // The exit is seen by the parent a moment after the socket closed; the clock stands until then.
    await restartScheduled();
    clock.advance(200 * 2 ** (lives - 1) - 1);
    expect(clock.waiting()).toBe(1);
    clock.advance(1);
  }
  expect(new Set((await alive(4)).map(({ said }) => said.pid)).size).toBe(4);
});

async function restartScheduled(): Promise<void> {
  while (clock.waiting() === 0) await new Promise(setImmediate);
}

test('closing ends them, and starts none again', async () => {
  const running = start(2);
  const both = [...(await alive(2))];
  await running.close();
  for (const { said } of both) expect(() => process.kill(said.pid, 0)).toThrow('ESRCH');
  expect(clock.waiting()).toBe(0);
});

test('one that is left runs on, and is not looked after any more', async () => {
  const running = start(1);
  const [one] = await alive(1);
  running.leave();
  expect(clock.waiting()).toBe(0);
  const gone = one && once(one.socket, 'close');
  process.kill(one?.said.pid ?? 0, 0);
  one?.socket.write('end');
  await gone;
  await new Promise(setImmediate);
  expect(clock.waiting()).toBe(0);
});

test('one that does not end when asked is killed', async () => {
  const running = start(1, { TEST_STUBBORN: 'yes' });
  const [one] = await alive(1);
  const closing = running.close();
  clock.advance(10_000);
  await closing;
  expect(() => process.kill(one?.said.pid ?? 0, 0)).toThrow('ESRCH');
});

/** An agent that an earlier coordinator started, as its files tell. */
async function orphan(coordinator: string): Promise<Alive> {
  const folder = path.join(dir, 'agents/local-1');
  const config = path.join(folder, 'config.json');
  const first = start(1);
  await alive(1);
  await first.close();
  arrivals.splice(0);
  const text = readFileSync(config, 'utf8');
  writeFileSync(config, text.replace('http://127.0.0.1:8080', coordinator));
  const args = [path.join(dir, 'agent.cjs'), 'agent', 'run', '--config', config];
  spawn(process.execPath, args, { env: { TEST_PORT: String(port()) }, stdio: 'ignore' });
  const [born] = await alive(1);
  if (!born) throw new Error('no agent came');
  const stat = readFileSync(`/proc/${born.said.pid}/stat`, 'latin1');
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  writeFileSync(path.join(folder, 'agent.lock'), `${born.said.pid} ${ticks}\n`);
  return born;
}

test('an agent that outlived its coordinator and knows our address is left at work, and ended with us', async () => {
  const first = await orphan('http://127.0.0.1:8080');
  const ours = start(1);
  clock.advance(60_000);
  expect(arrivals).toHaveLength(1);
  process.kill(first.said.pid, 0);
  let closed = false;
  void ours.close().then(() => (closed = true));
  while (!closed) {
    await new Promise(setImmediate);
    clock.advance(100);
  }
  expect(() => process.kill(first.said.pid, 0)).toThrow('ESRCH');
});

test('one that knows another address is ended, and a new one started', async () => {
  const first = await orphan('http://127.0.0.1:9');
  start(1);
  while (arrivals.length < 2) {
    await new Promise(setImmediate);
    clock.advance(100);
  }
  expect(arrivals[1]?.said.pid).not.toBe(first.said.pid);
  expect(() => process.kill(first.said.pid, 0)).toThrow('ESRCH');
});

test('one that is held back starts when it may, or never', async () => {
  const held = new Set<() => void>();
  const hold: Hold = (run) => {
    held.add(run);
    return () => held.delete(run);
  };
  await start(1, {}, hold).close();
  expect(held.size).toBe(0);
  start(1, {}, hold);
  expect(readdirSync(dir)).not.toContain('agents');
  for (const run of held) run();
  await alive(1);
});

test('a program that cannot be started is tried again, and can be closed', async () => {
  agents = startLocalAgents({
    count: 1,
    slots: 1,
    program: { command: path.join(dir, 'missing'), args: [] },
    env: {},
    dir: path.join(dir, 'agents'),
    url: 'http://127.0.0.1:8080',
    agentToken: () => 'token',
    hold: null,
    clock,
    log: pino({ level: 'silent' }),
  });
  await restartScheduled();
  await agents.close();
  expect(clock.waiting()).toBe(0);
  expect(readFileSync(path.join(dir, 'agents/local-1/agent.log'), 'utf8')).toBe('');
});
