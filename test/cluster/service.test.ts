/**
 * The agent's side of an installation, on hosts with each kind of service: installed by orders as a coordinator gives them,
 * started again after a kill and a power failure, and removed without a trace. No coordinator answers here.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chownSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HostAnswer } from '../../src/agent/host/orders.ts';
import { until } from '../faults/time.ts';
import type { Host } from '../support/hosts/host.ts';
import { openHosts, type Hosts } from '../support/hosts/hosts.ts';
import { ROOT } from '../support/workshop.ts';

const FOLDER = process.env['KOUBOU_EXECUTABLES'] ?? path.join(ROOT, 'dist/executables');
const EXECUTABLE = path.join(FOLDER, 'linux-x64', 'koubou');

let scratch: string;
let hosts: Hosts;
let sha256: string;

// The first run on a PC makes the hosts' file system.
beforeAll(async () => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-service-test-'));
  sha256 = createHash('sha256').update(readFileSync(EXECUTABLE)).digest('hex');
  hosts = await openHosts({ workDir: scratch });
}, 300_000);

afterAll(async () => {
  await hosts?.close();
  rmSync(scratch, { recursive: true, force: true });
});

const OWNER = { id: 'workshop-1', name: 'Atelier' };
const UID = 1_000;

type Answer<T extends HostAnswer['type']> = Extract<HostAnswer, { type: T }>;

/** An agent's home on a host, from outside. */
class Place {
  readonly host: Host;
  readonly isSystem: boolean;
  readonly home: string;
  readonly build = 'b1';

  constructor(host: Host, isSystem: boolean) {
    this.host = host;
    this.isSystem = isSystem;
    this.home = isSystem ? '/opt/koubou-agent' : `${host.home}/.local/share/koubou-agent`;
  }

  at(...parts: string[]): string {
    return path.join(this.host.root, this.home, ...parts);
  }

  /** As a coordinator uploads it. @returns the folders that were made on the way */
  upload(build = this.build): string[] {
    const made: string[] = [];
    for (let at = this.home; at !== '/'; at = path.dirname(at))
      if (!existsSync(path.join(this.host.root, at))) made.unshift(at);
    const dir = this.at('versions', build);
    mkdirSync(dir, { recursive: true });
    copyFileSync(EXECUTABLE, path.join(dir, 'koubou'));
    const { size } = lstatSync(EXECUTABLE);
    const valid = { sha256, size, version: '1.0.0', build };
    writeFileSync(path.join(dir, 'valid.json'), JSON.stringify(valid));
    if (!this.isSystem) for (const folder of made) this.own(folder);
    if (!this.isSystem && made.length === 0) this.own(path.join(this.home, 'versions', build));
    return made.filter((folder) => folder !== this.home);
  }

  async order(
    verb: string,
    ...orders: object[]
  ): Promise<{ code: number; last: HostAnswer; all: HostAnswer[] }> {
    const input = orders.map((order) => `${JSON.stringify({ home: this.home, ...order })}\n`);
    const program = `${this.home}/versions/${this.build}/koubou agent host ${verb}`;
    const as = this.isSystem ? {} : { as: this.host.user };
    const { code, stdout, stderr } = await this.host.exec(program, {
      ...as,
      input: input.join(''),
    });
    const all = stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => HostAnswer.parse(JSON.parse(line)));
    const last = all.at(-1);
    if (last === undefined) throw new Error(`no answer (${code}): ${stdout}${stderr}`);
    return { code, last, all };
  }

  async install(folders: string[] = [], owner = OWNER): Promise<Answer<'installed'>> {
    const request = await this.begin(folders, owner);
    const done = await this.order('install', { type: 'certificate', owner, ...sign(request) });
    return expectType('installed', done.last);
  }

  async begin(folders: string[] = [], owner = OWNER): Promise<string> {
    const scope = this.isSystem ? 'system' : 'user';
    const about = { coordinator: 'https://127.0.0.1:9', agentId: 'atelier', name: 'Atelier' };
    const config = { ...about, slots: 2 };
    const order = { type: 'install', build: this.build, scope, owner, folders, config };
    return expectType('request', (await this.order('install', order)).last).request;
  }

  async status(): Promise<Answer<'status'>> {
    return expectType('status', (await this.order('status', { type: 'status' })).last);
  }

  async kill(role: string): Promise<void> {
    const { code } = await this.host.exec(`kill -9 ${this.running(role).join(' ')}`);
    expect(code).toBe(0);
  }

  /** Process numbers as the host counts. */
  running(role: string): number[] {
    const mine = this.host.processes().filter(({ command }) => command.includes(`agent ${role}`));
    return mine.filter(({ command }) => command.startsWith(this.home)).map(({ pid }) => pid);
  }

  private own(place: string): void {
    const real = path.join(this.host.root, place);
    chownSync(real, UID, UID);
    if (!lstatSync(real).isDirectory()) return;
    for (const name of readdirSync(real)) this.own(path.join(place, name));
  }
}

