/**
 * An agent as it is installed on a host: a home with builds, and the keeper that its service would start. Made by hand, as
 * child of the test; the service and the way there have tests of their own.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { agentToken } from '../../src/main/coordinator/gateway/tokens.ts';
import { AgentId } from '../../src/shared/ids.ts';
import { until } from '../faults/time.ts';
import type { Build } from './builds.ts';
import { NODE, processesOf, PROGRAM, type Workshop } from './workshop.ts';

export interface KeptAgent {
  readonly id: AgentId;
  readonly home: string;
  /** The build that `current` leads to. */
  current(): string;
  /** Resolves when that is this one: the keeper sees to it once the agent is welcomed. */
  untilCurrent(build: string): Promise<void>;
  /** Builds that failed here, with why. */
  refused(): Record<string, string>;
  /** What is in the home of a build, or of what was to become one. */
  hasBuild(id: string): boolean;
  log(): string;
  /** Stops the keeper, and the agent with what it runs. */
  close(): Promise<void>;
}

export interface KeptAgentOptions {
  readonly workshop: Workshop;
  readonly id: string;
  readonly build: Build;
  readonly slots?: number;
  readonly labels?: readonly string[];
  /** It joins with an invitation and comes over TLS; the workshop has its door open. Else it has a token. */
  readonly joins?: boolean;
}

const QUIET_MS = 20_000;

/** Resolves when the agent is connected. */
export async function startKeptAgent(options: KeptAgentOptions): Promise<KeptAgent> {
  const { workshop, id: name, build } = options;
  const id = AgentId.parse(name);
  const home = path.join(workshop.dir, 'pcs', id);
  placeBuild(home, build);
  if (options.joins === true) await join(home, options);
  else writeConfig(home, id, options);
  const { seq } = await workshop.call('snapshot.get', {});
  const keeper = keep(home);
  const current = (): string => path.basename(readlinkSync(path.join(home, 'current')));
  const isOurs = (agentId: string): boolean => agentId === id;
  await workshop.untilEvent(
    ({ event }) => event.type === 'agent.connected' && isOurs(event.agentId),
    seq,
  );
  return {
    id,
    home,
    current,
    async untilCurrent(wanted) {
      if (await until(() => current() === wanted, QUIET_MS)) return;
      throw new Error(`${id} is still at ${current()}`);
    },
    refused() {
      const file = path.join(home, 'refused.json');
      const text = existsSync(file) ? readFileSync(file, 'utf8') : '{}';
      return z.record(z.string(), z.string()).parse(JSON.parse(text));
    },
    hasBuild: (of) =>
      ['', '.partial'].some((end) => existsSync(path.join(home, 'versions', `${of}${end}`))),
    log: () => readFileSync(path.join(home, 'keeper.out'), 'utf8'),
    async close() {
      await stop(keeper);
      // A stopped service leaves attempts to run; the PC goes now.
      await until(() => {
        const pids = processesOf(home).map((line) => Number.parseInt(line, 10));
        for (const pid of pids) kill(pid);
        return pids.length === 0;
      }, QUIET_MS);
    },
  };
}

function placeBuild(home: string, { id, bytes }: Build): void {
  const folder = path.join(home, 'versions', id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'koubou'), bytes, { mode: 0o755 });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const valid = { sha256, size: bytes.length, version: '0.0.0', build: id };
  writeFileSync(path.join(folder, 'valid.json'), JSON.stringify(valid));
  symlinkSync(path.join('versions', id), path.join(home, 'current'));
}

function writeConfig(
  home: string,
  id: AgentId,
  { workshop, slots = 1, labels = [] }: KeptAgentOptions,
): void {
  const token = agentToken(readFileSync(path.join(workshop.dir, 'secret'), 'utf8').trim(), id);
  const who = { coordinator: workshop.url, agentId: id, name: id, token };
  const dir = path.join(home, 'state');
  const config = { ...who, slots, dir, local: false, labels };
  writeFileSync(path.join(home, 'config.json'), JSON.stringify(config), { mode: 0o600 });
}

async function join(home: string, { workshop, id }: KeptAgentOptions): Promise<void> {
  const { url, token } = await workshop.call('invitations.create', { name: id });
  const words = ['agent', 'join', url, '--token', token, '--home', home];
  const child = spawn(NODE, [PROGRAM, ...words], { stdio: ['ignore', 'ignore', 'inherit'] });
  await once(child, 'exit');
}

function keep(home: string): ChildProcess {
  const out = openSync(path.join(home, 'keeper.out'), 'a');
  const keeper = spawn(path.join(home, 'current/koubou'), ['agent', 'keep', '--home', home], {
    stdio: ['ignore', out, out],
  });
  closeSync(out);
  return keeper;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}
