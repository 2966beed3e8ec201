/** The user that an agent works as: the one who installs it, or for the whole machine one of its own. */
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import type { Environment } from '../config.ts';
import { exists } from '../exists.ts';
import type { Home, Scope } from './home.ts';
import { HostError } from './orders.ts';
import { must, type Machine, type ServiceUser } from './services/service.ts';

/** Who installs. */
export function ourselves(): ServiceUser {
  const { username, uid, gid, homedir } = userInfo();
  return { name: username, uid, gid, home: homedir };
}

/** A user of this machine, by name; `null` when there is none. */
export async function findUser(name: string): Promise<ServiceUser | null> {
  const table = await readFile('/etc/passwd', 'utf8').catch(() => '');
  for (const line of table.split('\n')) {
    const [found, , uid, gid, , home] = line.split(':');
    if (found === name) return { name, uid: Number(uid), gid: Number(gid), home: home ?? '/' };
  }
  return null;
}

export interface AccountDeps {
  readonly home: Home;
  readonly scope: Scope;
  /** Of the service, and of its user. */
  readonly name: string;
  readonly machine: Machine;
  readonly environment: Environment;
}

/** Finds the user, or makes it. @throws HostError, ServiceError */
export async function ensureUser(deps: AccountDeps): Promise<ServiceUser> {
  const { home, scope, name, machine, environment } = deps;
  if (scope === 'user' || process.platform === 'win32') return ourselves();
  if (process.getuid?.() !== 0)
    throw new HostError('needs_root', 'an installation for the whole machine needs root (sudo)');
  if (process.platform === 'darwin') return await whoCalledSudo(environment);
  const there = await findUser(name);
  if (there !== null) return there;
  await machine.record({ kind: 'user', name });
  const shell = (await exists('/usr/sbin/nologin')) ? '/usr/sbin/nologin' : '/sbin/nologin';
  const about = ['--home-dir', home.dir, '--no-create-home', '--shell', shell];
  const { code, out } = await machine.run('useradd', ['--system', '--user-group', ...about, name]);
  if (code === 127) await addWithBusybox(deps, shell);
  else if (code !== 0)
    throw new HostError('failed', `the user ${name} cannot be made: ${out.trim().slice(0, 300)}`);
  const made = await findUser(name);
  if (made === null) throw new HostError('failed', `the user ${name} was made, but is not there`);
  return made;
}

/** Alpine and its like. */
async function addWithBusybox({ home, name, machine }: AccountDeps, shell: string): Promise<void> {
  await must(machine, 'addgroup', ['-S', name]);
  const about = ['-S', '-D', '-H', '-h', home.dir, '-s', shell, '-G', name];
  await must(machine, 'adduser', [...about, name]);
}

/** macOS has no simple way to make a user for a service. */
async function whoCalledSudo(environment: Environment): Promise<ServiceUser> {
  const user = await findSudoUser(environment);
  if (user !== null) return user;
  throw new HostError(
    'needs_root',
    'on macOS, install as your own user with sudo: the agent works as that user',
  );
}

async function findSudoUser(environment: Environment): Promise<ServiceUser | null> {
  const { SUDO_USER: name, SUDO_UID: uid, SUDO_GID: gid } = environment;
  if (name === undefined || uid === undefined || gid === undefined) return null;
  const home = `/Users/${name}`;
  if (!(await exists(home))) return null;
  return { name, uid: Number(uid), gid: Number(gid), home };
}

/** Removes a user that `ensureUser` made. */
export async function removeUser(machine: Machine, name: string): Promise<void> {
  if ((await findUser(name)) === null) return;
  const { code } = await machine.run('userdel', [name]);
  if (code === 127) await machine.run('deluser', [name]);
  // Where the group is not removed with its user.
  await machine.run('groupdel', [name]);
}

/** Gives a folder, and all in it, to the user; links are not followed. */
export async function giveTo(machine: Machine, user: ServiceUser, folder: string): Promise<void> {
  await must(machine, 'chown', ['-Rh', `${user.uid}:${user.gid}`, folder]);
}
