import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openKnownHosts } from './known-hosts-files.ts';
import {
  authorityOf,
  judge,
  knownKinds,
  knownLine,
  nameOf,
  parseKnownHosts,
} from './known-hosts.ts';
import { hopTo } from './testing/sshd.ts';

const keyOf = (kind: string, body: Buffer): Buffer => {
  const part = (bytes: Buffer): Buffer =>
    Buffer.concat([Buffer.from([0, 0, 0, bytes.length]), bytes]);
  return Buffer.concat([part(Buffer.from(kind)), part(body)]);
};
const A = keyOf('ssh-ed25519', Buffer.alloc(32, 1));
const B = keyOf('ssh-ed25519', Buffer.alloc(32, 2));
const RSA = keyOf('ssh-rsa', Buffer.alloc(64, 3));
const asLine = (hosts: string, key: Buffer): string =>
  `${hosts} ${key.toString('latin1', 4, 4 + key.readUInt32BE(0))} ${key.toString('base64')}`;
const at = (host: string, port = 22, hostKeyAlias: string | null = null) => ({
  host,
  port,
  hostKeyAlias,
});

function verdictOf(text: string, host: ReturnType<typeof at>, key: Buffer): string {
  return judge(parseKnownHosts(text, 'file'), host, key).kind;
}

describe('which lines are about a host', () => {
  test.each([
    ['web', at('web'), 'known'],
    ['web', at('WEB'), 'known'],
    ['WEB', at('web'), 'known'],
    ['db,web,10.0.0.1', at('10.0.0.1'), 'known'],
    ['*.lan', at('web.lan'), 'known'],
    ['*.lan', at('web.lan.org'), 'unknown'],
    ['web?', at('web1'), 'known'],
    ['web?', at('web'), 'unknown'],
    ['*.lan,!bad.lan', at('bad.lan'), 'unknown'],
    ['*.lan,!bad.lan', at('good.lan'), 'known'],
    ['[web]:2222', at('web', 2222), 'known'],
    ['[web]:2222', at('web'), 'unknown'],
    ['[web]:2222', at('web', 2223), 'unknown'],
    // As OpenSSH: the key of the plain name is trusted on any port.
    ['web', at('web', 2222), 'known'],
    ['alias', at('web', 2222, 'Alias'), 'known'],
    ['web', at('web', 22, 'alias'), 'unknown'],
    ['webx', at('web'), 'unknown'],
    ['w.b', at('web'), 'unknown'],
  ])('%s about %o: %s', (hosts, host, verdict) => {
    expect(verdictOf(asLine(hosts, A), host, A)).toBe(verdict);
  });

  test('names hashed by ssh-keygen are found, and only those', () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'koubou-hashed-'));
    const file = path.join(dir, 'known_hosts');
    writeFileSync(file, `${asLine('web', A)}\n${asLine('[db]:2222', B)}\n`);
    execFileSync('ssh-keygen', ['-q', '-H', '-f', file], { stdio: 'ignore' });
    const text = readFileSync(file, 'utf8');
    expect(text).not.toMatch(/^[^|]/m);
    expect(verdictOf(text, at('web'), A)).toBe('known');
    expect(verdictOf(text, at('web'), B)).toBe('changed');
    expect(verdictOf(text, at('DB', 2222), B)).toBe('known');
    expect(verdictOf(text, at('db'), B)).toBe('unknown');
    rmSync(dir, { recursive: true });
  });
});

