/**
 * A whole workshop for a test: the built program, started as a user would, on a data folder of its own and a
 * free port. Closing it checks that nothing was left behind.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { WebSocket } from 'ws';
import { z } from 'zod';
import {
  OPERATIONS,
  type InputOf,
  type OperationName,
  type OutputOf,
} from '../../src/shared/contract.ts';
import type { StoredEvent } from '../../src/shared/domain/event.ts';
import type { Task, TaskState } from '../../src/shared/domain/task.ts';
import { isEnd } from '../../src/shared/domain/task.ts';
import { ErrorBody, RejectionError } from '../../src/shared/errors.ts';
import type { TaskId } from '../../src/shared/ids.ts';
import { ToClient } from '../../src/shared/protocol/client.ts';

export const ROOT = path.resolve(import.meta.dirname, '../..');
export const NODE = path.join(ROOT, 'node_modules/.bin/node');
/** As the desktop starts it: no start compiles anew what the one before compiled. */
export const PROGRAM = path.join(ROOT, 'dist/launch.cjs');

const Ready = z.looseObject({ type: z.literal('ready'), url: z.string(), token: z.string() });

export interface Workshop {
  readonly url: string;
  readonly token: string;
  readonly dir: string;
  readonly child: ChildProcess;
  /** What the program wrote to its standard error, for messages of failed tests. */
  log(): string;
  call<N extends OperationName>(name: N, input: InputOf<N>): Promise<OutputOf<N>>;
  /** Resolves when the task is in `state`; rejects when it ends or fails for good in another one. */
  until(id: TaskId, state: TaskState): Promise<Task>;
  /** Resolves with the first event after sequence number `after` (0: ever) that `match` accepts. */
  untilEvent(match: (stored: StoredEvent) => boolean, after?: number): Promise<StoredEvent>;
  /** Resolves when an agent is connected. */
  untilAgent(): Promise<void>;
  close(): Promise<void>;
}

export interface WorkshopOptions {
  readonly dir?: string;
  readonly args?: string[];
  readonly env?: Record<string, string | undefined>;
  /** Another program than the built one. */
  readonly program?: string;
}

export async function startWorkshop(options: WorkshopOptions = {}): Promise<Workshop> {
  const dir = options.dir ?? mkdtempSync(path.join(tmpdir(), 'koubou-workshop-'));
  const program = options.program ?? PROGRAM;
  const child = fork(program, ['serve', '--data', dir, '--port', '0', ...(options.args ?? [])], {
    execPath: NODE,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ...options.env },
  });
  let log = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (log += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (log += text));
  const { url, token } = await untilReady(child, () => log);
  const call = caller(url, token);
  return {
    url,
    token,
    dir,
    child,
    log: () => log,
    call,
    until: (id, state) => until({ url, token, call }, id, state),
    untilEvent: (match, after) => untilEvent(url, token, match, after),
    untilAgent: () => untilAgent({ url, token, call }),
    async close() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      const left = processesOf(dir);
      // A folder that was passed in belongs to whoever made it.
      if (options.dir === undefined) rmSync(dir, { recursive: true, force: true });
      if (left.length > 0) throw new Error(`left running: ${left.join('; ')}`);
    },
  };
}

/** What a coordinator that was started says when it listens. */
export async function untilReady(
  child: ChildProcess,
  log: () => string,
): Promise<z.infer<typeof Ready>> {
  return await new Promise((resolve, reject) => {
    child.on('message', (message) => {
      const parsed = Ready.safeParse(message);
      if (parsed.success) resolve(parsed.data);
    });
    child.once('exit', (code) => reject(new Error(`koubou serve ended with ${code}:\n${log()}`)));
  });
}

/** A typed client over fetch; refusals are thrown as RejectionError. */
export function caller(url: string, token: string): Workshop['call'] {
  return async (name, input) => {
    const operation = OPERATIONS[name];
    const rest: Record<string, unknown> = { ...input };
    const route = operation.path.replaceAll(/\{(\w+)\}/g, (_, key: string) => {
      const value = rest[key];
      delete rest[key];
      return encodeURIComponent(String(value));
    });
    const target = new URL(route, url);
    const headers: Record<string, string> = { authorization: `Bearer ${token}` };
    let body: string | undefined;
    if (operation.method === 'GET' || operation.method === 'DELETE') {
      for (const [key, value] of Object.entries(rest)) target.searchParams.set(key, String(value));
    } else {
      body = JSON.stringify(rest);
      headers['content-type'] = 'application/json';
    }
    const response = await fetch(target, {
      method: operation.method,
      headers,
      ...(body !== undefined && { body }),
    });
    if (!response.ok) throw new RejectionError(ErrorBody.parse(await response.json()).error);
    const isText = !response.headers.get('content-type')?.includes('application/json');
    const value: unknown = isText ? await response.text() : await response.json();
    // The schema of `name` gives exactly OutputOf<N>; the compiler cannot follow an indexed generic here.
    return operation.output.parse(value) as OutputOf<typeof name>;
  };
}

async function until(
  { url, token, call }: { url: string; token: string; call: Workshop['call'] },
  id: TaskId,
  state: TaskState,
): Promise<Task> {
  for (;;) {
    const before = await call('snapshot.get', {});
    const task = await call('tasks.get', { id });
    if (task.state === state) return task;
    const stuck = isEnd(task.state) || (task.state === 'failed' && task.failure?.retryAt === null);
    if (stuck)
      throw new Error(
        `${id} is ${task.state}: ${JSON.stringify(task.failure ?? task.cancelReason)}`,
      );
    await untilEvent(
      url,
      token,
      (stored) => 'taskId' in stored.event && stored.event.taskId === id,
      before.seq,
    );
  }
}

/** Resolves when an agent is connected: this one, or without an id any. */
export async function untilAgent(
  { url, token, call }: Pick<Workshop, 'url' | 'token' | 'call'>,
  wanted?: string,
): Promise<void> {
  const isWanted = (id: string): boolean => wanted === undefined || id === wanted;
  const { seq } = await call('snapshot.get', {});
  const { agents } = await call('agents.list', {});
  if (agents.some(({ agent }) => agent.connected && isWanted(agent.id))) return;
  const isCome = ({ event }: StoredEvent): boolean =>
    event.type === 'agent.connected' && isWanted(event.agentId);
  await untilEvent(url, token, isCome, seq);
}

async function untilEvent(
  url: string,
  token: string,
  match: (stored: StoredEvent) => boolean,
  after = 0,
): Promise<StoredEvent> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, {
    headers: { authorization: `Bearer ${token}` },
  });
  try {
    await once(socket, 'open');
    return await new Promise((resolve, reject) => {
      socket.on('message', (data, isBinary) => {
        if (isBinary) return;
        const message = ToClient.parse(JSON.parse(String(data)));
        if (message.type === 'error') reject(new RejectionError(message.error));
        if (message.type !== 'events') return;
        const found = message.events.find(match);
        if (found) resolve(found);
      });
      socket.on('close', () => reject(new Error('the coordinator closed the connection')));
      socket.send(JSON.stringify({ type: 'subscribe', after }));
    });
  } finally {
    socket.removeAllListeners('close');
    socket.close();
  }
}

/** Processes whose command line or working directory lies in `dir` (Linux). */
export function processesOf(dir: string): string[] {
  const found: string[] = [];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
      if (
        Number(pid) !== process.pid &&
        (command.includes(dir) || environment.includes(`KOUBOU_DIR=${dir}`))
      ) {
        found.push(`${pid} ${command}`);
      }
    } catch {
      // The process ended while we looked at it.
    }
  }
  return found;
}
