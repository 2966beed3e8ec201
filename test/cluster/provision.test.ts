/**
 * PCs made agents over SSH with the real executable: the ways in, the shells, the service managers and the lacks that hosts have; and
 * uninstalled, after which they are as they were.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Provisioning } from '../../src/shared/provisioning.ts';
import type { Host } from '../support/hosts/host.ts';
import { runTool } from '../support/hosts/network.ts';
import {
  add,
  expectDone,
  FIRST_MS,
  openSite,
  untilConnected,
  type Site,
} from '../support/provisioning-site.ts';
import {
  targetOf,
  told,
  TRUSTING,
  type Answer,
  type ProvisioningWorkshop,
} from '../support/provisioning.ts';
import { NODE } from '../support/workshop.ts';

let site: Site;
let workshop: ProvisioningWorkshop;

beforeAll(async () => {
  site = await openSite();
  workshop = await site.start();
}, FIRST_MS);
afterAll(async () => await site?.close());
afterEach(async () => await site.closeHosts());

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
    const host = await site.host({ name: 'plain' });
    const before = traces(host);
    const first = await add(workshop, host, { name: 'Big mill' });
    expectDone(first);
    expect(first).toMatchObject({ agentId: 'big-mill', tunnel: false });
    const { agent } = await workshop.call('agents.get', { id: first.agentId as never });
    expect(agent).toMatchObject({
      ...{ name: 'Big mill', connected: true },
      enrolment: { via: 'ssh', host: `${targetOf(host)}:22` },
      profile: { wakeAddress: expect.stringMatching(/^02:/) as string },
    });
    const second = await add(workshop, host, { name: 'Big mill' });
    expectDone(second);
    expect(second.agentId).toBe('big-mill');
    expect(second.steps.find(({ name }) => name === 'upload')?.message).toContain('already');
    await uninstall(first);
    expect(traces(host)).toEqual(before);
  });

  test('with a password, wrong once; fish as the shell, start-up files that print', async () => {
    const host = await site.host({
      ...{ name: 'fish', shell: '/usr/bin/fish', junk: true },
      signIn: { keys: [], password: 'tea & cake' },
    });
    const before = traces(host);
    const asked: string[] = [];
    const one = await add(workshop, host, {}, (question) => {
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
      site.host({ name: 'gate', init: 'none' }),
      site.host({ name: 'csh', shell: '/bin/csh', junk: true }),
    ]);
    const lines = [`Host inner`, `HostName ${inner.address}`, `User ${inner.user}`];
    const config = [...lines, `ProxyJump ${targetOf(gate)}`];
    const other = await site.start({ config });
    try {
      const one = await add(other, 'inner');
      expectDone(one);
      expect(one.steps[0]?.message).toContain(`through ${gate.address}:22`);
    } finally {
      await other.close();
    }
  });

  test('a key that changed is refused, with nothing asked', async () => {
    const host = await site.host({ name: 'swapped', init: 'none' });
    const { id } = await workshop.call('hosts.check', { target: targetOf(host) });
    expectDone(await workshop.ended(id));
    await host.swapHostKey();
    const again = await add(workshop, host, {}, () => {
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
  try: c.sendall(b"HTTP/1.1 400 Bad Request\\r\\n\\r\\n"); c.recv(9999)
  except OSError: pass
  c.close()`,
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
    const host = await site.host({ name: `port-${code.replaceAll('_', '-')}`, init: 'none' });
    if (program !== 'true') {
      await host.exec('cat >/tmp/server.py', { input: program });
      await host.exec('nohup python3 /tmp/server.py >/dev/null 2>&1 &');
      await host.exec(
        'for i in $(seq 100); do python3 -c "import socket; socket.create_connection((\'127.0.0.1\', 2200))" 2>/dev/null && exit 0; sleep 0.1; done',
      );
    }
    const one = await add(workshop, `${targetOf(host)}:2200`);
    expect(one.error?.code, told(one)).toBe(code);
    expect(one.steps[0]).toMatchObject({ name: 'connect', state: 'failed' });
  });
});

describe('the command line', () => {
  test('adds a PC whose key it was told, looks at it, and removes it; each step is a line', async () => {
    const host = await site.host({ name: 'typed' });
    const file = path.join(site.scratch, 'typed.pub');
    writeFileSync(file, host.hostKeys().find((line) => line.startsWith('ssh-ed25519')) ?? '');
    const [, fingerprint = ''] = (await runTool(['ssh-keygen', '-lf', file])).split(' ');
    const koubou = (...args: string[]): Promise<string> =>
      site.hosts.exec([NODE, workshop.program, ...args, '--data', workshop.dir]);
    const at = targetOf(host);
    await expect(koubou('agents', 'add', at, '--yes-host-key', 'SHA256:other')).rejects.toThrow(
      `--yes-host-key ${fingerprint}`,
    );
    const added = await koubou('agents', 'add', `${at}:22`, '--yes-host-key', fingerprint);
    const words = added.split('\n').filter((line) => /^(done|note)  /.test(line));
    // A step that a slow machine had tried again is told again.
    expect([...new Set(words.map((line) => line.slice(6, 16).trim()))]).toEqual([
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
    const host = await site.host({ name: 'noexec', noexecHome: true });
    const before = traces(host);
    const one = await add(workshop, host);
    expectDone(one);
    expect(one.report.find(({ name }) => name === 'Folder')).toMatchObject({
      found: expect.stringMatching(/^\/var\/tmp\//) as string,
      verdict: 'bad',
    });
    await uninstall(one);
    expect(traces(host)).toEqual(before);
  });

  test('no room: it ends before anything is brought, and with room it goes on', async () => {
    const host = await site.host({ name: 'full', homeSizeMb: 64 });
    await host.exec('chmod 755 /var/tmp');
    const before = traces(host);
    const full = await add(workshop, host);
    expect(full.error?.code, told(full)).toBe('host_unsuitable');
    expect(full.error?.message).toContain('MB needed');
    expect(traces(host)).toEqual(before);
    await host.exec('chmod 1777 /var/tmp');
    expectDone(await add(workshop, host));
  });

  test('no service manager: it runs, with a warning', async () => {
    const host = await site.host({ name: 'bare', init: 'none' });
    const before = traces(host);
    const one = await add(workshop, host);
    expectDone(one);
    expect(one.report.find(({ name }) => name === 'Service')?.verdict).toBe('bad');
    expect(one.steps.find(({ name }) => name === 'install')?.state).toBe('warned');
    await uninstall(one);
    expect(traces(host)).toEqual(before);
  });

  test('the coordinator out of reach: a tunnel carries the agent, also after a restart', async () => {
    const host = await site.host({ name: 'walled' });
    const dir = path.join(site.scratch, 'walled');
    const closed = { dir, args: ['--lan', '127.0.0.1:18499'] };
    const other = await site.start(closed);
    const one = await add(other, host);
    expectDone(one);
    expect(one.tunnel).toBe(true);
    other.child.kill('SIGKILL');
    const next = await site.start(closed);
    try {
      expect(await untilConnected(next, 'walled')).toBe(true);
    } finally {
      await next.close();
    }
  });
});

const accountsOf = (host: Host): string[] =>
  readFileSync(path.join(host.root, 'etc/passwd'), 'utf8').trim().split('\n');

describe('services', () => {
  test('of the whole system under systemd, by sudo with a password that is wrong once', async () => {
    const host = await site.host({
      ...{ name: 'system', init: 'systemd', sudo: 'password' },
      signIn: { keys: [site.publicKey], password: 'open sesame' },
    });
    const before = traces(host);
    const accounts = accountsOf(host);
    let tries = 0;
    const answer: Answer = (question) => {
      if (question.kind === 'host_key') return ['yes'];
      expect(question.what).toBe('sudo_password');
      return [++tries === 1 ? 'wrong' : 'open sesame'];
    };
    const one = await add(workshop, host, { install: 'system' }, answer);
    expectDone(one);
    expect(tries).toBe(2);
    const again = await add(workshop, host, { install: 'system' }, answer);
    expectDone(again);
    expect(again.steps.find(({ name }) => name === 'upload')?.message).toContain('already');
    // An engine runs as the agent's own account, which may write there.
    await host.exec(
      'cd /opt/koubou-agent/current && cp koubou its && echo >>its && mv its koubou',
      { as: 'root' },
    );
    const mended = await add(workshop, host, { install: 'system' }, answer);
    expectDone(mended);
    expect(mended.steps.find(({ name }) => name === 'upload')?.message).toContain('MB');
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
    const host = await site.host({ name: 'lingering', init: 'systemd' });
    const one = await add(workshop, host);
    expectDone(one);
    await host.crash();
    await host.boot();
    expect(await untilConnected(workshop, 'lingering')).toBe(true);
  });
});
