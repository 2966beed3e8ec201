/** What of a public key in SSH's wire format everybody needs: its kind and the fingerprint people compare. No I/O. */
import { createHash } from 'node:crypto';

/** The kind that stands in the key itself (`ssh-ed25519`); empty when the bytes are no key. */
export function kindOfKey(key: Buffer): string {
  if (key.length < 4) return '';
  const length = key.readUInt32BE(0);
  return length > 64 || key.length < 4 + length ? '' : key.toString('latin1', 4, 4 + length);
}

/** `SHA256:…` as OpenSSH prints it. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}
