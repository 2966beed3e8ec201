/** What the system's ssh is told and what its words mean: its config, its arguments, the key of a new host, its errors. */
import { spawn } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { cancelled, messageOf, SshError, type SshErrorCode } from './errors.ts';
import { parseKnownHosts } from './known-hosts.ts';
import type { Hop, Route } from './route.ts';
import { addressOf } from './target.ts';

/**
 * A config that puts our settings first, since for ssh the first one counts, and the person's own after them. Given
 * with -F, it holds for the jumps too, which ssh starts by itself.
 */
export async function writeConfig(
  dir: string,
  route: Route,
  ownKnownHosts: string,
  configFiles: readonly string[],
): Promise<string> {
  const hosts = route.hops.flatMap((hop) => [
    `Host ${hop.name}`,
    `  UserKnownHostsFile ${[ownKnownHosts, ...hop.knownHostsFiles].map(inConfig).join(' ')}`,
  ]);
  const lines = [
    ...hosts,
    'Match all',
    '  StrictHostKeyChecking yes',
    '  UpdateHostKeys no',
    '  BatchMode yes',
    '  ConnectTimeout 10',
    '  ServerAliveInterval 10',
    '  ServerAliveCountMax 3',
    '  ControlMaster no',
    '  ControlPersist no',
    '  ForwardAgent no',
    '  ForwardX11 no',
    '  PermitLocalCommand no',
    '  RequestTTY no',
    '  ClearAllForwardings no',
    ...configFiles.map((file) => `  Include ${inConfig(file)}`),
  ];
  const file = path.join(dir, 'config');
  await writeFile(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  return file;
}

/** The arguments that name the last hop and the way to it. */
export function destinationOf(hops: readonly Hop[]): string[] {
  const last = hops.at(-1);
  if (last === undefined) throw new Error('a route without hops');
  const jumps = hops
    .slice(0, -1)
    .map((hop) => `${hop.user}@${addressOf({ ...hop, host: hop.name })}`);
  const through = jumps.length === 0 ? [] : ['-J', jumps.join(',')];
  return [...through, '-l', last.user, '-p', String(last.port), '--', last.name];
}

interface ScanOptions {
  readonly program: string;
  readonly dir: string;
  readonly config: string;
  readonly hop: Hop;
  readonly before: readonly Hop[];
  readonly signal: AbortSignal;
}

/** Lets ssh meet the host and go no further: the method `none` sends a user name and no secret. */
export async function scanHostKey(options: ScanOptions): Promise<Buffer> {
  const { program, dir, config, hop, before, signal } = options;
  const file = path.join(dir, 'scanned');
  const settings = [
    'StrictHostKeyChecking=accept-new',
    `UserKnownHostsFile=${inConfig(file)}`,
    'GlobalKnownHostsFile=none',
    'HashKnownHosts=no',
    'PreferredAuthentications=none',
  ];
  const args = ['-F', config, '-T', ...settings.flatMap((setting) => ['-o', setting])];
  const child = spawn(program, [...args, ...destinationOf([...before, hop]), 'exit'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    signal,
  });
  let said: string;
  try {
    const failure = new Promise<never>((_, reject) => child.once('error', reject));
    said = await Promise.race([text(child.stderr), failure]);
  } catch (error) {
    throw signal.aborted ? cancelled(addressOf(hop)) : translateSsh(hop, messageOf(error));
  }
  try {
    const [line] = parseKnownHosts(await readFile(file, 'utf8').catch(() => ''), file);
    if (line === undefined) throw translateSsh(hop, said);
    return line.key;
  } finally {
    await rm(file, { force: true });
  }
}

const MEANINGS: readonly (readonly [RegExp, SshErrorCode, string])[] = [
  [
    /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    'host_key_changed',
    'Its key has CHANGED. Somebody may be answering in its place, so nothing was sent. If the host was set up anew, compare the fingerprint on the host itself, then remove the line that is named.',
  ],
  [
    /revoked/i,
    'host_key_revoked',
    'Its key is marked as revoked, so nothing was sent. Give the host a new key.',
  ],
  [
    /Host key verification failed/,
    'host_key_changed',
    'Its key is not the one that is trusted, so nothing was sent. Compare it on the host itself.',
  ],
  [
    /Permission denied/,
    'auth_failed',
    "It did not let the user in. The system's ssh may use only keys that need no passphrase, or those in the ssh-agent: load the key with ssh-add, and try again.",
  ],
  [
    /Unable to negotiate|no matching/,
    'no_common_algorithm',
    'It shares no algorithm with the ssh on this computer. Update OpenSSH here or there.',
  ],
  [/Could not resolve|Name or service/, 'unknown_name', 'It has no address. Correct the name.'],
  [
    /Connection refused/,
    'refused',
    'It refuses the connection. Start sshd there, or correct the port.',
  ],
  [
    /timed out|Timeout/i,
    'timeout',
    'It does not answer. Is it switched on? A firewall may be in the way.',
  ],
  [
    /No route|unreachable/,
    'unreachable',
    'It cannot be reached. Is it switched on and in this network?',
  ],
];

/** The typed error for what ssh wrote before it ended. */
export function translateSsh(hop: Hop, said: string): SshError {
  const host = addressOf(hop);
  const words = said
    .replace(/^@+\s*$/gm, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(-600);
  const [, code, advice] = MEANINGS.find(([pattern]) => pattern.test(said)) ?? [
    null,
    'lost' as const,
    "The system's ssh gave up. Try again.",
  ];
  return new SshError({ code, host, message: `${host}: ${advice} ssh said: ${words}` });
}

/** A path as ssh_config takes it. */
function inConfig(file: string): string {
  return `"${file.replaceAll('%', '%%').replaceAll('"', '')}"`;
}
