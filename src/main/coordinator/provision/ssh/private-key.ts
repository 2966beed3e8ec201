/**
 * Private key files: told apart without their passphrase where the format allows, so that a person is asked only for
 * a key that the host takes. PKCS#8, which ssh2 does not read, is rewritten in memory.
 */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import ssh2, { type ParsedKey } from 'ssh2';
import { messageOf, systemCode } from './errors.ts';

export interface KeyFile {
  readonly file: string;
  readonly encrypted: boolean;
  /** Readable without the passphrase; `null` when only the decrypted key tells it. */
  readonly publicKey: ParsedKey | null;
  /** `wrong_passphrase` for an encrypted key that this passphrase does not open. */
  unlock(passphrase: string | null): ParsedKey | 'wrong_passphrase';
}

/** The file is there and yet of no use; `why` finishes the sentence "FILE …". */
export interface UnusableKey {
  readonly file: string;
  readonly why: string;
}

/** `null`: there is no such file. */
export async function readKeyFile(file: string): Promise<KeyFile | UnusableKey | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    return { file, why: `cannot be read (${messageOf(error)})` };
  }
  if (/-----BEGIN (ENCRYPTED )?PRIVATE KEY-----/.test(text)) return pkcs8(file, text);
  const parsed = parse(text);
  if (!(parsed instanceof Error)) {
    if (!parsed.isPrivateKey()) return { file, why: 'holds a public key; name the private one' };
    return { file, encrypted: false, publicKey: parsed, unlock: () => parsed };
  }
  if (!/no passphrase/i.test(parsed.message))
    return { file, why: 'is of a kind that only the system ssh can use' };
  const unlock = (passphrase: string | null): ParsedKey | 'wrong_passphrase' => {
    const key = passphrase === null ? parsed : parse(text, passphrase);
    return key instanceof Error ? 'wrong_passphrase' : key;
  };
  return { file, encrypted: true, publicKey: publicPartOf(text) ?? (await beside(file)), unlock };
}

async function pkcs8(file: string, text: string): Promise<KeyFile | UnusableKey> {
  const encrypted = text.includes('ENCRYPTED');
  const unlock = (passphrase: string | null): ParsedKey | 'wrong_passphrase' => {
    const key = openPkcs8(text, passphrase);
    if (key === undefined) return 'wrong_passphrase';
    const parsed = parse(rewrite(key));
    if (parsed instanceof Error) throw parsed;
    return parsed;
  };
  if (encrypted) return { file, encrypted, publicKey: await beside(file), unlock };
  try {
    const key = unlock(null);
    if (key === 'wrong_passphrase') return { file, why: 'is damaged' };
    return { file, encrypted, publicKey: key, unlock: () => key };
  } catch {
    // A curve or algorithm that SSH does not know.
    return { file, why: 'holds a kind of key that SSH cannot use' };
  }
}

function openPkcs8(text: string, passphrase: string | null): KeyObject | undefined {
  try {
    return createPrivateKey(passphrase === null ? text : { key: text, passphrase });
  } catch {
    // OpenSSL's codes for a wrong passphrase differ by cipher, and damage looks the same.
    return undefined;
  }
}

function rewrite(key: KeyObject): string {
  if (key.asymmetricKeyType === 'rsa')
    return key.export({ type: 'pkcs1', format: 'pem' }).toString();
  if (key.asymmetricKeyType === 'ec') return key.export({ type: 'sec1', format: 'pem' }).toString();
  if (key.asymmetricKeyType === 'ed25519') return openSshEd25519(key);
  throw new Error(`no SSH key: ${key.asymmetricKeyType ?? 'unknown'}`);
}

/** The container `openssh-key-v1` around an ed25519 key, without encryption: it never leaves memory. */
function openSshEd25519(key: KeyObject): string {
  const { x = '', d = '' } = key.export({ format: 'jwk' });
  const open = Buffer.from(x, 'base64url');
  const kind = field('ssh-ed25519');
  const publicBlob = Buffer.concat([kind, field(open)]);
  const check = Buffer.alloc(8);
  const secret = field(Buffer.concat([Buffer.from(d, 'base64url'), open]));
  const body = Buffer.concat([check, kind, field(open), secret, field('')]);
  const padding = Buffer.from([1, 2, 3, 4, 5, 6, 7].slice(0, (8 - (body.length % 8)) % 8));
  const count = Buffer.from([0, 0, 0, 1]);
  const blob = Buffer.concat([
    Buffer.from('openssh-key-v1\0', 'latin1'),
    ...[field('none'), field('none'), field(''), count, field(publicBlob)],
    field(Buffer.concat([body, padding])),
  ]);
  const lines = blob.toString('base64').match(/.{1,70}/g) ?? [];
  const name = 'OPENSSH PRIVATE KEY';
  return [`-----BEGIN ${name}-----`, ...lines, `-----END ${name}-----`, ''].join('\n');
}

function field(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** OpenSSH's own format keeps the public part in the clear, before the encrypted one. */
function publicPartOf(text: string): ParsedKey | null {
  const base64 = /BEGIN OPENSSH PRIVATE KEY-----([\s\S]+?)-----END/.exec(text)?.[1];
  if (base64 === undefined) return null;
  const bytes = Buffer.from(base64, 'base64');
  // After the magic: cipher, key derivation, its options, then the count of keys.
  let at = 'openssh-key-v1\0'.length;
  for (let skipped = 0; skipped < 3; skipped += 1) {
    if (at + 4 > bytes.length) return null;
    at += 4 + bytes.readUInt32BE(at);
  }
  at += 4;
  if (at + 4 > bytes.length) return null;
  const blob = bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at));
  return publicKeyOf(blob);
}

/** A public key from its wire format; `null` for kinds that ssh2 cannot sign with. */
export function publicKeyOf(blob: Buffer): ParsedKey | null {
  const length = blob.length < 4 ? 0 : blob.readUInt32BE(0);
  const parsed = parse(`${blob.toString('latin1', 4, 4 + length)} ${blob.toString('base64')}`);
  return parsed instanceof Error ? null : parsed;
}

async function beside(file: string): Promise<ParsedKey | null> {
  try {
    const parsed = parse(await readFile(`${file}.pub`, 'utf8'));
    return parsed instanceof Error ? null : parsed;
  } catch {
    // There need not be one.
    return null;
  }
}

function parse(text: string, passphrase?: string): ParsedKey | Error {
  const parsed = ssh2.utils.parseKey(text, passphrase);
  // The types say one key or an error; the OpenSSH format gives a list of one.
  return Array.isArray(parsed) ? firstOf(parsed) : parsed;
}

function firstOf(keys: readonly ParsedKey[]): ParsedKey | Error {
  return keys[0] ?? new Error('no key');
}
