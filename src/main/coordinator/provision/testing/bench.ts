/**
 * For tests of this folder: provisionings against a real sshd on loopback whose sessions have a home of their own, through a
 * wire that a test can cut. The executable is a small script that answers as the real one does.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { pino } from 'pino';
import type { Clock } from '../../../../shared/clock.ts';
import { AgentId } from '../../../../shared/ids.ts';
import { Provisioning } from '../../../../shared/provisioning.ts';
import { ok } from '../../../../shared/result.ts';
import type { Release } from '../../releases/releases.ts';
import { createProvisioner } from '../provisioner.ts';
import type { Provisioner } from '../port.ts';
import { createSshAccess } from '../ssh-access.ts';
import { makeKey, ME, startSshd, type TestSshd } from '../ssh/testing/sshd.ts';
import type { ProvisionDeps } from '../steps/step.ts';
import { Tunnels } from '../tunnels.ts';

export const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

const SILENT = pino({ level: 'silent' });
export const AGENT = AgentId.parse('mill');

/** What the executable of a test says to `agent host …`. */
const SCRIPT = `#!/bin/sh
# koubou agent host install|uninstall
read -r order
case $3 in
  uninstall) echo '{"type":"uninstalled","removed":["all"],"left":{"files":[],"processes":[],"units":[]}}'; exit 0 ;;
esac
echo 'a word that is no answer'
echo '{"type":"progress","message":"making a key"}'
echo '{"type":"request","request":"PEM"}'
read -r certificate
case $certificate in
  *'"certificate":"SIGNED"'*) echo '{"type":"installed","build":"b1","service":"cron","note":null,"changed":true}' ;;
  *) echo '{"type":"error","code":"bad_order","message":"this is no certificate"}'; exit 1 ;;
esac
`;

export interface Workbench {
  /** `user@127.0.0.1:port`, through the wire. */
  readonly target: string;
  readonly provisioner: Provisioner;
  readonly sshd: TestSshd;
  readonly wire: Wire;
  /** Home folder of sessions. */
  readonly home: string;
  readonly release: Release;
  /** Everything that was ever told of a provisioning. */
  readonly told: Provisioning[];
  /** Resolves with the first state that `match` accepts. */
  until(match: (one: Provisioning) => boolean): Promise<Provisioning>;
  close(): Promise<void>;
}

export interface WorkbenchOptions {
  /** Bytes of the executable beyond its script; they do not compress. */
  readonly size?: number;
  /** More lines of sshd_config. */
  readonly sshd?: readonly string[];
  /** Of sessions, besides their home. */
  readonly env?: Readonly<Record<string, string>>;
  /** The user's key opens the door. */
  readonly isAuthorized?: boolean;
}

