/**
 * PCs made agents over SSH with the real executable: the ways in, the shells, the service managers and the lacks that hosts have; and
 * uninstalled, after which they are as they were.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Provisioning } from '../../src/shared/provisioning.ts';
import type { Host } from '../support/hosts/host.ts';
import { openHosts, type Hosts } from '../support/hosts/hosts.ts';
import { runTool } from '../support/hosts/network.ts';
import {
  makeUserKey,
  startProvisioningWorkshop,
  targetOf,
  told,
  TRUSTING,
  type Answer,
  type ProvisioningWorkshop,
  type WorkshopOptions,
} from '../support/provisioning.ts';
import { NODE } from '../support/workshop.ts';

// The first run on a PC makes the hosts' file system.
const FIRST_MS = 300_000;

let scratch: string;
let key: string;
let publicKey: string;
let hosts: Hosts;
let workshop: ProvisioningWorkshop;
let count = 0;

beforeAll(async () => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-provision-test-'));
  ({ file: key, publicKey } = await makeUserKey(path.join(scratch, 'user')));
  hosts = await openHosts({ workDir: scratch });
  workshop = await start();
}, FIRST_MS);

afterAll(async () => {
  await workshop?.close();
  await hosts?.close();
  rmSync(scratch, { recursive: true, force: true });
});

const opened: Host[] = [];
afterEach(async () => {
  for (const host of opened.splice(0)) await host.close();
});

async function start(more: Partial<WorkshopOptions> = {}): Promise<ProvisioningWorkshop> {
  const dir = path.join(scratch, `workshop-${++count}`);
  return await startProvisioningWorkshop({ hosts, dir, key, ...more });
}

type HostOptions = Parameters<Hosts['add']>[0];

async function hostWith(options: Partial<HostOptions> & { name: string }): Promise<Host> {
  const host = await hosts.add({ init: 'cron', signIn: { keys: [publicKey] }, ...options });
  opened.push(host);
  return host;
}

/** Adds one host; what happened stands in the message when the end is another than `wanted`. */
async function add(
  host: Host | string,
  more: { install?: 'user' | 'system'; name?: string } = {},
  answer: Answer = TRUSTING,
  at = workshop,
): Promise<Provisioning> {
  const target = typeof host === 'string' ? host : targetOf(host);
  const [one] = await at.add([{ target, ...more }], answer);
  if (!one) throw new Error('nothing was begun');
  return one;
}

function expectDone(one: Provisioning): void {
  expect(one.state, told(one)).toBe('done');
}

async function uninstall({ agentId }: Provisioning, answer: Answer = TRUSTING): Promise<void> {
  if (agentId === null) throw new Error('there is no agent');
  const { id } = await workshop.call('agents.uninstall', { id: agentId });
  const end = await workshop.ended(id, answer);
  expectDone(end);
  expect(end.steps.at(-1), told(end)).toMatchObject({ name: 'remove', state: 'done' });
  const { agents } = await workshop.call('agents.list', {});
  expect(agents.map(({ agent }) => agent.id)).not.toContain(agentId);
}

/** Tools for accounts keep a copy of the file before; it is no trace of ours. */
const isOurs = (file: string): boolean =>
  !/^\/etc\/(passwd|shadow|group|gshadow|subuid|subgid)-?$/.test(file);

