/**
 * Provisioning of a **simulated** Windows host. Real are the coordinator's side, SSH and SFTP; the host's PowerShell is played by
 * hand-written answers made from Microsoft's documentation (`testing/windows-shell.ts`), and the executable is a script that
 * answers as the real one does. No real Windows is in it.
 */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AgentProfile } from '../../../../shared/domain/agent.ts';
import { NewHost, type Provisioning } from '../../../../shared/provisioning.ts';
import { ok, type Result } from '../../../../shared/result.ts';
import { openTestJournal } from '../../journal/testing.ts';
import type { Release } from '../../releases/releases.ts';
import { AGENT, clock, makeProvisioner, makeRelease } from '../testing/bench.ts';
import { filesBelow, startWindowsHost, type WindowsHost } from '../testing/windows-host.ts';
import type { WindowsShellOptions } from '../testing/windows-shell.ts';
import { createSshAccess } from '../ssh-access.ts';

const EXECUTABLE = `#!/bin/sh
# koubou agent host install|uninstall, an order at a time
while read -r order; do
  case $order in
    '') ;;
    *'"type":"install"'*) echo '{"type":"request","request":"PEM"}' ;;
    *'"type":"certificate"'*'"certificate":"SIGNED"'*) echo '{"type":"installed","build":"b1","service":"windows_task","note":"it starts when its user signs in","changed":true}' ;;
    *'"type":"uninstall"'*) echo '{"type":"uninstalled","removed":["all"],"left":{"files":[],"processes":[],"units":[]}}' ;;
    *) echo '{"type":"error","code":"bad_order","message":"what is this"}'; exit 1 ;;
  esac
done
`;

const FACTS = [
  'begin 1',
  'kernel Windows',
  'release 10.0.22631',
  'machine AMD64',
  'os windows\t10.0.22631\tMicrosoft Windows 11 Pro',
  'hostname MILL',
  'user Ada Lovelace',
  String.raw`home_dir C:\Users\Ada Lovelace`,
  'cpus 16',
  'memory_kib 33430000',
  'service windows',
  'sudo none',
  'uid 1',
];
const PASSWORD = 'tea & cake';

type TestJournal = ReturnType<typeof openTestJournal>;

let dir: string;
const opened: (() => Promise<void> | void)[] = [];
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-windows-'));
});
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
  rmSync(dir, { recursive: true, force: true });
});

interface Stage {
  readonly host: WindowsHost;
  readonly release: Release;
  readonly journal: TestJournal;
  /** Adds the host and follows that to its end. */
  add(install?: 'user' | 'system'): Promise<Provisioning>;
  /** Removes its agent and follows that to its end. */
  uninstall(): Promise<Provisioning>;
}

async function stage(
  shell: WindowsShellOptions['shell'] = 'cmd',
  facts: readonly string[] = FACTS,
): Promise<Stage> {
  const drive = path.join(dir, 'C');
  const started = await startWindowsHost({ drive, shell, facts, password: PASSWORD });
  const config = path.join(dir, 'config');
  const lines = ['IdentityAgent none', 'IdentityFile none', `UserKnownHostsFile ${dir}/known`];
  writeFileSync(config, lines.join('\n'));
  const release = makeRelease(dir, 600_000, EXECUTABLE);
  const env = { KOUBOU_SSH_CONFIG: config };
  const ssh = createSshAccess({ dataDir: dir, env, home: dir, clock });
  const journal = openTestJournal(path.join(dir, 'journal'));
  const { provisioner, told } = makeProvisioner(dir, release, ssh, journal);
  opened.push(
    () => journal.close(),
    () => started.close(),
    () => provisioner.close(),
  );
  const target = `ada@127.0.0.1:${started.port}`;
  const follow = async (begun: Result<Provisioning>): Promise<Provisioning> => {
    if (!begun.ok) throw new Error(begun.error.message);
    const { id } = begun.value;
    const answered = new Set<number>();
    return await new Promise((resolve) => {
      const take = (one: Provisioning): void => {
        if (one.id !== id) return;
        const { question, endedAt } = one;
        if (endedAt !== null) resolve(one);
        if (question === null || answered.has(question.n)) return;
        answered.add(question.n);
        provisioner.answer(id, question.n, question.kind === 'host_key' ? ['yes'] : [PASSWORD]);
      };
      provisioner.onChange(take);
      for (const one of told) take(one);
    });
  };
  return {
    ...{ host: started, release, journal },
    async add(install = 'user') {
      const begun = provisioner.add([NewHost.parse({ target, install })]);
      const [first] = begun.ok ? begun.value : [];
      if (!first) throw new Error('nothing was begun');
      return await follow(ok(first));
    },
    async uninstall() {
      const enrolment = { via: 'ssh', keyHash: '0'.repeat(64), host: target, at: 1 } as const;
      const profile = AgentProfile.parse({});
      await journal.submit(
        { type: 'agent.enrol', agentId: AGENT, name: 'Mill', profile, enrolment },
        { actor: 'test' },
      );
      return await follow(provisioner.uninstall(AGENT));
    },
  };
}

