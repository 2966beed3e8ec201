/** An agent's home on a test host, from outside: a build uploaded into it, and orders as a coordinator gives them over SSH. */
import { execFileSync } from 'node:child_process';
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
import { expect } from 'vitest';
import { z } from 'zod';
import { HostAnswer } from '../../src/agent/host/orders.ts';
import type { Host } from './hosts/host.ts';
import { ROOT } from './workshop.ts';

const FOLDER = process.env['KOUBOU_EXECUTABLES'] ?? path.join(ROOT, 'dist/executables');
export const EXECUTABLE = path.join(FOLDER, 'linux-x64', 'koubou');

export const OWNER = { id: 'workshop-1', name: 'Atelier' };
export const UID = 1_000;

const Manifest = z.object({
  executables: z.array(z.object({ platform: z.string(), sha256: z.string() })),
});

/** As it was noted when the executable was built. */
function sha256(): string {
  const text = readFileSync(path.join(FOLDER, 'manifest.json'), 'utf8');
  const { executables } = Manifest.parse(JSON.parse(text));
  const found = executables.find(({ platform }) => platform === 'linux-x64');
  if (found === undefined) throw new Error(`there is no executable for linux-x64 in ${FOLDER}`);
  return found.sha256;
}

type Answer<T extends HostAnswer['type']> = Extract<HostAnswer, { type: T }>;

export class Place {
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
    const valid = { sha256: sha256(), size, version: '1.0.0', build };
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

export function expectType<T extends HostAnswer['type']>(type: T, answer: HostAnswer): Answer<T> {
  if (answer.type !== type) throw new Error(`not ${type}: ${JSON.stringify(answer)}`);
  return answer as Answer<T>;
}

/** As the authority of a workshop does it. */
export function sign(request: string): { certificate: string; authority: string } {
  const scratch = mkdtempSync(path.join(tmpdir(), 'koubou-authority-'));
  const file = (name: string): string => path.join(scratch, name);
  const openssl = (...args: string[]): void =>
    void execFileSync('openssl', args, { stdio: 'pipe' });
  try {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    const out = ['-keyout', file('ca.key'), '-out', file('ca.pem'), '-subj', '/CN=workshop'];
    openssl('req', '-x509', ...key, ...out, '-days', '2');
    writeFileSync(file('request.pem'), request);
    const by = ['-CA', file('ca.pem'), '-CAkey', file('ca.key'), '-CAcreateserial', '-days', '1'];
    openssl('x509', '-req', '-in', file('request.pem'), ...by, '-out', file('cert.pem'));
    const read = (name: string): string => readFileSync(file(name), 'utf8');
    return { certificate: read('cert.pem'), authority: read('ca.pem') };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** What useradd and userdel keep by themselves of the tables before the last change. */
const BACKUP = /^\/etc\/(passwd|shadow|group|gshadow|subuid|subgid)-$/;

export function differences(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): string[] {
  const names = new Set([...before.keys(), ...after.keys()]);
  return [...names].filter((name) => before.get(name) !== after.get(name) && !BACKUP.test(name));
}
