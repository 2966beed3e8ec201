/** Decides about the key that a host shows, before anything is sent to it: known, accepted by a person, or an end. */
import { accountOf, type Ask, type RunMemory } from './ask.ts';
import { SshError } from './errors.ts';
import type { KnownHosts } from './known-hosts-files.ts';
import type { KnownLine, Verdict } from './known-hosts.ts';
import { fingerprintOf, kindOfKey } from './public-key.ts';
import type { Hop } from './route.ts';
import { addressOf } from './target.ts';

/** Resolves when the key may be trusted. @throws SshError otherwise */
export type VerifyHostKey = (key: Buffer) => Promise<void>;

export interface HostKeyCheck {
  readonly verify: VerifyHostKey;
  /** Signature algorithms to ask for, those of keys on record first, so that a second kind does not look unknown. */
  readonly algorithms: readonly ServerHostKey[];
  /** Files a newly accepted key, once the host has proven to hold it. */
  keep(): Promise<void>;
}

export interface HostKeyDeps {
  readonly hop: Hop;
  readonly known: KnownHosts;
  readonly ask: Ask;
  readonly memory: RunMemory;
  readonly signal: AbortSignal;
}

/** Without SHA-1: OpenSSH has refused ssh-rsa since 2021. */
const ALGORITHMS = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
] as const;
export type ServerHostKey = (typeof ALGORITHMS)[number];

/** @throws SshError `needs_system_ssh` when only a certificate authority vouches for the host */
export async function checkHostKey(deps: HostKeyDeps): Promise<HostKeyCheck> {
  const { hop, known, memory } = deps;
  const record = await known.look(hop);
  if (record.authority !== undefined && record.kinds.length === 0)
    throw onlyCertificate(hop, record.authority);
  const isFirst = (algorithm: ServerHostKey): boolean => record.kinds.includes(kindOf(algorithm));
  let trusted: Buffer | undefined;
  return {
    algorithms: [...ALGORITHMS.filter(isFirst), ...ALGORITHMS.filter((one) => !isFirst(one))],
    async verify(key) {
      // A later key exchange on the same connection may not bring another key.
      if (trusted !== undefined && !trusted.equals(key)) throw changed(hop, key, []);
      if (trusted !== undefined) return;
      const verdict = record.judge(key);
      throwIfUntrusted(hop, key, verdict);
      if (verdict.kind === 'unknown') await askPerson(deps, key);
      trusted = key;
    },
    async keep() {
      if (
        trusted === undefined ||
        memory.acceptedKeys.get(accountOf(hop)) !== fingerprintOf(trusted)
      )
        return;
      await known.accept(hop, trusted);
    },
  };
}

/** @throws SshError for a verdict that no person may overrule on the way */
export function throwIfUntrusted(hop: Hop, key: Buffer, verdict: Verdict): void {
  if (verdict.kind === 'revoked') throw revoked(hop, key, verdict.line);
  if (verdict.kind === 'changed') throw changed(hop, key, verdict.lines);
}

/** Asks once per run: a host that hung up meanwhile is met again with the answer. */
export async function askPerson(
  { hop, ask, memory, signal }: Pick<HostKeyDeps, 'hop' | 'ask' | 'memory' | 'signal'>,
  key: Buffer,
): Promise<void> {
  const fingerprint = fingerprintOf(key);
  const earlier = memory.acceptedKeys.get(accountOf(hop));
  if (earlier === fingerprint) return;
  if (earlier !== undefined) throw changed(hop, key, []);
  const host = addressOf(hop);
  const algorithm = kindOfKey(key);
  if ((await ask({ kind: 'host_key', host, algorithm, fingerprint }, signal)) === null) {
    const message = `The key of ${host} (${algorithm} ${fingerprint}) was not accepted, so nothing was sent to it. Compare it with "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub" on the host, then try again.`;
    throw new SshError({ code: 'host_key_refused', host, message });
  }
  memory.acceptedKeys.set(accountOf(hop), fingerprint);
}

function changed(hop: Hop, key: Buffer, lines: readonly KnownLine[]): SshError {
  const host = addressOf(hop);
  const shown = `${kindOfKey(key)} ${fingerprintOf(key)}`;
  const before = lines
    .map(({ file, line, kind, key: old }) => `${kind} ${fingerprintOf(old)} (${file}:${line})`)
    .join(', ');
  const first = lines[0];
  const where =
    first === undefined
      ? 'Try again only when you know why.'
      : `If the host was set up anew, compare the fingerprint on the host itself, then remove ${lines.map(({ file, line }) => `${file}:${line}`).join(' and ')} and try again.`;
  const known = before === '' ? 'the key it showed a moment ago' : before;
  const message = `The key of ${host} has CHANGED: it shows ${shown}; known is ${known}. Somebody may be answering in its place, so nothing was sent. ${where}`;
  return new SshError({ code: 'host_key_changed', host, message });
}

function revoked(hop: Hop, key: Buffer, { file, line }: KnownLine): SshError {
  const host = addressOf(hop);
  const message = `The key of ${host} (${kindOfKey(key)} ${fingerprintOf(key)}) is marked as revoked in ${file}:${line}, so nothing was sent. Give the host a new key; remove the mark only if it is wrong.`;
  return new SshError({ code: 'host_key_revoked', host, message });
}

function onlyCertificate(hop: Hop, { file, line }: KnownLine): SshError {
  const host = addressOf(hop);
  const message = `${file}:${line} trusts ${host} by a certificate authority, which only the system's ssh can check. Install ssh here, or add the host's own key to your known_hosts.`;
  return new SshError({ code: 'needs_system_ssh', host, message });
}

function kindOf(algorithm: ServerHostKey): string {
  return algorithm.startsWith('rsa-') ? 'ssh-rsa' : algorithm;
}
