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
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
    // One that runs cannot be written to.
    rmSync(path.join(dir, 'koubou'), { force: true });
    copyFileSync(EXECUTABLE, path.join(dir, 'koubou'));
    const { size } = lstatSync(EXECUTABLE);
    const valid = { sha256, size, version: '1.0.0', build };
    writeFileSync(path.join(dir, 'valid.json'), JSON.stringify(valid));
    if (!this.isSystem) for (const folder of [...made, `${this.home}/versions`]) this.own(folder);
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
    return expectType(
      'request',
      (await this.order('install', this.installOrder(folders, owner))).last,
    ).request;
  }

  installOrder(folders: string[], owner = OWNER): object {
    const scope = this.isSystem ? 'system' : 'user';
    const about = { coordinator: 'https://127.0.0.1:9', agentId: 'atelier', name: 'Atelier' };
    const config = { ...about, slots: 2 };
    return { type: 'install', build: this.build, scope, owner, folders, config };
  }

  /** Gives an order, and kills who carries it out. */
  async killedAfter(seconds: number, verb: string, order: object): Promise<void> {
    const input = `${JSON.stringify({ home: this.home, ...order })}\n`;
    const program = `${this.home}/versions/${this.build}/koubou agent host ${verb}`;
    await this.host.exec(`timeout -s KILL ${seconds} ${program}`, { as: this.host.user, input });
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

describe('on one host', () => {
  let host: Host;
  let place: Place;
  let before: Map<string, string>;

  beforeAll(async () => {
    host = await hosts.add({ name: 'contested', init: 'none', signIn: { keys: [] } });
    before = host.files();
    place = new Place(host, false);
  });

  afterAll(async () => {
    await host?.close();
  });

  async function remove(force = false): Promise<HostAnswer> {
    return (await place.order('uninstall', { type: 'uninstall', owner: null, force })).last;
  }

  test('of two workshops that install at once, one wins, and the other is told whose it is', async () => {
    const rivals = [OWNER, { id: 'workshop-2', name: 'Werkstatt' }];
    for (let round = 0; round < 4; round++) {
      const folders = place.upload();
      const ends = await Promise.allSettled(rivals.map((owner) => place.install(folders, owner)));
      const winners = rivals.filter((_, i) => ends[i]?.status === 'fulfilled');
      const { owner } = await place.status();
      expect(winners).toEqual([owner]);
      const [loser] = ends.filter((end) => end.status === 'rejected');
      expect(String(loser?.reason)).toMatch(/"(host_busy|owned_by_another)".*(Atelier|Werkstatt)/);
      expectType('uninstalled', await remove());
    }
    expect(differences(before, host.files())).toEqual([]);
  });

  test('an agent of another workshop stays as it is', async () => {
    const folders = place.upload();
    await place.install(folders);
    const keeper = place.running('keep');
    const other = { id: 'workshop-2', name: 'Werkstatt' };
    await expect(place.install(folders, other)).rejects.toThrow(
      /owned_by_another.*another workshop \(Atelier\)/,
    );
    const asked = { type: 'uninstall', owner: other, force: true };
    expect((await place.order('uninstall', asked)).last).toMatchObject({
      code: 'owned_by_another',
    });
    expect(place.running('keep')).toEqual(keeper);
    expect(await place.status()).toMatchObject({ owner: OWNER, running: true });
  });

  test('work that nobody else has is not removed unasked', async () => {
    await host.exec('mkdir -p ~/.local/share/koubou-agent/state/attempts/task-3.1', {
      as: host.user,
    });
    const keeper = place.running('keep');
    expect(await remove()).toMatchObject({
      type: 'error',
      code: 'work_kept',
      kept: [{ what: 'task-3.1' }],
    });
    expect(place.running('keep')).toEqual(keeper);
    const { left } = expectType('uninstalled', await remove(true));
    expect(left).toEqual({ files: [], processes: [], units: [] });
    expect(differences(before, host.files())).toEqual([]);
  });

  test('a build that is not whole, or failed here, is not installed', async () => {
    const folders = place.upload();
    await host.exec(`truncate -s -1 ${place.home}/versions/b1/koubou`);
    await expect(place.begin(folders)).rejects.toThrow('build_not_valid');
    place.upload();
    writeFileSync(place.at('refused.json'), JSON.stringify({ b1: 'it hung' }));
    await expect(place.begin(folders)).rejects.toThrow(/build_refused.*it hung/);
    expectType('uninstalled', await remove());
  });

  test('an agent that joined by hand runs as a service by hand', async () => {
    const home = `${host.home}/koubou`;
    const state = `${home}/state`;
    const config = { coordinator: 'https://127.0.0.1:9', agentId: 'atelier', name: 'Atelier' };
    const whole = { ...config, slots: 1, dir: state, local: false, identity: `${home}/identity` };
    const by = { as: host.user };
    await host.exec(`mkdir -p ${home}`, by);
    writeFileSync(path.join(host.root, home, 'config.json'), JSON.stringify(whole));
    chownSync(path.join(host.root, home, 'config.json'), UID, UID);
    copyFileSync(EXECUTABLE, path.join(host.root, 'usr/local/bin/koubou'));
    const service = async (verb: string): Promise<{ code: number; stdout: string }> =>
      await host.exec(`koubou agent service ${verb} --home ${home}`, by);

    expect((await host.exec('koubou agent service install', by)).stderr).toMatch(
      /no agent in .*koubou agent join/,
    );
    expect((await service('status')).code).toBe(1);
    const { code, stdout } = await service('install');
    expect(stdout).toMatch(
      /the agent runs as a service \(detached\).*\nnote: nothing on this host/,
    );
    expect(code).toBe(0);
    const status = await service('status');
    expect(status.stdout).toMatch(/^detached: running/);
    expect(status.code).toBe(0);
    expect((await host.exec(`koubou agent keep --home ${home}`, by)).code).toBe(0);
    expect((await service('uninstall')).code).toBe(0);
    expect(host.processes().filter(({ command }) => command.includes(home))).toEqual([]);
    expect(readdirSync(path.join(host.root, home))).toContain('config.json');
    await host.exec(`rm -r ${home} /usr/local/bin/koubou`);
    expect(differences(before, host.files())).toEqual([]);
  });

  test('killed at any moment, a second try ends well', async () => {
    for (const seconds of [0.2, 0.4, 0.6, 0.8, 1, 1.2]) {
      const folders = place.upload();
      await place.killedAfter(seconds, 'install', place.installOrder(folders));
      const signed = sign(await place.begin(folders));
      await place.killedAfter(seconds, 'install', { type: 'certificate', owner: OWNER, ...signed });
      expectType('installed', await place.install(folders));
      expect((await place.status()).running).toBe(true);
      await place.killedAfter(seconds, 'uninstall', { type: 'uninstall', owner: OWNER });
      place.upload();
      expectType('uninstalled', await remove());
      await host.exec('cd && rmdir -p .local/share', { as: host.user });
      expect(differences(before, host.files())).toEqual([]);
    }
  });
});

/** What useradd and userdel keep by themselves of the tables before the last change. */
const BACKUP = /^\/etc\/(passwd|shadow|group|gshadow|subuid|subgid)-$/;

function differences(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name) && !BACKUP.test(name));
}
