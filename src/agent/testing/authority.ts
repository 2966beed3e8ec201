/** An authority of a test, with a certificate for a coordinator and one for an agent, all of them PEM. */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  cryptoProvider,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { COORDINATOR_NAME } from '../../shared/protocol/enrol.ts';

cryptoProvider.set(webcrypto);

interface Keyed {
  readonly key: string;
  readonly cert: string;
}

export interface TestAuthority {
  readonly server: Keyed;
  readonly client: Keyed;
  readonly authority: string;
}

const EC = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNING = { name: 'ECDSA', hash: 'SHA-256' } as const;
const DAY_MS = 24 * 3_600_000;

/** @param agent the common name in its certificate */
export async function makeAuthority(agent: string): Promise<TestAuthority> {
  const times = {
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + DAY_MS),
  };
  const keys = await newKeys();
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...{ name: 'CN=authority', keys, signingAlgorithm: SIGNING, ...times },
    extensions: [new BasicConstraintsExtension(true, 0, true)],
  });
  const issue = async (name: string, dns: string): Promise<Keyed> => {
    const own = await newKeys();
    const certificate = await X509CertificateGenerator.create({
      subject: `CN=${name}`,
      issuer: authority.subject,
      publicKey: own.publicKey,
      signingKey: keys.privateKey,
      signingAlgorithm: SIGNING,
      ...times,
      extensions: [new SubjectAlternativeNameExtension([{ type: 'dns', value: dns }])],
    });
    return { key: await pemOf(own.privateKey), cert: certificate.toString('pem') };
  };
  return {
    server: await issue('coordinator', COORDINATOR_NAME),
    client: await issue(agent, agent),
    authority: authority.toString('pem'),
  };
}

async function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return await webcrypto.subtle.generateKey(EC, true, ['sign', 'verify']);
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${der.replaceAll(/(.{64})/g, '$1\n').trimEnd()}\n-----END PRIVATE KEY-----\n`;
}
