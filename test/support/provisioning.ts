/** A workshop on the coordinator's PC of test hosts, whose user has an SSH key; and provisionings followed to their end. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { WebSocket } from 'ws';
import type { z } from 'zod';
import type { NewHost, Provisioning, Question } from '../../src/shared/provisioning.ts';
import { ToClient } from '../../src/shared/protocol/client.ts';
import type { Host } from './hosts/host.ts';
import type { Hosts } from './hosts/hosts.ts';
import { runTool } from './hosts/network.ts';
import { caller, NODE, PROGRAM, untilReady, type Workshop } from './workshop.ts';

/** Public key of the coordinator's user, for a host's `signIn`. */
export async function makeUserKey(dir: string): Promise<{ file: string; publicKey: string }> {
  mkdirSync(dir, { recursive: true });
  const file = path.join(dir, 'id_ed25519');
  await runTool(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', file]);
  return { file, publicKey: readFileSync(`${file}.pub`, 'utf8').trim() };
}

export interface ProvisioningWorkshop extends Pick<Workshop, 'call' | 'url' | 'token'> {
  readonly dir: string;
  /** The built program, as it runs. */
  readonly program: string;
  readonly child: ChildProcess;
  log(): string;
  /** Adds hosts and follows each to its end, answering what is asked. */
  add(hosts: readonly NewHostInput[], answer?: Answer): Promise<Provisioning[]>;
  /** Follows one to its end. */
  ended(id: Provisioning['id'], answer?: Answer): Promise<Provisioning>;
  /** Resolves with the first state of a provisioning that `match` accepts. */
  until(id: Provisioning['id'], match: (one: Provisioning) => boolean): Promise<Provisioning>;
  close(): Promise<void>;
}

export type NewHostInput = z.input<typeof NewHost>;
/** What a person would type; `null`: they decline. */
export type Answer = (question: Question) => string[] | null;

/** Trusts every key, and knows no password. */
export const TRUSTING: Answer = (question) => (question.kind === 'host_key' ? ['yes'] : null);

export interface WorkshopOptions {
  readonly hosts: Hosts;
  readonly dir: string;
  /** Private key of the user. */
  readonly key: string;
  /** More lines of the user's SSH configuration, before all others. */
  readonly config?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
}

export async function startProvisioningWorkshop(
  options: WorkshopOptions,
): Promise<ProvisioningWorkshop> {
  const { hosts, dir, key } = options;
  mkdirSync(dir, { recursive: true });
  const config = path.join(dir, 'ssh_config');
  const known = path.join(dir, 'user_known_hosts');
  const usual = [
    'Host *',
    `IdentityFile ${key}`,
    'IdentityAgent none',
    `UserKnownHostsFile ${known}`,
  ];
  writeFileSync(config, [...(options.config ?? []), ...usual, ''].join('\n'), { mode: 0o600 });
  const program = process.env['KOUBOU_TEST_PROGRAM'] ?? PROGRAM;
  const args = ['--data', path.join(dir, 'data'), '--port', '0', '--agents', '0'];
  const [command = '', ...rest] = hosts.onCoordinator([
    NODE,
    program,
    'serve',
    ...args,
    ...(options.args ?? []),
  ]);
  const child = spawn(command, rest, {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, KOUBOU_SSH_CONFIG: config, SSH_AUTH_SOCK: '', ...options.env },
  });
  let log = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (log += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (log += text));
  const { url: inside, token } = await untilReady(child, () => log);
  const url = `http://127.0.0.1:${await hosts.door('127.0.0.1', Number(new URL(inside).port))}`;
  const call = caller(url, token);
  const workshop = { url, token, call };
  return {
    ...{ ...workshop, dir: path.join(dir, 'data'), program, child },
    log: () => log,
    async add(wanted, answer = TRUSTING) {
      const { provisionings } = await call('agents.add', { hosts: [...wanted] });
      return await Promise.all(provisionings.map(({ id }) => follow(workshop, id, answer)));
    },
    ended: (id, answer = TRUSTING) => follow(workshop, id, answer),
    until: (id, match) => follow(workshop, id, null, match),
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** The last state, with each question answered once. */
async function follow(
  { url, token, call }: Pick<Workshop, 'url' | 'token' | 'call'>,
  id: Provisioning['id'],
  /** `null`: somebody else answers. */
  answer: Answer | null,
  match: (one: Provisioning) => boolean = ({ endedAt }) => endedAt !== null,
): Promise<Provisioning> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const answered = new Set<number>();
  const { promise, resolve, reject } = Promise.withResolvers<Provisioning>();
  const take = (one: Provisioning): void => {
    if (match(one)) return resolve(one);
    const { question } = one;
    if (one.endedAt !== null) return reject(new Error(`it ended otherwise: ${told(one)}`));
    if (answer === null || question === null || answered.has(question.n)) return;
    answered.add(question.n);
    call('provisionings.answer', { id, n: question.n, answers: answer(question) }).catch(reject);
  };
  try {
    await once(socket, 'open');
    socket.on('message', (data, isBinary) => {
      if (isBinary) return;
      const message = ToClient.parse(JSON.parse(String(data)));
      if (message.type === 'provisioning' && message.provisioning.id === id)
        take(message.provisioning);
    });
    socket.on('close', () => reject(new Error('the coordinator closed the connection')));
    socket.send(JSON.stringify({ type: 'subscribe', after: 0 }));
    take(await call('provisionings.get', { id }));
    return await promise;
  } finally {
    socket.removeAllListeners('close');
    socket.close();
  }
}

/** `user@address`, as a person would type it. */
export function targetOf(host: Pick<Host, 'user' | 'address'>): string {
  return `${host.user}@${host.address}`;
}

/** What happened, for the message of a failed test. */
export function told({ state, error, steps }: Provisioning): string {
  const lines = steps.map(({ name, state: how, ms, message, output }) => {
    const tail = how === 'failed' ? `\n${output}` : '';
    return `${name.padEnd(10)} ${how.padEnd(8)} ${String(ms).padStart(6)} ms  ${message}${tail}`;
  });
  return [`${state} ${error?.code ?? ''} ${error?.message ?? ''}`, ...lines].join('\n');
}