function statesOf({ steps }: Provisioning): Record<string, string> {
  return Object.fromEntries(steps.map(({ name, state }) => [name, state]));
}

function messageOf({ steps }: Provisioning, step: string): string {
  return steps.find(({ name }) => name === step)?.message ?? '';
}

describe.each(['cmd', 'powershell', 'bash'] as const)('simulated, with %s behind sshd', (shell) => {
  test('from the first look to an agent, at once again, and removed', async () => {
    const { host, release, journal, add, uninstall } = await stage(shell);
    const first = await add();
    expect(first.error).toBeNull();
    expect(statesOf(first)).toMatchObject({
      ...{ probe: 'done', upload: 'done', install: 'warned', start: 'done', self_test: 'done' },
    });
    expect(messageOf(first, 'probe')).toBe('MILL: Microsoft Windows 11 Pro on AMD64, 16 cores');
    expect(messageOf(first, 'install')).toContain('windows_task');
    const version = path.join('koubou-agent', 'versions', release.build);
    expect(filesBelow(host.local)).toEqual([
      path.join(version, 'koubou.exe'),
      path.join(version, 'valid.json'),
    ]);
    const valid = readFileSync(path.join(host.local, version, 'valid.json'), 'utf8');
    const { sha256, size, version: name, build } = release;
    expect(JSON.parse(valid)).toEqual({ sha256, size, version: name, build });
    const again = await add();
    expect(again.error).toBeNull();
    expect(messageOf(again, 'upload')).toContain('already');
    const removed = await uninstall();
    expect(removed.error).toBeNull();
    expect(messageOf(removed, 'remove')).toContain('nothing is left');
    expect(journal.agent(AGENT)).toBeUndefined();
    expect(host.commands().filter((one) => one.startsWith('powershell')).length).toBeGreaterThan(9);
    expect(JSON.stringify(host.commands())).not.toContain(PASSWORD);
  });
});

test('simulated: an upload that was cut goes on where it ended', async () => {
  const { host, release, add } = await stage();
  host.cutAfter(200_000);
  const cut = await add();
  expect(cut.state).toBe('failed');
  const partial = `koubou-agent/versions/${release.build}.partial`;
  const [file = ''] = filesBelow(path.join(host.local, partial));
  const there = statSync(path.join(host.local, partial, file)).size;
  expect(there).toBeGreaterThan(100_000);
  expect(there).toBeLessThan(release.gzip.size);
  const whole = await add();
  expect(whole.error).toBeNull();
  expect(messageOf(whole, 'upload')).toContain(`going on at ${(there / 1e6).toFixed(1)} MB`);
});

test('simulated: what arrived damaged is not used, and goes', async () => {
  const { host, release, add } = await stage();
  host.cutAfter(200_000);
  await add();
  const partial = path.join(host.local, `koubou-agent/versions/${release.build}.partial`);
  const [file = ''] = filesBelow(partial);
  writeFileSync(path.join(partial, file), Buffer.alloc(100_000));
  const wrong = await add();
  expect(wrong.error?.code).toBe('checksum_wrong');
  expect(filesBelow(host.local)).toEqual([]);
  expect((await add()).error).toBeNull();
});

test('simulated: an installation for the whole system is refused before anything is brought', async () => {
  const { host, add } = await stage('cmd', [...FACTS, 'uid 0']);
  const one = await add('system');
  expect(one.error).toMatchObject({
    code: 'host_unsuitable',
    message: expect.stringContaining('On Windows Koubou is installed for a user') as string,
  });
  expect(filesBelow(host.local)).toEqual([]);
});

test('simulated: a host that runs neither sh nor PowerShell is told about', async () => {
  const { host, add } = await stage();
  host.forgetPowerShell();
  const one = await add();
  expect(one.error?.code).toBe('no_shell');
});
