import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AgentId } from '../../../../shared/ids.ts';
import type { Result } from '../../../../shared/result.ts';
import { openAuthority, type Authority } from './authority.ts';
import type { Keychain } from '../../secrets/secret-keeper.ts';
import { keyKeeper } from './key-keeper.ts';
import { makePc, setClock } from './testing.ts';

const ATELIER = AgentId.parse('atelier');
const HOUR_MS = 3_600_000;

let scratch: string;
let dir: string;
const clock = setClock();

beforeEach(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-authority-'));
  dir = path.join(scratch, 'ca');
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

async function open(): Promise<Authority> {
  return valueOf(await openAuthority({ dir, keeper: keyKeeper(dir, null), clock }));
}

function valueOf<T>(result: Result<T, string>): T {
  if (result.ok) return result.value;
  throw new Error(result.error);
}

function errorOf(result: Result<unknown, string>): string {
  return result.ok ? 'nothing was wrong' : result.error;
}

function openssl(...args: string[]): string {
  return execFileSync('openssl', args, { cwd: scratch, encoding: 'utf8', stdio: 'pipe' });
}

test('is made once, with a key that only this user may read, and is the same ever after', async () => {
  const first = await open();
  expect(statSync(path.join(dir, 'ca.key')).mode & 0o777).toBe(0o600);
  const { request } = await makePc();
  const signed = valueOf(await first.sign(request, ATELIER));
  const second = await open();
  expect([second.fingerprint, second.pem]).toEqual([first.fingerprint, first.pem]);
  const certificate = new X509Certificate(signed.certificate);
  expect(certificate.verify(new X509Certificate(second.pem).publicKey)).toBe(true);
});

test('what it signs is good for its purpose, strictly seen, and for no other', async () => {
  const authority = await open();
  const { request } = await makePc();
  const signed = valueOf(await authority.sign(request, ATELIER));
  const at = { names: ['atelier.local'], addresses: ['192.168.1.5', '::1'] };
  const server = await authority.serve(at);
  writeFileSync(path.join(scratch, 'ca.pem'), authority.pem);
  writeFileSync(path.join(scratch, 'agent.pem'), signed.certificate);
  writeFileSync(path.join(scratch, 'server.pem'), server.certificate);
  const verify = (purpose: string, file: string): string =>
    openssl('verify', '-x509_strict', '-CAfile', 'ca.pem', '-purpose', purpose, file);
  expect(verify('sslclient', 'agent.pem')).toContain('OK');
  expect(verify('sslserver', 'server.pem')).toContain('OK');
  expect(() => verify('sslserver', 'agent.pem')).toThrow('unsuitable certificate purpose');
  expect(() => verify('sslclient', 'server.pem')).toThrow('unsuitable certificate purpose');
  const certificate = new X509Certificate(server.certificate);
  expect(certificate.checkHost('coordinator.koubou.internal')).toBeDefined();
  expect(certificate.checkHost('atelier.local')).toBeDefined();
  expect(certificate.checkIP('192.168.1.5')).toBeDefined();
  expect(certificate.checkIP('::1')).toBeDefined();
  expect(certificate.checkIP('192.168.1.6')).toBeUndefined();
});

test('an agent has a day; clocks that are wrong by hours, and by months, find the coordinator valid', async () => {
  const authority = await open();
  const { request } = await makePc();
  const agent = new X509Certificate(valueOf(await authority.sign(request, ATELIER)).certificate);
  expect(Date.parse(agent.validTo) - clock.now()).toBeGreaterThan(23 * HOUR_MS);
  expect(Date.parse(agent.validTo) - clock.now()).toBeLessThanOrEqual(24 * HOUR_MS);
  const { certificate } = await authority.serve({ names: [], addresses: [] });
  const days = 300 * 24 * HOUR_MS;
  for (const seen of [new X509Certificate(certificate), new X509Certificate(authority.pem)]) {
    expect(Date.parse(seen.validFrom)).toBeLessThan(clock.now() - days);
    expect(Date.parse(seen.validTo)).toBeGreaterThan(clock.now() + days);
  }
  const server = new X509Certificate(certificate);
  const all = Date.parse(server.validTo) - Date.parse(server.validFrom);
  expect(all / HOUR_MS / 24).toBeLessThanOrEqual(825);
});

describe('a signing request', () => {
  test('gives its key and nothing else: name, extensions and wishes are ours', async () => {
    const authority = await open();
    const subject = [
      '-subj',
      '/CN=local-1/O=other',
      '-addext',
      'basicConstraints=critical,CA:TRUE',
    ];
    const fresh = [
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
      '-keyout',
      'k',
      '-nodes',
    ];
    const request = openssl('req', '-new', ...fresh, ...subject);
    const { certificate } = valueOf(await authority.sign(request, ATELIER));
    const made = new X509Certificate(certificate);
    expect([made.subject, made.ca]).toEqual(['CN=atelier', false]);
  });

  test.each([
    ['another curve', ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384']],
    ['RSA', ['-newkey', 'rsa:2048']],
  ])('for %s is refused', async (_, kind) => {
    const authority = await open();
    const request = openssl('req', '-new', ...kind, '-keyout', 'k', '-nodes', '-subj', '/CN=x');
    expect(errorOf(await authority.sign(request, ATELIER))).toContain('P-256');
  });

  test('that another key signed is refused', async () => {
    const authority = await open();
    const [one, other] = [await makePc(), await makePc()];
    // The key of one, in the request of the other: both are as long.
    const [body, wrong] = [derOf(one.request), derOf(other.request)];
    const start = body.length - 75;
    const mixed = Buffer.concat([body.subarray(0, start), wrong.subarray(wrong.length - 75)]);
    const request = `-----BEGIN CERTIFICATE REQUEST-----\n${mixed.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
    expect((await authority.sign(request, ATELIER)).ok).toBe(false);
    expect((await authority.keyHash(request)).ok).toBe(false);
  });

  test('of any bytes is refused in a sentence', async () => {
    const authority = await open();
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.uint8Array()), async (given) => {
        const text =
          typeof given === 'string'
            ? given
            : `-----BEGIN CERTIFICATE REQUEST-----\n${Buffer.from(given).toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
        expect(errorOf(await authority.sign(text, ATELIER))).toContain('signing request');
      }),
      { numRuns: 100 },
    );
  });
});

