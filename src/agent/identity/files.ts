/**
 * An agent's identity, a folder: `key.pem` (mode 0600) is made here and never leaves this PC; `cert.pem` says whose it is,
 * signed by the workshop; `ca.pem` is the workshop's authority, by which the agent knows its coordinator.
 */
import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Signed } from '../../shared/protocol/enrol.ts';
import { messageOf } from '../failure.ts';
import { realDisk } from '../host/durable.ts';

/** The identity cannot be used; the message says why and what to do. */
export class IdentityError extends Error {
  override readonly name = 'IdentityError';
}

export interface IdentityFiles {
  readonly key: string;
  readonly certificate: string;
  readonly authority: string;
}

export function identityFiles(dir: string): IdentityFiles {
  return {
    key: path.join(dir, 'key.pem'),
    certificate: path.join(dir, 'cert.pem'),
    authority: path.join(dir, 'ca.pem'),
  };
}

/** Makes the key, if there is none: one that is there may be certified already. */
export async function makeKey(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const { key } = identityFiles(dir);
  if (await readFile(key, 'utf8').catch(() => null)) return;
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  await realDisk.write(key, String(privateKey.export({ type: 'pkcs8', format: 'pem' })), 0o600);
}

/** A signing request (PKCS #10, PEM) for the key of the folder. @throws IdentityError */
export async function signingRequest(dir: string, name: string): Promise<string> {
  const { key } = identityFiles(dir);
  const pem = await readFile(key, 'utf8').catch((error: unknown) => {
    throw new IdentityError(`the key of this agent cannot be read: ${messageOf(error)}`);
  });
  // Needed once a day: not with every start.
  const { requestFor } = await import('./request.ts');
  return await requestFor(pem, name);
}

/**
 * Puts a certificate that was sent into the folder.
 * @throws IdentityError when it is not one for the key that is there
 */
export async function keepCertificate(
  dir: string,
  { certificate, authority }: Signed,
): Promise<void> {
  const files = identityFiles(dir);
  const own = createPublicKey(await readFile(files.key, 'utf8'));
  if (!isFor(certificate, own.export({ type: 'spki', format: 'der' })) || !isReadable(authority))
    throw new IdentityError(
      'what the coordinator sent is no certificate for the key of this agent',
    );
  const known = await readFile(files.authority, 'utf8').catch(() => '');
  if (known !== authority) await realDisk.write(files.authority, authority, 0o644);
  await realDisk.write(files.certificate, certificate, 0o644);
}

export interface Identity {
  readonly key: string;
  readonly cert: string;
  readonly ca: string;
}

/** All three, PEM. @throws IdentityError */
export function readIdentity(dir: string): Identity {
  const { key, certificate, authority } = identityFiles(dir);
  const read = (file: string): string => readFileSync(file, 'utf8');
  try {
    return { key: read(key), cert: read(certificate), ca: read(authority) };
  } catch (error) {
    throw new IdentityError(
      `the identity of this agent cannot be read: ${messageOf(error)}. Add the agent to its workshop again`,
    );
  }
}

/** From when and until when the certificate counts, epoch ms; `null` when there is none. */
export function certificateTimes(dir: string): { from: number; to: number } | null {
  try {
    const { validFrom, validTo } = new X509Certificate(readIdentity(dir).cert);
    return { from: Date.parse(validFrom), to: Date.parse(validTo) };
  } catch {
    // Whoever connects says what is wrong with it.
    return null;
  }
}

function isFor(certificate: string, key: Buffer): boolean {
  try {
    const { publicKey } = new X509Certificate(certificate);
    return publicKey.export({ type: 'spki', format: 'der' }).equals(key);
  } catch {
    // Not even a certificate.
    return false;
  }
}

function isReadable(certificate: string): boolean {
  try {
    return new X509Certificate(certificate).ca;
  } catch {
    return false;
  }
}
