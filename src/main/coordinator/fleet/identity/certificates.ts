/**
 * X.509 as we use it: P-256 only, certificates of one authority, each for one end. Signing requests of other machines
 * are read here: of them nothing but the public key is taken. Touches no files and keeps nothing; times are passed in.
 */
import 'reflect-metadata';
import { createHash, createPublicKey, randomBytes, webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Pkcs10CertificateRequest,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { fail, ok, type Result } from '../../../../shared/result.ts';

cryptoProvider.set(webcrypto);

const EC = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const;

type CryptoKey = webcrypto.CryptoKey;
type CryptoKeyPair = webcrypto.CryptoKeyPair;

/** From when and until when, epoch ms. */
export interface Validity {
  readonly from: number;
  readonly to: number;
}

/** What certificates are signed with. */
export interface Signer {
  readonly key: CryptoKey;
  readonly certificate: X509Certificate;
}

/** A public key that somebody showed to have the private one of. */
export interface RequestedKey {
  readonly key: CryptoKey;
  /** SHA-256 of it (DER, SubjectPublicKeyInfo), hexadecimal digits. */
  readonly hash: string;
}

export interface ServerNames {
  readonly names: readonly string[];
  readonly addresses: readonly string[];
}

export async function makeKeys(): Promise<CryptoKeyPair> {
  return await webcrypto.subtle.generateKey(EC, true, ['sign', 'verify']);
}

export async function keyToPem(key: CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key));
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN PRIVATE KEY-----', ...lines, '-----END PRIVATE KEY-----', ''].join('\n');
}

/** The pair of a private key as `keyToPem` writes it. @throws when it is none */
export async function keysFromPem(pem: string): Promise<CryptoKeyPair> {
  const base64 = /-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END/.exec(pem)?.[1] ?? '';
  const der = Buffer.from(base64, 'base64');
  const { subtle } = webcrypto;
  const privateKey = await subtle.importKey('pkcs8', der, EC, true, ['sign']);
  const { d: _secret, key_ops: _use, ...open } = await subtle.exportKey('jwk', privateKey);
  const publicKey = await subtle.importKey('jwk', open, EC, true, ['verify']);
  return { privateKey, publicKey };
}

/** A certificate that says of its own key that it may sign others, but no further authorities. */
export async function certifyAuthority(
  name: string,
  keys: CryptoKeyPair,
  validity: Validity,
): Promise<X509Certificate> {
  return await X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: [{ CN: [name] }],
    ...times(validity),
    signingAlgorithm: SIGNING,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
}

/** The certificate of an authority, or `null` when it is that of another key. @throws when it is none */
export async function readAuthority(
  pem: string,
  publicKey: CryptoKey,
): Promise<X509Certificate | null> {
  const certificate = new X509Certificate(pem);
  return (await certificate.verify({ publicKey, signatureOnly: true })) ? certificate : null;
}

export async function certifyAgent(
  signer: Signer,
  name: string,
  key: CryptoKey,
  validity: Validity,
): Promise<string> {
  const use = [new ExtendedKeyUsageExtension([ExtendedKeyUsage.clientAuth])];
  return await certify(signer, { name, key, validity, extensions: use });
}

export async function certifyServer(
  signer: Signer,
  name: string,
  key: CryptoKey,
  { validity, names, addresses }: ServerNames & { validity: Validity },
): Promise<string> {
  const also = [
    ...names.map((value) => ({ type: 'dns', value }) as const),
    ...addresses.map((value) => ({ type: 'ip', value }) as const),
  ];
  const use = [
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    new SubjectAlternativeNameExtension(also),
  ];
  return await certify(signer, { name, key, validity, extensions: use });
}

/** The key of a signing request whose sender has shown to hold it; the error is a sentence. */
export async function readRequest(pem: string): Promise<Result<RequestedKey, string>> {
  try {
    const request = new Pkcs10CertificateRequest(pem);
    const spki = Buffer.from(request.publicKey.rawData);
    const { asymmetricKeyDetails } = createPublicKey({ key: spki, format: 'der', type: 'spki' });
    if (asymmetricKeyDetails?.namedCurve !== 'prime256v1')
      return fail('the signing request is for another kind of key than P-256');
    if (!(await request.verify())) return fail('the signing request is not signed by its own key');
    const key = await webcrypto.subtle.importKey('spki', spki, EC, true, ['verify']);
    return ok({ key, hash: sha256(spki) });
  } catch {
    // Whatever the parser stumbled over in bytes from elsewhere, it is no signing request.
    return fail('what was sent is no signing request (PKCS #10, PEM)');
  }
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

interface Subject {
  readonly name: string;
  readonly key: CryptoKey;
  readonly validity: Validity;
  readonly extensions: (ExtendedKeyUsageExtension | SubjectAlternativeNameExtension)[];
}

async function certify(
  { key: signingKey, certificate }: Signer,
  { name, key, validity, extensions }: Subject,
): Promise<string> {
  const made = await X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: [{ CN: [name] }],
    issuer: certificate.subjectName,
    ...times(validity),
    signingAlgorithm: SIGNING,
    publicKey: key,
    signingKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      ...extensions,
      await AuthorityKeyIdentifierExtension.create(certificate.publicKey),
      await SubjectKeyIdentifierExtension.create(key),
    ],
  });
  return `${made.toString('pem')}\n`;
}

function times({ from, to }: Validity): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(from), notAfter: new Date(to) };
}

/** Sixteen random bytes, as a positive number. */
function serial(): string {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x3f) | 0x40, 0);
  return bytes.toString('hex');
}