describe('a folder that is not whole', () => {
  test('without the certificate: it is made again for the same key', async () => {
    const { fingerprint } = await open();
    rmSync(path.join(dir, 'ca.pem'));
    expect((await open()).fingerprint).toBe(fingerprint);
  });

  test.each([
    ['without the key', () => rmSync(path.join(dir, 'ca.key')), 'is gone'],
    ['with half a key', () => halve('ca.key'), 'damaged'],
    ['with half a certificate', () => halve('ca.pem'), 'damaged'],
  ])('%s: it says so, and makes no other', async (_, damage, words) => {
    await open();
    damage();
    const refused = await openAuthority({ dir, keeper: keyKeeper(dir, null), clock });
    expect(errorOf(refused)).toContain(words);
  });

  test('with the certificate of another: it says so', async () => {
    await open();
    const other = path.join(scratch, 'other');
    const opened = await openAuthority({ dir: other, keeper: keyKeeper(other, null), clock });
    writeFileSync(path.join(dir, 'ca.pem'), valueOf(opened).pem);
    const refused = await openAuthority({ dir, keeper: keyKeeper(dir, null), clock });
    expect(errorOf(refused)).toContain('do not belong together');
  });
});

function halve(name: string): void {
  const file = path.join(dir, name);
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.slice(0, text.length / 2));
}

function derOf(pem: string): Buffer {
  return Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
}

describe('with a keychain', () => {
  const keychain: Keychain = {
    seal: async (text) => Buffer.from(text).toString('base64'),
    open: async (text) => Buffer.from(text, 'base64').toString(),
  };

  test('the key is in no file, and needs the keychain again', async () => {
    const keeper = keyKeeper(dir, keychain);
    const first = valueOf(await openAuthority({ dir, keeper, clock }));
    expect(readdirSync(dir).toSorted()).toEqual(['ca.key.sealed', 'ca.pem']);
    expect(readFileSync(path.join(dir, 'ca.key.sealed'), 'utf8')).not.toContain('PRIVATE KEY');
    const second = valueOf(await openAuthority({ dir, keeper, clock }));
    expect(second.fingerprint).toBe(first.fingerprint);
    const headless = { dir, keeper: keyKeeper(dir, null), clock };
    expect(errorOf(await openAuthority(headless))).toContain('only the desktop app opens');
    const locked = { seal: async () => null, open: async () => null };
    const shut = { dir, keeper: keyKeeper(dir, locked), clock };
    expect(errorOf(await openAuthority(shut))).toContain('Unlock it');
  });

  test('that says no, the file is used', async () => {
    const none = { seal: async () => null, open: async () => null };
    await openAuthority({ dir, keeper: keyKeeper(dir, none), clock });
    expect(readdirSync(dir).toSorted()).toEqual(['ca.key', 'ca.pem']);
    expect((await openAuthority({ dir, keeper: keyKeeper(dir, keychain), clock })).ok).toBe(true);
  });
});