describe('verdicts', () => {
  test('another key is changed and tells where the old one stands, also when it is of another kind', () => {
    const lines = parseKnownHosts(`# comment\n\n${asLine('web', A)}\n`, '/known');
    expect(judge(lines, at('web'), B)).toMatchObject({
      kind: 'changed',
      lines: [{ file: '/known', line: 3 }],
    });
    expect(judge(lines, at('web'), RSA)).toMatchObject({ kind: 'changed' });
  });

  test('one of several keys on record is enough', () => {
    const text = [asLine('web', A), asLine('web', RSA)].join('\n');
    expect(verdictOf(text, at('web'), RSA)).toBe('known');
    expect(knownKinds(parseKnownHosts(text, ''), at('web'))).toEqual(['ssh-ed25519', 'ssh-rsa']);
  });

  test('another key under the plain name says nothing about another port', () => {
    expect(verdictOf(asLine('web', A), at('web', 2222), B)).toBe('unknown');
  });

  test('revoked beats known, wherever it stands', () => {
    const text = [asLine('web', A), `@revoked ${asLine('*', A)}`].join('\n');
    expect(verdictOf(text, at('web'), A)).toBe('revoked');
    expect(verdictOf(text, at('web', 2222), A)).toBe('revoked');
    expect(verdictOf(`@revoked ${asLine('*', A)}`, at('web'), B)).toBe('unknown');
  });

  test('the key of an authority is no key of a host', () => {
    const text = `@cert-authority ${asLine('*.lan', A)}`;
    expect(verdictOf(text, at('web.lan'), A)).toBe('unknown');
    expect(authorityOf(parseKnownHosts(text, ''), at('web.lan'))).toMatchObject({ line: 1 });
    expect(authorityOf(parseKnownHosts(text, ''), at('web.org'))).toBeUndefined();
  });

  test('damaged lines and those of SSH 1 are left out', () => {
    const text = [
      'web',
      'web 1024 35 1234',
      'web ssh-ed25519 AAAA',
      '@odd web ssh-ed25519 AAAA',
      `web ssh-rsa ${A.toString('base64')}`,
    ].join('\n');
    expect(parseKnownHosts(text, '')).toEqual([]);
  });
});

describe('properties', () => {
  const label = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,10}$/);
  const host = fc.record({
    host: fc.oneof(
      fc.array(label, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('.')),
      fc.ipV4(),
      fc.ipV6(),
    ),
    port: fc.oneof(fc.constant(22), fc.integer({ min: 1, max: 65_535 })),
    hostKeyAlias: fc.option(label),
  });
  const key = fc
    .tuple(
      fc.constantFrom('ssh-ed25519', 'ssh-rsa'),
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
    )
    .map(([kind, body]) => keyOf(kind, Buffer.from(body)));

  test('what was written down is known, and no other key is trusted in its place', () => {
    fc.assert(
      fc.property(host, key, key, (one, right, other) => {
        const lines = parseKnownHosts(knownLine(one, right), '');
        expect(judge(lines, one, right).kind).toBe('known');
        const verdict = other.equals(right) ? 'known' : 'changed';
        expect(judge(lines, one, other).kind).toBe(verdict);
      }),
    );
  });

  test('one host vouches for another only when they have one name', () => {
    fc.assert(
      fc.property(host, host, key, (one, two, same) => {
        const isKnown =
          judge(parseKnownHosts(knownLine(one, same), ''), two, same).kind === 'known';
        const plain = two.hostKeyAlias === null ? two.host.toLowerCase() : nameOf(two);
        expect(isKnown).toBe(nameOf(one) === nameOf(two) || nameOf(one) === plain);
      }),
    );
  });

  test('no text makes reading fail, and a wildcard takes no time', () => {
    fc.assert(fc.property(fc.string(), (text) => void verdictOf(text, at('web'), A)));
    const wild = asLine(`${'*a'.repeat(200)}b`, A);
    expect(verdictOf(wild, at('a'.repeat(250)), A)).toBe('unknown');
  });
});

test('keys accepted at the same time are all kept, in a file that is ours alone', async () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'koubou-known-'));
  const file = path.join(dir, 'data', 'known_hosts');
  const known = openKnownHosts(file);
  const ports = Array.from({ length: 30 }, (_, index) => 1000 + index);
  await Promise.all([...ports, ...ports].map((port) => known.accept(hopTo(port), A)));
  expect(readFileSync(file, 'utf8')).toBe(ports.map((port) => knownLine(hopTo(port), A)).join(''));
  expect(statSync(file).mode & 0o777).toBe(0o600);
  rmSync(dir, { recursive: true });
});