function traces(host: Host): { files: string[]; processes: string[] } {
  return {
    files: [...host.files()]
      .filter(([file]) => isOurs(file))
      .map(([file, hash]) => `${file} ${hash}`)
      .toSorted(),
    processes: host
      .processes()
      .map(({ command }) => command)
      .filter((command) => !/^sshd: |^\(|systemd|polkitd/.test(command))
      .toSorted(),
  };
}

describe('the ways in', () => {
  test('with a key: done, at once again, and removed without a trace', async () => {
    const host = await hostWith({ name: 'plain' });
    const before = traces(host);
    const first = await add(host, { name: 'Big mill' });
    expectDone(first);
    expect(first).toMatchObject({ agentId: 'big-mill', tunnel: false });
    const { agent } = await workshop.call('agents.get', { id: first.agentId as never });
    expect(agent).toMatchObject({
      ...{ name: 'Big mill', connected: true },
      enrolment: { via: 'ssh', host: `${targetOf(host)}:22` },
      profile: { wakeAddress: expect.stringMatching(/^02:/) as string },
    });
    const second = await add(host, { name: 'Big mill' });
    expectDone(second);
    expect(second.agentId).toBe('big-mill');
    expect(second.steps.find(({ name }) => name === 'upload')?.message).toContain('already');
    await uninstall(first);
    expect(traces(host)).toEqual(before);
  });

  test('with a password, wrong once; fish as the shell, start-up files that print', async () => {
    const host = await hostWith({
      ...{ name: 'fish', shell: '/usr/bin/fish', junk: true },
      signIn: { keys: [], password: 'tea & cake' },
    });
    const before = traces(host);
    const asked: string[] = [];
    const one = await add(host, {}, (question) => {
      asked.push(question.kind === 'prompts' ? question.what : question.kind);
      if (question.kind === 'host_key') return ['yes'];
      return [asked.length > 2 ? 'tea & cake' : 'coffee'];
    });
    expectDone(one);
    expect(asked.slice(0, 2)).toEqual(['host_key', 'password']);
    expect(JSON.stringify(one)).not.toContain('tea & cake');
    expect(workshop.log()).not.toContain('tea & cake');
    await uninstall(one, (question) => (question.kind === 'host_key' ? ['yes'] : ['tea & cake']));
    expect(traces(host)).toEqual(before);
  });

  test('through a jump, csh as the shell', async () => {
    const [gate, inner] = await Promise.all([
      hostWith({ name: 'gate', init: 'none' }),
      hostWith({ name: 'csh', shell: '/bin/csh', junk: true }),
    ]);
    const lines = [`Host inner`, `HostName ${inner.address}`, `User ${inner.user}`];
    const config = [...lines, `ProxyJump ${targetOf(gate)}`];
    const other = await start({ config, args: ['--lan', '18443'] });
    try {
      const one = await add('inner', {}, TRUSTING, other);
      expectDone(one);
      expect(one.steps[0]?.message).toContain(`through ${gate.address}:22`);
    } finally {
      await other.close();
    }
  });

  test('a key that changed is refused, with nothing asked', async () => {
    const host = await hostWith({ name: 'swapped', init: 'none' });
    const { id } = await workshop.call('hosts.check', { target: targetOf(host) });
    expectDone(await workshop.ended(id));
    await host.swapHostKey();
    const again = await add(host, {}, () => {
      throw new Error('it asked');
    });
    expect(again.error?.code, told(again)).toBe('host_key_changed');
  });

  test.each([
    ['nothing listens', 'true', 'refused'],
    [
      'nonsense answers',
      `import socket
s = socket.create_server(("", 2200))
while True:
  c = s.accept()[0]
  c.sendall(b"HTTP/1.1 400 Bad Request\\r\\n\\r\\n"); c.recv(9999); c.close()`,
      'not_ssh',
    ],
    [
      'it hangs',
      `import socket
s = socket.create_server(("", 2200))
k = []
while True: k.append(s.accept())`,
      'timeout',
    ],
  ])('a port where %s', async (_what, program, code) => {
    const host = await hostWith({ name: `port-${code.replaceAll('_', '-')}`, init: 'none' });
    if (program !== 'true') {
      await host.exec('cat >/tmp/server.py', { input: program });
      await host.exec('nohup python3 /tmp/server.py >/dev/null 2>&1 &');
      await host.exec(
        'for i in $(seq 100); do python3 -c "import socket; socket.create_connection((\'127.0.0.1\', 2200))" 2>/dev/null && exit 0; sleep 0.1; done',
      );
    }
    const one = await add(`${targetOf(host)}:2200`);
    expect(one.error?.code, told(one)).toBe(code);
    expect(one.steps[0]).toMatchObject({ name: 'connect', state: 'failed' });
  });
});

describe('the command line', () => {
  test('adds a PC whose key it was told, looks at it, and removes it; each step is a line', async () => {
    const host = await hostWith({ name: 'typed' });
    const file = path.join(scratch, 'typed.pub');
    writeFileSync(file, host.hostKeys().find((line) => line.startsWith('ssh-ed25519')) ?? '');
    const [, fingerprint = ''] = (await runTool(['ssh-keygen', '-lf', file])).split(' ');
    const koubou = (...args: string[]): Promise<string> =>
      hosts.exec([NODE, workshop.program, ...args, '--data', workshop.dir]);
    const at = targetOf(host);
    await expect(koubou('agents', 'add', at, '--yes-host-key', 'SHA256:other')).rejects.toThrow(
      `--yes-host-key ${fingerprint}`,
    );
    const added = await koubou('agents', 'add', `${at}:22`, '--yes-host-key', fingerprint);
    const words = added.split('\n').filter((line) => /^(done|note)  /.test(line));
    expect(words.map((line) => line.slice(6, 16).trim())).toEqual([
      ...['connect', 'host key', 'sign in', 'probe', 'preflight'],
      ...['upload', 'install', 'start', 'self test'],
    ]);
    const report = await koubou('doctor', '--host', at);
    expect(report).toMatch(/good +System +Debian/);
    expect(await koubou('agents', 'remove', 'typed', '--uninstall')).toContain('nothing is left');
    await expect(koubou('agents', 'add', 'ada@x colour=red')).rejects.toThrow('colour');
  });
});

describe('what hosts lack', () => {
  test('programs may not run at home: the agent lives elsewhere, and the report says so', async () => {
    const host = await hostWith({ name: 'noexec', noexecHome: true });
    const before = traces(host);
    const one = await add(host);
    expectDone(one);
    expect(one.report.find(({ name }) => name === 'Folder')).toMatchObject({
      found: expect.stringMatching(/^\/var\/tmp\//) as string,
      verdict: 'bad',
    });
    await uninstall(one);
    expect(traces(host)).toEqual(before);
  });

  test('no room: it ends before anything is brought, and with room it goes on', async () => {
    const host = await hostWith({ name: 'full', homeSizeMb: 64 });
    await host.exec('chmod 755 /var/tmp');
    const before = traces(host);
    const full = await add(host);
    expect(full.error?.code, told(full)).toBe('host_unsuitable');
    expect(full.error?.message).toContain('MB needed');
    expect(traces(host)).toEqual(before);
    await host.exec('chmod 1777 /var/tmp');
    expectDone(await add(host));
  });

  test('no service manager: it runs, with a warning', async () => {
    const host = await hostWith({ name: 'bare', init: 'none' });
    const before = traces(host);
    const one = await add(host);
    expectDone(one);
    expect(one.report.find(({ name }) => name === 'Service')?.verdict).toBe('bad');
    expect(one.steps.find(({ name }) => name === 'install')?.state).toBe('warned');
    await uninstall(one);
    expect(traces(host)).toEqual(before);
  });

  test('the coordinator out of reach: a tunnel carries the agent, also after a restart', async () => {
    const host = await hostWith({ name: 'walled' });
    const dir = path.join(scratch, 'walled');
    const other = await startProvisioningWorkshop({
      hosts,
      dir,
      key,
      args: ['--lan', '127.0.0.1:18444'],
    });
    const one = await add(host, {}, TRUSTING, other);
    expectDone(one);
    expect(one.tunnel).toBe(true);
    other.child.kill('SIGKILL');
    const next = await startProvisioningWorkshop({
      hosts,
      dir,
      key,
      args: ['--lan', '127.0.0.1:18444'],
    });
    try {
      expect(await untilConnected(next, 'walled')).toBe(true);
    } finally {
      await next.close();
    }
  });
});

async function untilConnected(at: ProvisioningWorkshop, id: string): Promise<true> {
  for (;;) {
    const { agents } = await at.call('agents.list', {});
    if (agents.some(({ agent }) => agent.id === id && agent.connected)) return true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const accountsOf = (host: Host): string[] =>
  readFileSync(path.join(host.root, 'etc/passwd'), 'utf8').trim().split('\n');

describe('services', () => {
  test('of the whole system under systemd, by sudo with a password that is wrong once', async () => {
    const host = await hostWith({
      ...{ name: 'system', init: 'systemd', sudo: 'password' },
      signIn: { keys: [publicKey], password: 'open sesame' },
    });
    const before = traces(host);
    const accounts = accountsOf(host);
    let tries = 0;
    const answer: Answer = (question) => {
      if (question.kind === 'host_key') return ['yes'];
      expect(question.what).toBe('sudo_password');
      return [++tries === 1 ? 'wrong' : 'open sesame'];
    };
    const one = await add(host, { install: 'system' }, answer);
    expectDone(one);
    expect(tries).toBe(2);
    const units = await host.exec(
      'systemctl is-active koubou-agent; systemctl is-enabled koubou-agent',
    );
    expect(units.stdout).toBe('active\nenabled\n');
    expect(JSON.stringify(one) + workshop.log()).not.toContain('open sesame');
    await uninstall(one, answer);
    expect(traces(host)).toEqual(before);
    expect(accountsOf(host)).toEqual(accounts);
  });

  test('of the user under systemd: it comes back after a power failure', async () => {
    const host = await hostWith({ name: 'lingering', init: 'systemd' });
    const one = await add(host);
    expectDone(one);
    await host.crash();
    await host.boot();
    expect(await untilConnected(workshop, 'lingering')).toBe(true);
  });
});

describe('when something breaks', () => {
  test('the host loses its power during the upload, and a second try ends well', async () => {
    const host = await hostWith({ name: 'broken' });
    const { provisionings } = await workshop.call('agents.add', {
      hosts: [{ target: targetOf(host) }],
    });
    const id = provisionings[0]?.id as Provisioning['id'];
    const ended = workshop.ended(id);
    await workshop.until(id, isUploading);
    await host.crash();
    await host.boot();
    await workshop.call('provisionings.cancel', { id });
    expect((await ended).state).not.toBe('done');
    const valid = await host.exec(
      `ls ${host.home}/.local/share/koubou-agent/versions/*/valid.json || :`,
    );
    expect(valid.stdout).toBe('');
    await workshop.call('provisionings.retry', { id });
    expectDone(await workshop.ended(id));
  });

  test('the coordinator is killed during the upload; the next one goes on where it was', async () => {
    const host = await hostWith({ name: 'orphan' });
    const dir = path.join(scratch, 'killed');
    const args = ['--lan', '18445'];
    const first = await startProvisioningWorkshop({ hosts, dir, key, args });
    const { provisionings } = await first.call('agents.add', {
      hosts: [{ target: targetOf(host) }],
    });
    const id = provisionings[0]?.id as Provisioning['id'];
    const asked = await first.until(id, ({ question }) => question !== null);
    await first.call('provisionings.answer', { id, n: asked.question?.n ?? 1, answers: ['yes'] });
    await first.until(id, isUploading);
    first.child.kill('SIGKILL');
    const next = await startProvisioningWorkshop({ hosts, dir, key, args });
    try {
      const one = await add(host, {}, TRUSTING, next);
      expect(one.state, told(one)).toBe('done');
    } finally {
      await next.close();
    }
  });

  test('two workshops race for one host: one has it, the other is told whose it is', async () => {
    const host = await hostWith({ name: 'wanted' });
    const [a, b] = [
      await start({ args: ['--lan', '18446'] }),
      await start({ args: ['--lan', '18447'] }),
    ];
    try {
      const ends = await Promise.all([a, b].map((at) => add(host, {}, TRUSTING, at)));
      expect(ends.map(({ state }) => state).toSorted(), ends.map(told).join('\n\n')).toEqual([
        'done',
        'failed',
      ]);
      const loser = ends.find(({ state }) => state === 'failed');
      expect(['owned_by_another', 'host_busy']).toContain(loser?.error?.code);
    } finally {
      await Promise.all([a.close(), b.close()]);
    }
  });
});

const isUploading = ({ steps }: Provisioning): boolean =>
  steps.some(({ name, progress }) => name === 'upload' && (progress?.done ?? 0) > 2_000_000);
