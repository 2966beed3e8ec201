/**
 * The Debian that all test hosts start from: made once per release and recipe, kept in the user's cache, and only ever
 * read afterwards. Runs that need it at once wait for the one that makes it.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

export type Release = 'bullseye' | 'bookworm' | 'trixie';

const RECIPE = path.join(import.meta.dirname, 'make-base.sh');

/** Programs the hosts need on this PC, and the Debian packages that bring them. */
const PROGRAMS: Readonly<Record<string, string>> = {
  ip: 'iproute2',
  mmdebstrap: 'mmdebstrap',
  'systemd-nspawn': 'systemd-container',
  setpriv: 'util-linux',
  'ssh-keygen': 'openssh-client',
};

/** Where the test hosts keep what outlives a run. */
export function cacheFolder(): string {
  const cache = process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache');
  return path.join(cache, 'koubou-test');
}

/** Why there can be no test hosts on this PC, for the one who runs the tests; `null`: there can be. */
export function whyNoHosts(): string | null {
  if (process.platform !== 'linux') return 'test hosts need Linux';
  if (process.getuid?.() !== 0) return 'test hosts need root: run the tests as root';
  const missing = Object.entries(PROGRAMS).filter(([program]) => !isInstalled(program));
  if (missing.length > 0)
    return `test hosts need ${missing.map(([program]) => program).join(', ')}: run  apt-get install ${missing.map(([, deb]) => deb).join(' ')}`;
  const tried = spawnSync('unshare', ['--mount', '--net', '--pid', '--fork', 'true']);
  return tried.status === 0 ? null : `test hosts need namespaces: ${String(tried.stderr).trim()}`;
}

/** Makes the base if it is not there. @returns its folder, not to be written to. Throws with what the tools said */
export async function ensureBase(release: Release): Promise<string> {
  const recipe = createHash('sha256').update(readFileSync(RECIPE)).digest('hex').slice(0, 12);
  const base = path.join(cacheFolder(), `base-${release}-${recipe}`);
  if (existsSync(base)) return base;
  mkdirSync(cacheFolder(), { recursive: true });
  // Each of these becomes the next; the last one dies with the first, and the first with us.
  const command = [
    ...['setpriv', '--pdeathsig', 'KILL', 'flock', '--no-fork', `${base}.lock`],
    ...['unshare', '--mount', '--pid', '--fork', '--mount-proc', '--kill-child'],
    ...['sh', RECIPE, release, base],
  ];
  const child = spawn(command[0] ?? '', command.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  await once(child, 'close');
  if (child.exitCode !== 0 || !existsSync(base))
    throw new Error(`the base of the test hosts (${release}) could not be made:\n${said}`);
  return base;
}

function isInstalled(program: string): boolean {
  const folders = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`.split(':');
  return folders.some((folder) => existsSync(path.join(folder, program)));
}
