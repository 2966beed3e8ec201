/**
 * This machine, on which the package is installed and from which it is removed again: what that takes, and what is on it. Where
 * somebody has Koubou installed, or where nobody may install, nothing is touched.
 */
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const PACKAGES = path.resolve(import.meta.dirname, '../../dist/install');
const NAME = 'koubou';

/** Folders that packages write to, without what changes by itself. */
const FOLDERS = ['/etc', '/opt', '/usr', '/var/lib'];
const BY_ITSELF = /^\/var\/lib\/(?:apt|dpkg\/[^/]+-old|systemd)(?:\/|$)|\/__pycache__(?:\/|$)/;

export interface Machine {
  /** What stands before a command that only root may run. */
  readonly asRoot: readonly string[];
  /** Who starts the app; `null`: whoever runs the tests. Root does not: Chromium has its sandbox for others only. */
  readonly user: { readonly uid: number; readonly gid: number } | null;
}

export interface BuiltPackage {
  readonly version: string;
  readonly file: string;
}

/** A text says why nothing can be installed here. */
export function machineHere(): Machine | string {
  if (process.platform !== 'linux' || !existsSync('/usr/bin/apt-get'))
    return 'packages of this kind are for Debian and what comes of it';
  if (installedVersion() !== null) return `${NAME} is installed here, and stays as it is`;
  if (process.getuid?.() === 0) return { asRoot: [], user: nobody() };
  const maySudo = spawnSync('sudo', ['--non-interactive', 'true']).status === 0;
  return maySudo
    ? { asRoot: ['sudo', '--non-interactive'], user: null }
    : 'only root may install, and sudo asks for a password';
}

/** What updates of the packages are signed with. */
export const UPDATE_KEY = path.join(PACKAGES, 'update-private.pem');

/** The packages that were built for this, the older one first. */
export function builtPackages(): BuiltPackage[] {
  return readdirSync(PACKAGES)
    .flatMap((name) => {
      const version = /^koubou-(\d+\.\d+\.\d+)-.*\.deb$/.exec(name)?.[1];
      return version === undefined ? [] : [{ version, file: path.join(PACKAGES, name) }];
    })
    .toSorted((a, b) => a.version.localeCompare(b.version, 'en', { numeric: true }));
}

/** As a user does it: with what the package depends on, if that is missing. */
export async function installDeb(machine: Machine, file: string): Promise<void> {
  await apt(machine, 'install', '--no-install-recommends', file);
}

export async function purge(machine: Machine): Promise<void> {
  await apt(machine, 'purge', NAME);
}

/** `null`: it is not installed. */
export function installedVersion(): string | null {
  const { status, stdout } = spawnSync(
    'dpkg-query',
    ['--show', '--showformat', '${db:Status-Status} ${Version}', NAME],
    { encoding: 'utf8' },
  );
  const [state, version = ''] = stdout.split(' ');
  return status === 0 && state === 'installed' ? version : null;
}

/** Every path that packages may have made, and every package. */
export async function whatIsThere(): Promise<Set<string>> {
  const many = { maxBuffer: 256 * 1024 * 1024 };
  const files = await promisify(execFile)('find', [...FOLDERS, '-xdev'], many);
  const packages = execFileSync('dpkg-query', ['--show', '--showformat', 'package ${Package}\n']);
  const lines = [...files.stdout.split('\n'), ...packages.toString().split('\n')];
  return new Set(lines.filter((line) => line !== '' && !BY_ITSELF.test(line)));
}

async function apt({ asRoot }: Machine, ...args: string[]): Promise<void> {
  // Something else may be installed at the moment.
  const command = [...asRoot, 'apt-get', '--yes', '--option', 'DPkg::Lock::Timeout=120', ...args];
  const [program = '', ...rest] = command;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await promisify(execFile)(program, rest, { env });
}

export interface Process {
  readonly pid: number;
  readonly command: string;
}

/**
 * The processes that were started with this home folder, or that name it, and the app that they are of, which writes its title over
 * what it was started with.
 */
export function processesOf(home: string): Process[] {
  const all = readdirSync('/proc').filter(
    (name) => /^\d+$/.test(name) && Number(name) !== process.pid,
  );
  const named = all.filter(
    (pid) => commandOf(pid).includes(home) || readProc(pid, 'environ').includes(`HOME=${home}\0`),
  );
  const apps = named.map(parentOf).filter((pid) => isApp(commandOf(pid)));
  return [...new Set([...named, ...apps])]
    .map((pid) => ({ pid: Number(pid), command: commandOf(pid) }))
    .filter(({ command }) => command !== '');
}

/** Is this the command of the app, and not of one of the processes that Chromium makes of it? */
export function isApp(command: string): boolean {
  return /^(?:\S*\/)?koubou-desktop(?: |$)/.test(command) && !command.includes(' --type=');
}

function commandOf(pid: string): string {
  return readProc(pid, 'cmdline').replaceAll('\0', ' ').trim();
}

function parentOf(pid: string): string {
  return /^PPid:\s+(\d+)$/m.exec(readProc(pid, 'status'))?.[1] ?? '';
}

function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // It ended since it was listed, or is somebody else's.
    return '';
  }
}

function nobody(): { uid: number; gid: number } {
  const id = (what: string): number => Number(execFileSync('id', [what, 'nobody']).toString());
  return { uid: id('-u'), gid: id('-g') };
}
