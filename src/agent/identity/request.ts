/** Writes signing requests (PKCS #10). Apart, because the library is large and seldom needed. */
import 'reflect-metadata';
import { createPrivateKey, createPublicKey, webcrypto } from 'node:crypto';
import { cryptoProvider, Pkcs10CertificateRequestGenerator } from '@peculiar/x509';

cryptoProvider.set(webcrypto);

const EC = { name: 'ECDSA', namedCurve: 'P-256' } as const;

/** @param key private, PEM; P-256 @param name what the key is for, for people */
export async function requestFor(key: string, name: string): Promise<string> {
  const own = createPrivateKey(key);
  const { subtle } = webcrypto;
  const pkcs8 = own.export({ type: 'pkcs8', format: 'der' });
  const spki = createPublicKey(own).export({ type: 'spki', format: 'der' });
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [name] }],
    keys: {
      privateKey: await subtle.importKey('pkcs8', pkcs8, EC, false, ['sign']),
      publicKey: await subtle.importKey('spki', spki, EC, true, ['verify']),
    },
    signingAlgorithm: { name: 'ECDSA', hash: 'SHA-256' },
  });
  return `${request.toString('pem')}\n`;
}
