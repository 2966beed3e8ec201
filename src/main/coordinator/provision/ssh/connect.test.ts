import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConnectOptions } from './connect.ts';
import type { SshConnection } from './connection.ts';
import { openKnownHosts } from './known-hosts-files.ts';
import type { Hop } from './route.ts';
import { connectTo, optionsWith, personWho } from './testing/workbench.ts';
import { hopTo, makeKey, startSshd, type TestSshd } from './testing/sshd.ts';

let dir: string;
let sshd: TestSshd;
let key: string;

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-connect-'));
  sshd = await startSshd({ hostKeys: ['ed25519', 'rsa'] });
  key = makeKey(dir, 'id');
  sshd.authorize(`${key}.pub`);
});
afterAll(async () => {
  await sshd.close();
  rmSync(dir, { recursive: true });
});

function connect(hop: Hop, more: Partial<ConnectOptions> = {}): Promise<SshConnection> {
  return connectTo(hop, optionsWith(path.join(dir, 'known_hosts'), more));
}

describe('host key', () => {
  test('an unknown key is asked about once, kept, and then known', async () => {
    const file = path.join(dir, 'fresh_known_hosts');
    const hop = hopTo(sshd.port, { identityFiles: [key] });
    const { ask, asked } = personWho(() => []);
    await (await connect(hop, { ask, known: openKnownHosts(file) })).close();
    const fingerprint = execFileSync(
      'ssh-keygen',
      ['-lf', path.join(sshd.dir, 'host_ed25519.pub')],
      { encoding: 'utf8' },
    ).split(' ')[1];
    expect(asked).toEqual([
      { kind: 'host_key', host: `127.0.0.1:${sshd.port}`, algorithm: 'ssh-ed25519', fingerprint },
    ]);
    expect(readFileSync(file, 'utf8')).toBe(`[127.0.0.1]:${sshd.port} ${sshd.hostKey()}\n`);
    await (await connect(hop, { known: openKnownHosts(file) })).close();
  });

  test('a refused key is an end, and nothing is kept', async () => {
    const file = path.join(dir, 'refused_known_hosts');
    const { ask } = personWho(() => null);
    await expect(
      connect(hopTo(sshd.port, { identityFiles: [key] }), { ask, known: openKnownHosts(file) }),
    ).rejects.toMatchObject({ code: 'host_key_refused' });
    expect(() => readFileSync(file)).toThrow('ENOENT');
  });

  test('the kind of key on record is asked for first', async () => {
    const file = path.join(dir, 'rsa_known_hosts');
    writeFileSync(file, `[127.0.0.1]:${sshd.port} ${sshd.hostKey('rsa')}\n`);
    const connection = await connect(hopTo(sshd.port, { identityFiles: [key] }), {
      known: openKnownHosts(file),
    });
    expect(connection.via).toBe('ssh2');
    await connection.close();
  });

  test.each([
    ['of the same kind', 'ed25519'],
    ['of another kind', 'ecdsa'],
  ])('a key other than the one on record, %s, ends it and names the line', async (_name, type) => {
    const file = path.join(dir, `changed_${type}`);
    const other = readFileSync(`${makeKey(dir, `other_${type}`, ['-t', type])}.pub`, 'utf8');
    writeFileSync(file, `# ours\n[127.0.0.1]:${sshd.port} ${other}`);
    const outcome = connect(hopTo(sshd.port, { identityFiles: [key] }), {
      known: openKnownHosts(file),
    });
    await expect(outcome).rejects.toMatchObject({ code: 'host_key_changed', passing: false });
    await expect(outcome).rejects.toThrow(`${file}:2`);
  });

  test('a revoked key ends it', async () => {
    const file = path.join(dir, 'revoked');
    writeFileSync(
      file,
      `[127.0.0.1]:${sshd.port} ${sshd.hostKey()}\n@revoked * ${sshd.hostKey()}\n`,
    );
    await expect(
      connect(hopTo(sshd.port, { identityFiles: [key] }), { known: openKnownHosts(file) }),
    ).rejects.toMatchObject({ code: 'host_key_revoked' });
  });
});
