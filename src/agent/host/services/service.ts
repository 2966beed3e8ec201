/** What keeps an agent running over logins, crashes and restarts of its host: one interface, one file per kind. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { defaultHome, EXECUTABLE, type Home, type Scope } from '../home.ts';

export const ServiceKind = z.enum([
  'systemd',
  'systemd_user',
  /** Without the right to run when nobody is signed in. */
  'systemd_session',
  'openrc',
  'runit',
  'launchd',
  'windows_task',
  'cron',
  /** Nothing starts it again after a restart of the host. */
  'detached',
]);
export type ServiceKind = z.infer<typeof ServiceKind>;

/** Something outside of the home that belongs to the installation. */
export const Made = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('path'), path: z.string() }),
  /** Made on the way to something else: goes when nothing else is in it. */
  z.strictObject({ kind: z.literal('folder'), path: z.string() }),
  z.strictObject({ kind: z.literal('user'), name: z.string() }),
  /** The right of a user to have services run when nobody is signed in. */
  z.strictObject({ kind: z.literal('linger'), user: z.string() }),
  z.strictObject({ kind: z.literal('crontab'), user: z.string() }),
  z.strictObject({ kind: z.literal('task'), name: z.string() }),
]);
export type Made = z.infer<typeof Made>;

/** The answer of a command. `code` 127: there is no such command. */
export interface Ran {
  readonly code: number;
  /** What it printed, both streams. */
  readonly out: string;
}

/** The host as services see it: passed in, so that other systems can be played back from recordings. */
export interface Machine {
  /** Never rejects. */
  run(command: string, args: readonly string[], options?: RunOptions): Promise<Ran>;
  write(file: string, text: string, mode: number): Promise<void>;
  link(target: string, place: string): Promise<void>;
  remove(place: string): Promise<void>;
  exists(place: string): Promise<boolean>;
  /** Starts a program in a session of its own, as the user of the service, and does not wait for it. */
  launch(command: string, args: readonly string[], as: ServiceUser): void;
  /** Notes what is about to be made, so that it is removed again whatever happens. */
  record(made: Made): Promise<void>;
  /** Resolves when `look` answers true, or false after `mostMs`. */
  until(look: () => Promise<boolean>, mostMs: number): Promise<boolean>;
  /** The living keeper of this home. */
  keeper(): Promise<number | null>;
  signal(pid: number, name: NodeJS.Signals): void;
}

export interface RunOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface ServiceUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

export interface ServiceContext {
  readonly home: Home;
  readonly scope: Scope;
  /** Of the unit, the task, the user of a system service. */
  readonly name: string;
  readonly user: ServiceUser;
  readonly machine: Machine;
}

export interface ServiceStatus {
  readonly installed: boolean;
  readonly running: boolean;
  /** As the system says it. */
  readonly detail: string;
}

export interface ServiceManager {
  readonly kind: ServiceKind;
  /** What a person should know or do; `null`: nothing. */
  readonly note: string | null;
  /** Files and links that it makes. */
  files(): string[];
  /** Makes the service known to the system, to be started with it. @throws ServiceError */
  install(): Promise<void>;
  /** Starts it, or starts it again when it runs: attempts run on. @throws ServiceError */
  start(): Promise<void>;
  /** The agent leaves; attempts run on. @throws ServiceError */
  stop(): Promise<void>;
  status(): Promise<ServiceStatus>;
  /** Stops it and removes all that `install` made. @throws ServiceError */
  uninstall(): Promise<void>;
}

/** The system does not do it; the message says what was tried and what it said. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
}

/** The same for all homes but the usual ones, so that two agents on one host do not meet. Pure. */
export function serviceName(home: Home, scope: Scope): string {
  if (home.dir === defaultHome(scope)) return 'koubou-agent';
  return `koubou-agent-${createHash('sha256').update(home.dir).digest('hex').slice(0, 8)}`;
}

/** The program of the service, by a path that updates do not change. Pure. */
export function keeperCommand(home: Home): [string, ...string[]] {
  return [path.join(home.current, EXECUTABLE), 'agent', 'keep', '--home', home.dir];
}

/** Runs a command that has to work. @throws ServiceError */
export async function must(
  machine: Machine,
  command: string,
  args: readonly string[],
  options?: RunOptions,
): Promise<string> {
  const { code, out } = await machine.run(command, args, options);
  if (code === 0) return out;
  const said = out.trim();
  throw new ServiceError(
    `"${[command, ...args].join(' ')}" failed (${code})${said === '' ? '' : `: ${said.slice(-500)}`}`,
  );
}

/** A text as one word for sh. Pure. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
