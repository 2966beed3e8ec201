/** The way to a host as the network sees it: jumps, swapped keys with a listener on the wire, cuts. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRunMemory } from '../../src/main/coordinator/provision/ssh/ask.ts';
import type { ConnectOptions } from '../../src/main/coordinator/provision/ssh/connect.ts';
import { openSsh } from '../../src/main/coordinator/provision/ssh/connect.ts';
import { SshError } from '../../src/main/coordinator/provision/ssh/errors.ts';
import { openConnection } from '../../src/main/coordinator/provision/ssh/open.ts';
import { resolveTarget, type Hop } from '../../src/main/coordinator/provision/ssh/route.ts';
import { sshRunner } from '../../src/main/coordinator/provision/ssh/run-ssh.ts';
import { parseTarget } from '../../src/main/coordinator/provision/ssh/target.ts';
import {
  newHostKey,
  startFakeServer,
} from '../../src/main/coordinator/provision/ssh/testing/fake-server.ts';
import {
  hopTo,
  makeKey,
  ME,
  startSshd,
  type TestSshd,
} from '../../src/main/coordinator/provision/ssh/testing/sshd.ts';
import {
  connectTo,
  optionsWith,
  personWho,
  routeOver,
} from '../../src/main/coordinator/provision/ssh/testing/workbench.ts';

import { listenIn } from '../../src/main/coordinator/provision/ssh/testing/wire.ts';

let dir: string;
let key: string;
/** Three jumps and a host, each with a key of its own. */
let servers: TestSshd[];
let known: string;

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-ssh-cluster-'));
  key = makeKey(dir, 'id');
  servers = await Promise.all([1, 2, 3, 4].map(() => startSshd()));
  for (const server of servers) server.authorize(`${key}.pub`);
  known = path.join(dir, 'known_hosts');
  writeFileSync(
    known,
    servers.map((server) => `[127.0.0.1]:${server.port} ${server.hostKey()}\n`).join(''),
  );
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  rmSync(dir, { recursive: true });
});

const hops = (): [Hop, ...Hop[]] => {
  const [first, ...rest] = servers.map((server) => hopTo(server.port, { identityFiles: [key] }));
  if (first === undefined) throw new Error('no server');
  return [first, ...rest];
};
const options = (more: Partial<ConnectOptions> = {}): ConnectOptions => optionsWith(known, more);

describe('jumps', () => {
  test.each([1, 2, 3])('through %i, by the ssh config, to a command at the end', async (count) => {
    const config = path.join(dir, 'config');
    const lines = servers.map(
      ({ port }, index) => `Host j${index}\n  HostName 127.0.0.1\n  Port ${port}\n`,
    );
    const all = `Host *\n  IdentityFile ${key}\n  IdentityAgent none\n  UserKnownHostsFile none\n`;
    const jumps = [0, 1, 2].slice(0, count).map((index) => `j${index}`);
    writeFileSync(
      config,
      `Host end\n  HostName 127.0.0.1\n  Port ${servers[3]?.port}\n  ProxyJump ${jumps.join(',')}\n${lines.join('')}${all}`,
    );
    const surroundings = { home: dir, user: ME, agent: null, env: {} };
    const route = await resolveTarget(parseTarget('end'), {
      runSsh: sshRunner('ssh', ['-F', config]),
      surroundings,
    });
    expect(route.hops).toHaveLength(count + 1);

    const connection = await openSsh(route, options());
    const { stdout } = await connection.exec('echo "$SSH_CONNECTION"');
    expect(stdout.trim().split(' ')[3]).toBe(String(servers[3]?.port));
    await connection.close();

    const system = { program: 'ssh', configFiles: [config] };
    const odd = route.hops.map((hop) => ({ ...hop, systemOnly: 'a test wants it' }));
    const other = await openConnection(
      { ...route, hops: [odd[0] ?? route.hops[0], ...odd.slice(1)] },
      { ...options(), system },
    );
    expect((await other.exec('echo "$SSH_CONNECTION"')).stdout.trim().split(' ')[3]).toBe(
      String(servers[3]?.port),
    );
    await other.close();
  });

  test('the key of each jump is verified: a swapped one in the middle ends it there', async () => {
    const file = path.join(dir, 'swapped');
    const [a, b, c, d] = servers;
    const lines = [a, b, c, d].map(
      (server) =>
        `[127.0.0.1]:${server?.port} ${server === b ? c?.hostKey() : server?.hostKey()}\n`,
    );
    writeFileSync(file, lines.join(''));
    const [first, ...rest] = hops();
    const outcome = openSsh(routeOver(first, ...rest), optionsWith(file));
    await expect(outcome).rejects.toMatchObject({
      code: 'host_key_changed',
      host: `127.0.0.1:${b?.port}`,
    });
    expect(c?.log()).not.toContain(`Connection from 127.0.0.1 port ${b?.port}`);
  });

  test('a host behind a jump that cannot be reached is told as that', async () => {
    const [jump] = hops();
    const outcome = openSsh(routeOver(jump, hopTo(1, { identityFiles: [key] })), options());
    await expect(outcome).rejects.toMatchObject({ code: 'jump_refused', host: '127.0.0.1:1' });
  });
});

