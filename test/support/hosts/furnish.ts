/** Makes a fresh copy of the base into the host that a test asked for: its name, keys, user, sshd and service manager. */
import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { runTool } from './network.ts';

export interface HostOptions {
  readonly name: string;
  /** What starts services there. `none`: nothing does, not even cron. `runit` and `openrc` are on bookworm only. */
  readonly init: 'none' | 'systemd' | 'runit' | 'openrc' | 'cron';
  readonly shell?: '/bin/sh' | '/bin/bash' | '/usr/bin/fish' | '/bin/csh';
  readonly sudo?: 'none' | 'password' | 'nopasswd';
  /** Public keys as in authorized_keys; no password: sshd does not take any. */
  readonly signIn: { readonly keys: readonly string[]; readonly password?: string };
  /** Programs in the user's home cannot be started. */
  readonly noexecHome?: boolean;
  /** The user's home is a disk of its own of so many megabytes. */
  readonly homeSizeMb?: number;
  /** The user's start-up files print what nobody asked for. */
  readonly junk?: boolean;
  /** Lines for sshd_config, before all others. */
  readonly sshd?: readonly string[];
}

export const USER = 'agent';
export const HOME = `/home/${USER}`;
const ID = 1000;

const KEYS = ['ed25519', 'ecdsa'] as const;

/** Programs by which one tells a service manager: a host has only its own. */
const TOOLS: Readonly<Record<HostOptions['init'], readonly string[]>> = {
  none: [],
  systemd: ['systemctl', 'systemd-run', 'loginctl', 'journalctl'],
  cron: ['cron', 'crontab'],
  runit: ['sv', 'runsv', 'runsvdir', 'svlogd', 'chpst', 'runit'],
  openrc: ['openrc', 'openrc-run', 'rc-service', 'rc-update', 'rc-status', 'supervise-daemon'],
};

/** @param root the host's file system, not running yet */
export async function furnish(root: string, address: string, options: HostOptions): Promise<void> {
  const at = (...parts: string[]): string => path.join(root, ...parts);
  writeFileSync(at('etc/hostname'), `${options.name}\n`);
  writeFileSync(at('etc/hosts'), `127.0.0.1 localhost\n${address} ${options.name}\n`);
  writeFileSync(at('etc/machine-id'), `${randomBytes(16).toString('hex')}\n`);
  removeForeignTools(root, options.init);
  if (options.init === 'runit') mkdirSync(at('etc/service'), { recursive: true });
  // Debian's own services are for another kind of machine; here openrc starts what tests add.
  if (options.init === 'openrc')
    for (const level of ['default', 'sysinit', 'boot'])
      rmSync(at('etc/runlevels', level), { recursive: true, force: true });
  if (options.init === 'openrc') mkdirSync(at('etc/runlevels/default'), { recursive: true });
  setUpUser(root, options);
  configureSshd(root, options);
  await makeHostKeys(root);
  const { password } = options.signIn;
  if (password !== undefined)
    await runTool(
      ['chroot', root, 'chpasswd', '--crypt-method', 'SHA512'],
      `${USER}:${password}\n`,
    );
}

/** New host keys in place of the old ones; an sshd that runs goes on with those it has read. */
export async function makeHostKeys(root: string): Promise<void> {
  await Promise.all(
    KEYS.map(async (type) => {
      const file = path.join(root, `etc/ssh/ssh_host_${type}_key`);
      for (const old of [file, `${file}.pub`]) rmSync(old, { force: true });
      await runTool(['ssh-keygen', '-q', '-t', type, '-N', '', '-C', '', '-f', file]);
    }),
  );
}

/** Public host keys, `TYPE BASE64` each. */
export function readHostKeys(root: string): string[] {
  return KEYS.map((type) =>
    readFileSync(path.join(root, `etc/ssh/ssh_host_${type}_key.pub`), 'utf8').trim(),
  );
}

function removeForeignTools(root: string, init: HostOptions['init']): void {
  const kept = [...TOOLS[init], ...(init === 'systemd' ? TOOLS.cron : [])];
  const foreign = Object.values(TOOLS)
    .flat()
    .filter((tool) => !kept.includes(tool));
  for (const tool of foreign)
    for (const folder of ['usr/bin', 'usr/sbin', 'bin', 'sbin'])
      rmSync(path.join(root, folder, tool), { force: true });
}

function setUpUser(root: string, { shell, sudo, signIn, junk }: HostOptions): void {
  const passwd = path.join(root, 'etc/passwd');
  const mine = new RegExp(`^(${USER}:.*):[^:]*$`, 'm');
  const login = shell ?? '/bin/bash';
  writeFileSync(passwd, readFileSync(passwd, 'utf8').replace(mine, `$1:${login}`));
  if (sudo !== undefined && sudo !== 'none') {
    const how = sudo === 'nopasswd' ? 'NOPASSWD: ALL' : 'ALL';
    writeFileSync(path.join(root, 'etc/sudoers.d/test'), `${USER} ALL=(ALL) ${how}\n`, {
      mode: 0o440,
    });
  }
  own(root, '.ssh');
  own(root, '.ssh/authorized_keys', signIn.keys.map((key) => `${key}\n`).join(''));
  if (junk === true) printJunk(root);
}

const NOISE = `echo 'Welcome! {"ok":true} 0'; echo 'last login: never' 1>&2; printf '\\033[2J\\007$PS1 no newline'`;

function printJunk(root: string): void {
  const files = ['.bashrc', '.bash_profile', '.profile', '.cshrc', '.config/fish/config.fish'];
  own(root, '.config');
  own(root, '.config/fish');
  // csh has no 1>&2.
  for (const file of files)
    own(root, file, file === '.cshrc' ? `${NOISE.replace(' 1>&2', '')}\n` : `${NOISE}\n`);
}

/** A folder, or with `text` a file, of the user's. */
function own(root: string, name: string, text?: string): void {
  const file = path.join(root, HOME, name);
  if (text === undefined) mkdirSync(file, { recursive: true });
  else writeFileSync(file, text);
  chmodSync(file, text === undefined ? 0o700 : 0o600);
  chownSync(file, ID, ID);
}

function configureSshd(root: string, { signIn, sshd = [] }: HostOptions): void {
  const file = path.join(root, 'etc/ssh/sshd_config');
  const lines = [
    ...sshd,
    `PasswordAuthentication ${signIn.password === undefined ? 'no' : 'yes'}`,
    ...KEYS.map((type) => `HostKey /etc/ssh/ssh_host_${type}_key`),
    'UseDNS no',
    'MaxStartups 100',
  ];
  // Of what is said twice sshd takes the first; what follows a Match is for that alone.
  const debian = readFileSync(file, 'utf8');
  writeFileSync(file, `${lines.join('\n')}\n\n${debian}`);
}
