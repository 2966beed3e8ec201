/**
 * The known_hosts format of OpenSSH: which keys of a host somebody trusted before. Plain names, lists, wildcards,
 * negation, `[host]:port`, hashed names, @revoked and @cert-authority. Pure: text in, a verdict out.
 */
import { createHmac } from 'node:crypto';
import { kindOfKey } from './public-key.ts';
import type { Hop } from './route.ts';

export interface KnownLine {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  readonly marker: 'revoked' | 'cert-authority' | null;
  readonly hosts: string;
  readonly kind: string;
  readonly key: Buffer;
}

export type Verdict =
  | { readonly kind: 'known' }
  | { readonly kind: 'unknown' }
  /** `lines`: what is on record instead. Another kind of key counts as changed too: the one on record is asked for first. */
  | { readonly kind: 'changed'; readonly lines: readonly KnownLine[] }
  | { readonly kind: 'revoked'; readonly line: KnownLine };

type HostName = Pick<Hop, 'host' | 'port' | 'hostKeyAlias'>;

/** Lines that are no entry (comments, SSH 1 keys, damage) are left out, as OpenSSH does. */
export function parseKnownHosts(text: string, file: string): KnownLine[] {
  return text.split(/\r?\n/).flatMap((raw, index) => parseLine(raw, file, index + 1) ?? []);
}

export function judge(lines: readonly KnownLine[], host: HostName, key: Buffer): Verdict {
  const own = lines.filter((line) => isAbout(line.hosts, nameOf(host)));
  const plain = plainNameOf(host);
  const loose = plain === null ? [] : lines.filter((line) => isAbout(line.hosts, plain));
  const revoked = [...own, ...loose].find(
    (line) => line.marker === 'revoked' && line.key.equals(key),
  );
  if (revoked) return { kind: 'revoked', line: revoked };
  const isSame = (line: KnownLine): boolean => line.marker === null && line.key.equals(key);
  if (own.some(isSame) || loose.some(isSame)) return { kind: 'known' };
  const others = own.filter((line) => line.marker === null);
  return others.length > 0 ? { kind: 'changed', lines: others } : { kind: 'unknown' };
}

/** Kinds of the keys on record, to ask for them first. */
export function knownKinds(lines: readonly KnownLine[], host: HostName): string[] {
  const names = [nameOf(host), plainNameOf(host)].filter((name) => name !== null);
  const about = lines.filter(
    (line) => line.marker === null && names.some((name) => isAbout(line.hosts, name)),
  );
  return [...new Set(about.map((line) => line.kind))];
}

/** The authority that vouches for the keys of this host, if one is on record. */
export function authorityOf(lines: readonly KnownLine[], host: HostName): KnownLine | undefined {
  return lines.find(
    (line) => line.marker === 'cert-authority' && isAbout(line.hosts, nameOf(host)),
  );
}

/** The name a key is filed under. */
export function nameOf({ host, port, hostKeyAlias }: HostName): string {
  if (hostKeyAlias !== null) return hostKeyAlias.toLowerCase();
  return port === 22 ? host.toLowerCase() : `[${host.toLowerCase()}]:${port}`;
}

/** A line for a known_hosts file, with its line break. */
export function knownLine(host: HostName, key: Buffer): string {
  return `${nameOf(host)} ${kindOfKey(key)} ${key.toString('base64')}\n`;
}

/** Without the port: a key that is on record there is trusted, as OpenSSH does; another one says nothing. */
function plainNameOf({ host, port, hostKeyAlias }: HostName): string | null {
  return port === 22 || hostKeyAlias !== null ? null : host.toLowerCase();
}

function parseLine(raw: string, file: string, line: number): KnownLine | undefined {
  const words = raw.trim().split(/[ \t]+/);
  if (words[0]?.startsWith('#') === true) return undefined;
  const mark = words[0]?.startsWith('@') === true ? words.shift() : undefined;
  const [hosts, kind, base64] = words;
  if (hosts === undefined || kind === undefined || base64 === undefined) return undefined;
  if (mark !== undefined && mark !== '@revoked' && mark !== '@cert-authority') return undefined;
  const key = Buffer.from(base64, 'base64');
  if (kindOfKey(key) !== kind) return undefined;
  const marker =
    mark === undefined ? null : mark === '@revoked' ? ('revoked' as const) : 'cert-authority';
  return { file, line, marker, hosts, kind, key };
}

function isAbout(hosts: string, name: string): boolean {
  if (hosts.startsWith('|1|')) return isHashOf(hosts, name);
  const patterns = hosts.toLowerCase().split(',');
  if (patterns.some((one) => one.startsWith('!') && matches(one.slice(1), name))) return false;
  return patterns.some((one) => !one.startsWith('!') && matches(one, name));
}

function isHashOf(hosts: string, name: string): boolean {
  const [, , salt = '', hash = ''] = hosts.split('|');
  const wanted = Buffer.from(hash, 'base64');
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest().equals(wanted);
}

/** `*` and `?`, in linear time: a known_hosts file may come from anywhere. */
function matches(pattern: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  let place = 0;
  while (place < name.length) {
    if (pattern[at] === '*') {
      star = at;
      at += 1;
      resume = place;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === name[place])) {
      at += 1;
      place += 1;
    } else if (star !== -1) {
      at = star + 1;
      resume += 1;
      place = resume;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