function expectType<T extends HostAnswer['type']>(type: T, answer: HostAnswer): Answer<T> {
  if (answer.type !== type) throw new Error(`not ${type}: ${JSON.stringify(answer)}`);
  return answer as Answer<T>;
}

/** As the authority of a workshop does it. */
function sign(request: string): { certificate: string; authority: string } {
  const file = (name: string): string => path.join(scratch, name);
  const openssl = (...args: string[]): void =>
    void execFileSync('openssl', args, { stdio: 'pipe' });
  if (!existsSync(file('ca.pem'))) {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    const out = ['-keyout', file('ca.key'), '-out', file('ca.pem'), '-subj', '/CN=workshop'];
    openssl('req', '-x509', ...key, ...out, '-days', '2');
  }
  writeFileSync(file('request.pem'), request);
  const by = ['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-CAcreateserial', '-days', '1'];
  openssl('x509', '-req', '-in', file('request.pem'), ...by, '-out', file('cert.pem'));
  const read = (name: string): string => readFileSync(file(name), 'utf8');
  return { certificate: read('cert.pem'), authority: read('ca.pem') };
}

const KINDS = [
  { init: 'systemd', isSystem: true, service: 'systemd', stays: true },
  { init: 'systemd', isSystem: false, service: 'systemd_user', stays: true },
  { init: 'openrc', isSystem: true, service: 'openrc', stays: true },
  { init: 'runit', isSystem: true, service: 'runit', stays: true },
  { init: 'cron', isSystem: false, service: 'cron', stays: true },
  { init: 'none', isSystem: false, service: 'detached', stays: false },
] as const;

/** A watchdog of cron looks once a minute. */
const AGAIN_MS = 90_000;

test.for(KINDS)(
  'on a host with $init, a service ($service) keeps an agent running, and goes without a trace',
  { timeout: 240_000 },
  async ({ init, isSystem, service, stays }) => {
    const host = await hosts.add({
      name: `${init}-${service}`.replace('_', '-'),
      init,
      signIn: { keys: [] },
    });
    try {
      // Whoever makes users writes these tables in their own way.
      await host.exec('useradd somebody && userdel somebody');
      const before = host.files();
      const place = new Place(host, isSystem);
      const folders = place.upload();

      const installed = await place.install(folders);
      expect(installed).toMatchObject({ service, build: 'b1', changed: true });
      expect(await place.status()).toMatchObject({ owner: OWNER, running: true, installed: true });
      const isUp = (): boolean =>
        place.running('keep').length === 1 && place.running('run').length === 1;
      expect(await until(isUp, AGAIN_MS)).toBe(true);

      // Nothing happens the second time.
      const [keeper] = place.running('keep');
      expect(await place.install()).toMatchObject({ service, changed: false });
      expect(place.running('keep')).toEqual([keeper]);

      await place.kill('run');
      expect(await until(isUp, AGAIN_MS)).toBe(true);
      await place.kill('keep');
      const isAnother = (): boolean => isUp() && place.running('keep')[0] !== keeper;
      expect(await until(isAnother, stays ? AGAIN_MS : 3_000)).toBe(stays);

      await host.crash();
      await host.boot();
      expect(await until(isUp, stays ? AGAIN_MS : 3_000)).toBe(stays);

      const { last } = await place.order('uninstall', { type: 'uninstall', owner: OWNER });
      expect(expectType('uninstalled', last).left).toEqual({ files: [], processes: [], units: [] });
      expect(place.running('')).toEqual([]);
      expect(differences(before, host.files())).toEqual([]);
    } finally {
      await host.close();
    }
  },
);

/** What useradd and userdel keep by themselves of the tables before the last change. */
const BACKUP = /^\/etc\/(passwd|shadow|group|gshadow|subuid|subgid)-$/;

function differences(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name) && !BACKUP.test(name));
}
