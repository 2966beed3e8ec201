import 'reflect-metadata';
import { createPublicKey, webcrypto, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  ExtendedKeyUsageExtension,
  Pkcs10CertificateRequest,
  X509CertificateGenerator,
  BasicConstraintsExtension,
} from '@peculiar/x509';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FromAgent } from '../../shared/protocol/agent.ts';
import type { Signed } from '../../shared/protocol/enrol.ts';
import {
  certificateTimes,
  identityFiles,
  keepCertificate,
  makeKey,
  signingRequest,
} from './files.ts';
import { createRenewal, type Renewal } from './renewal.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let dir: string;
/** The coordinator's clock, and this PC's two. */
let clock: { coordinator: number; wall: number; boot: number };
let sent: FromAgent[];
let connected: boolean;
let log: string[];

beforeEach(async () => {
  dir = path.join(mkdtempSync(path.join(tmpdir(), 'koubou-renewal-')), 'identity');
  const now = Date.parse('2026-11-21T12:00:00Z');
  clock = { coordinator: now, wall: now, boot: 1_000 };
  [sent, log, connected] = [[], [], true];
  await makeKey(dir);
  await keepCertificate(dir, await sign());
});
afterEach(() => rmSync(path.dirname(dir), { recursive: true }));

/** Plays the coordinator: a day, from an hour ago on. */
async function sign(request?: string): Promise<Signed> {
  const { publicKey } = new Pkcs10CertificateRequest(
    request ?? (await signingRequest(dir, 'atelier')),
  );
  const spki = Buffer.from(publicKey.rawData);
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const;
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const signingAlgorithm = { name: 'ECDSA', hash: 'SHA-256' };
  const times = {
    notBefore: new Date(clock.coordinator - HOUR_MS),
    notAfter: new Date(clock.coordinator + DAY_MS),
  };
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...{ name: 'CN=test', keys, signingAlgorithm, ...times },
    extensions: [new BasicConstraintsExtension(true, 0, true)],
  });
  const certificate = await X509CertificateGenerator.create({
    ...{ subject: 'CN=atelier', issuer: 'CN=test', signingAlgorithm, ...times },
    ...{
      signingKey: keys.privateKey,
      publicKey: await webcrypto.subtle.importKey('spki', spki, algorithm, true, ['verify']),
    },
    extensions: [new ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.2'])],
  });
  return { certificate: certificate.toString('pem'), authority: authority.toString('pem') };
}

function open(): Renewal {
  return createRenewal({
    ...{ dir, agentId: 'atelier', coordinator: 'https://127.0.0.1:1' },
    clock: { now: () => clock.wall, sinceBoot: () => clock.boot },
    log: { info: (text: string) => log.push(text), warn: (text: string) => log.push(text) },
    send(frame) {
      if (connected) sent.push(frame);
      return connected;
    },
  });
}

function pass(ms: number): void {
  clock = { coordinator: clock.coordinator + ms, wall: clock.wall + ms, boot: clock.boot + ms };
}

test('a certificate is renewed at half of its time, for the same key, and then again', async () => {
  const key = readFileSync(identityFiles(dir).key, 'utf8');
  const renewal = open();
  for (const round of [1, 2]) {
    const before = certificateTimes(dir);
    pass(11 * HOUR_MS);
    await renewal.heard();
    pass(HOUR_MS);
    await renewal.heard();
    await renewal.heard();
    expect(sent).toHaveLength(round);
    const frame = sent.at(-1);
    if (frame?.type !== 'renew') throw new Error('no request');
    await renewal.take(await sign(frame.request));
    expect(certificateTimes(dir)?.to).toBe((before?.to ?? 0) + 12 * HOUR_MS);
    await renewal.heard();
  }
  expect(sent).toHaveLength(2);
  expect(readFileSync(identityFiles(dir).key, 'utf8')).toBe(key);
});

test('after a long sleep it is asked for at once, and again a minute later when nothing came', async () => {
  const renewal = open();
  pass(20 * HOUR_MS);
  await renewal.heard();
  expect(sent).toHaveLength(1);
  pass(59_000);
  await renewal.heard();
  pass(1_000);
  await renewal.heard();
  expect(sent).toHaveLength(2);
});

test('one that could not be sent is asked for as soon as there is a connection', async () => {
  const renewal = open();
  pass(13 * HOUR_MS);
  connected = false;
  await renewal.heard();
  connected = true;
  await renewal.heard();
  expect(sent).toHaveLength(1);
});

test.each([-9, -5, 0, 5, 9])('a clock that is %i hours wrong keeps nobody out', async (hours) => {
  clock.wall += hours * HOUR_MS;
  const renewal = open();
  let worst = Infinity;
  for (let quarter = 0; quarter < 96; quarter++) {
    const before = sent.length;
    await renewal.heard();
    const frame = sent.at(before);
    if (frame?.type === 'renew') await renewal.take(await sign(frame.request));
    worst = Math.min(worst, (certificateTimes(dir)?.to ?? 0) - clock.coordinator);
    pass(HOUR_MS / 4);
  }
  expect(worst).toBeGreaterThan(2 * HOUR_MS);
});

test('what is no certificate for this key changes nothing', async () => {
  const renewal = open();
  const files = identityFiles(dir);
  const before = readFileSync(files.certificate, 'utf8');
  const other = path.join(path.dirname(dir), 'other');
  await makeKey(other);
  const foreign = await sign(await signingRequest(other, 'atelier'));
  const own = await sign();
  for (const wrong of [
    foreign,
    { ...own, certificate: 'x' },
    { ...own, authority: own.certificate },
  ])
    await renewal.take(wrong);
  expect(readFileSync(files.certificate, 'utf8')).toBe(before);
  expect(log).toHaveLength(3);
});

test('the key is made once, and only this user may read it', async () => {
  const { key } = identityFiles(dir);
  expect(statSync(key).mode & 0o777).toBe(0o600);
  const before = readFileSync(key, 'utf8');
  await makeKey(dir);
  expect(readFileSync(key, 'utf8')).toBe(before);
  const own = createPublicKey(before).export({ type: 'spki', format: 'der' });
  const { publicKey } = new X509Certificate(readFileSync(identityFiles(dir).certificate));
  expect(publicKey.export({ type: 'spki', format: 'der' }).equals(own)).toBe(true);
});