describe('a swapped host key', () => {
  test(
    'is refused in 1,000 of 1,000 tries, and nothing but the key exchange was sent',
    { timeout: 600_000 },
    async () => {
      const impostor = await startFakeServer({ password: 'hunter2', hostKeys: [newHostKey()] });
      const wire = await listenIn(impostor.port);
      const file = path.join(dir, 'pinned');
      writeFileSync(file, `[127.0.0.1]:${wire.port} ${servers[0]?.hostKey()}\n`);
      const { ask, asked } = personWho(() => ['hunter2']);
      const memory = createRunMemory();
      const hop = hopTo(wire.port, { user: 'ada-the-user', identityFiles: [key] });
      // As after an earlier run with the right host: the password is at hand.
      memory.passwords.set(`ada-the-user@127.0.0.1:${wire.port}`, 'hunter2');
      const codes: string[] = [];
      const tryOnce = async (): Promise<void> => {
        try {
          await (await connectTo(hop, optionsWith(file, { ask, memory }))).close();
          codes.push('connected');
        } catch (error) {
          codes.push(error instanceof SshError ? error.code : String(error));
        }
      };
      for (let batch = 0; batch < 100; batch += 1)
        await Promise.all(Array.from({ length: 10 }, tryOnce));
      expect(codes.length).toBe(1000);
      expect(new Set(codes)).toEqual(new Set(['host_key_changed']));
      expect(asked).toEqual([]);
      expect(impostor.methods()).toEqual([]);
      expect(impostor.passwords()).toEqual([]);
      // The client's side of 1,000 key exchanges is in the clear up to NEWKEYS; each connection ends before it.
      const heard = wire.heard();
      expect(heard).toHaveLength(1000);
      expect(new Set(heard.flatMap(messagesOf))).toEqual(new Set([20, 30, 1]));
      expect(
        heard.filter((said) => said.includes('ada-the-user') || said.includes('hunter2')),
      ).toEqual([]);
      await wire.close();
      await impostor.close();
    },
  );
});

/** The numbers of the messages a client sent in the clear: 20 and 30 are the key exchange, 1 says goodbye; after 21 all is encrypted. */
function messagesOf(stream: Buffer): number[] {
  const numbers: number[] = [];
  let at = stream.indexOf('\n') + 1;
  while (at < stream.length) {
    numbers.push(stream[at + 5] ?? -1);
    at += 4 + stream.readUInt32BE(at);
  }
  return numbers;
}

test(
  'an upload that is cut at random bytes goes on until the file is whole',
  { timeout: 300_000 },
  async () => {
    const server = servers[0];
    const wire = await listenIn(server?.port ?? 0);
    const file = path.join(dir, 'wire_known_hosts');
    writeFileSync(file, `[127.0.0.1]:${wire.port} ${server?.hostKey()}\n`);
    const source = path.join(dir, 'source');
    const there = path.join(dir, 'there');
    const bytes = randomBytes(24 * 1024 * 1024);
    writeFileSync(source, bytes);
    const sizes: number[] = [];
    const codes: string[] = [];
    let cuts = 0;
    for (let isWhole = false; !isWhole;) {
      const connection = await connectTo(
        hopTo(wire.port, { identityFiles: [key] }),
        optionsWith(file),
      );
      // The first cuts fall into the handshake of the upload, the later ones anywhere.
      const limit = cuts < 3 ? cuts * 3000 : Math.floor(Math.random() * 3_000_000);
      let until: number | undefined;
      wire.onData = (all) => {
        until ??= all + limit;
        if (cuts < 20 && all > until) wire.cut();
      };
      try {
        await connection.upload(source, there);
        isWhole = true;
      } catch (error) {
        codes.push(error instanceof SshError ? error.code : String(error));
        cuts += 1;
        sizes.push(sizeOf(there));
      }
      wire.onData = undefined;
      await connection.close();
    }
    expect(codes).toEqual(Array.from({ length: 20 }, () => 'lost'));
    expect(sizes.at(-1)).toBeGreaterThan(0);
    expect(hashOf(readFileSync(there))).toBe(hashOf(bytes));
    await wire.close();
  },
);

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function hashOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