export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const dir = mkdtempSync(path.join(tmpdir(), 'koubou-provision-'));
  const home = path.join(dir, 'home');
  mkdirSync(home);
  const env = Object.entries({ HOME: home, ...options.env }).map((pair) => pair.join('='));
  const sshd = await startSshd({ lines: [`SetEnv ${env.join(' ')}`, ...(options.sshd ?? [])] });
  const key = makeKey(dir, 'id');
  if (options.isAuthorized !== false) sshd.authorize(`${key}.pub`);
  const wire = await openWire(sshd.port);
  const config = path.join(dir, 'config');
  const known = path.join(dir, 'known_hosts_user');
  const lines = [`IdentityFile ${key}`, 'IdentityAgent none', `UserKnownHostsFile ${known}`];
  writeFileSync(config, lines.join('\n'));
  const release = makeRelease(dir, options.size ?? 1_000);
  const ssh = createSshAccess({ dataDir: dir, env: { KOUBOU_SSH_CONFIG: config }, home, clock });
  const { provisioner, told } = makeProvisioner(dir, release, ssh);
  return {
    ...{ provisioner, sshd, wire, home, release, told },
    target: `${ME}@127.0.0.1:${wire.port}`,
    until: async (match) => {
      const before = [...told].find(match);
      if (before) return before;
      return await new Promise((resolve) => {
        const stop = provisioner.onChange((one) => {
          if (!match(one)) return;
          stop();
          resolve(one);
        });
      });
    },
    async close() {
      await provisioner.close();
      await wire.close();
      await sshd.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

const NO_JOURNAL: ProvisionDeps['journal'] = {
  agent: () => undefined,
  submit: () => Promise.reject(new Error('not asked for')),
};

/** A provisioner that has the release for every host. */
export function makeProvisioner(
  dir: string,
  release: Release,
  ssh: ReturnType<typeof createSshAccess>,
  journal: ProvisionDeps['journal'] = NO_JOURNAL,
): { provisioner: Provisioner; told: Provisioning[] } {
  const told: Provisioning[] = [];
  const address = { origin: 'https://127.0.0.1:8443', port: 8443, addresses: [], fingerprint: '' };
  const door = { open: () => Promise.resolve(ok(address)), address: () => address };
  const tunnels = new Tunnels({
    ...{ ssh, door, clock, log: SILENT },
    file: path.join(dir, 'tunnels.json'),
    hostOf: () => null,
    onTrouble: () => {},
  });
  const provisioner = createProvisioner({
    ...{ ssh, door, tunnels, clock, journal, log: SILENT },
    releases: { list: () => [release], find: () => release },
    enrolments: {
      enrol: ({ name }) =>
        Promise.resolve(ok({ agentId: AGENT, name, certificate: 'SIGNED', authority: 'CA' })),
    },
    selfTest: () => Promise.resolve(ok([{ name: 'push', ok: true, ms: 1, message: '' }])),
    buildOf: () => release.build,
    workshopId: () => Promise.resolve(ok('workshop')),
    suggest: () => Promise.resolve([]),
  });
  provisioner.onChange((one) => told.push(Provisioning.parse(one)));
  return { provisioner, told };
}

/** @param size bytes beyond the script */
export function makeRelease(dir: string, size: number, script = SCRIPT): Release {
  const noise = createHash('shake256', { outputLength: Math.ceil(size / 2) })
    .update('noise')
    .digest('hex');
  const raw = Buffer.from(`${script}exit 0\n# ${noise}\n`);
  const packed = gzipSync(raw);
  const file = path.join(dir, 'koubou.gz');
  writeFileSync(file, packed);
  const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
  return {
    ...{ version: '9.9.9', build: 'b1', protocol: 2, platform: 'linux-x64', name: 'koubou' },
    size: raw.length,
    sha256: hash(raw),
    gzip: { file, size: packed.length, sha256: hash(packed) },
  };
}

/** A port that leads to another one, until so many bytes went to the host. */
export interface Wire {
  readonly port: number;
  /** Breaks each connection after so many bytes from us to the host. */
  cutAfter(bytes: number): void;
  /** Bytes that went to the host since the wire was last set. */
  sent(): number;
  /** Breaks what is open. */
  cut(): void;
  close(): Promise<void>;
}

async function openWire(to: number): Promise<Wire> {
  let limit = Number.POSITIVE_INFINITY;
  let sent = 0;
  const open = new Set<net.Socket>();
  const server = net.createServer((client) => {
    const host = net.connect(to, '127.0.0.1');
    for (const socket of [client, host]) {
      open.add(socket);
      // Whatever breaks one side breaks the other.
      socket.on('error', () => {});
      socket.on('close', () => {
        open.delete(socket);
        client.destroy();
        host.destroy();
      });
    }
    client.on('data', (chunk) => {
      const room = limit - sent;
      sent += chunk.length;
      if (chunk.length < room) return void host.write(chunk);
      host.write(chunk.subarray(0, Math.max(room, 0)));
      client.destroy();
    });
    host.pipe(client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const cut = (): void => {
    for (const socket of open) socket.destroy();
  };
  return {
    port: address !== null && typeof address === 'object' ? address.port : 0,
    cutAfter(bytes) {
      limit = bytes;
      sent = 0;
    },
    sent: () => sent,
    cut,
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
