/** The test hosts themselves: that they are like PCs, that each is apart, and that nothing of them stays. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { until } from '../faults/time.ts';
import type { Host } from '../support/hosts/host.ts';
import { openHosts, type Hosts } from '../support/hosts/hosts.ts';
import { runTool } from '../support/hosts/network.ts';
import { processesIn } from '../support/hosts/processes.ts';
import { NODE } from '../support/workshop.ts';

// The first run on a PC makes the hosts' file system.
const FIRST_MS = 300_000;

let scratch: string;
let key: string;
let hosts: Hosts;
let plain: Host;
let fish: Host;
let tight: Host;
let systemd: Host;

beforeAll(async () => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-hosts-test-'));
  key = path.join(scratch, 'key');
  await runTool(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', key]);
  const keys = [readFileSync(`${key}.pub`, 'utf8').trim()];
  hosts = await openHosts({ workDir: scratch });
  [plain, fish, tight, systemd] = await Promise.all([
    hosts.add({ name: 'plain', init: 'none', signIn: { keys, password: 'tea & cake' } }),
    hosts.add({
      name: 'fish',
      init: 'cron',
      shell: '/usr/bin/fish',
      sudo: 'password',
      junk: true,
      signIn: { keys, password: 'x' },
    }),
    hosts.add({ name: 'tight', init: 'none', noexecHome: true, homeSizeMb: 4, signIn: { keys } }),
    hosts.add({ name: 'systemd', init: 'systemd', sudo: 'nopasswd', signIn: { keys } }),
  ]);
}, FIRST_MS);

afterAll(async () => {
  await hosts?.close();
  rmSync(scratch, { recursive: true, force: true });
});

const SSH = ['-o', 'StrictHostKeyChecking=yes', '-o', 'ConnectTimeout=5', '-o', 'LogLevel=ERROR'];

/** Signs in as a person would, from the coordinator's PC. @returns what `command` wrote */
async function ssh(host: Host, command: string, options: string[] = []): Promise<string> {
  const known = path.join(scratch, `known_hosts_${host.name}`);
  if (!existsSync(known))
    writeFileSync(
      known,
      host
        .hostKeys()
        .map((line) => `${host.address} ${line}\n`)
        .join(''),
    );
  const files = [
    '-F',
    'none',
    '-i',
    key,
    '-o',
    `UserKnownHostsFile=${known}`,
    '-o',
    'BatchMode=yes',
  ];
  const to = [`${host.user}@${host.address}`, command];
  return await hosts.exec(['ssh', ...options, ...SSH, ...files, ...to]);
}

test('every host is a PC of its own', async () => {
  for (const host of [plain, tight, systemd]) {
    const said = await ssh(host, 'hostname; id -un; cat /proc/1/comm; touch ~/mine; ls -A ~');
    const first = host === systemd ? 'systemd' : 'tini';
    expect(said.split('\n').slice(0, 3)).toEqual([host.name, 'agent', first]);
    expect(existsSync(path.join(host.root, host.home, 'mine'))).toBe(true);
  }
  expect(existsSync(path.join(fish.root, fish.home, 'mine'))).toBe(false);
  expect(new Set([plain, fish, tight, systemd].flatMap((host) => host.hostKeys())).size).toBe(8);
  expect(plain.processes().map(({ command }) => command)).toHaveLength(2);
});

test('sign-in by password works where one is set, and only there', async () => {
  const askpass = path.join(scratch, 'askpass');
  writeFileSync(askpass, `#!/bin/sh\necho 'tea & cake'\n`, { mode: 0o755 });
  const byPassword = (host: Host): Promise<string> =>
    hosts.exec([
      ...['env', `SSH_ASKPASS=${askpass}`, 'SSH_ASKPASS_REQUIRE=force', 'ssh', '-F', 'none'],
      ...[
        '-o',
        'StrictHostKeyChecking=no',
        '-o',
        'UserKnownHostsFile=/dev/null',
        '-o',
        'LogLevel=ERROR',
      ],
      ...['-o', 'PubkeyAuthentication=no', '-o', 'NumberOfPasswordPrompts=1'],
      ...[`${host.user}@${host.address}`, 'id -un'],
    ]);
  expect(await byPassword(plain)).toBe('agent\n');
  await expect(byPassword(fish)).rejects.toThrow('Permission denied');
  await expect(byPassword(tight)).rejects.toThrow('Permission denied (publickey)');
});

test('fish is the shell there, and start-up files print', async () => {
  const said = await ssh(fish, 'echo (math 20 + 1); status fish-path');
  expect(said).toContain('21\n');
  expect(said).toContain('Welcome!');
  expect(said).toContain('/fish');
});

test('sudo asks for the password, or does not, or is not allowed', async () => {
  expect(await ssh(fish, "echo x | sudo -S -p '' id -un")).toContain('root\n');
  await expect(ssh(fish, 'sudo -n true')).rejects.toThrow('password is required');
  expect(await ssh(systemd, 'sudo -n id -un')).toBe('root\n');
  await expect(ssh(plain, 'sudo -n true')).rejects.toThrow('password is required');
});

test('a home without programs, on a small disk that gets full', async () => {
  await ssh(tight, 'cp /bin/true ~/true');
  await expect(ssh(tight, '~/true')).rejects.toThrow('Permission denied');
  await expect(ssh(tight, 'head -c 8m /dev/zero > ~/big')).rejects.toThrow('No space left');
  await ssh(tight, 'rm ~/big');
  expect(await ssh(tight, 'head -c 8m /dev/zero > /tmp/big && echo fits')).toBe('fits\n');
});

test('a cut cable loses all that is sent, and a healed one brings the rest', async () => {
  const socket = await hosts.connect(plain.address, 22);
  const [banner] = (await once(socket, 'data')) as [Buffer];
  expect(String(banner)).toMatch(/^SSH-2\.0-OpenSSH/);
  await plain.cut();
  await expect(ssh(plain, 'true', ['-o', 'ConnectTimeout=1'])).rejects.toThrow('timed out');
  socket.write('SSH-2.0-nobody\r\n');
  await plain.heal();
  const [more] = (await once(socket, 'data')) as [Buffer];
  expect(more.length).toBeGreaterThan(100);
  socket.destroy();
  expect(await ssh(plain, 'echo back')).toBe('back\n');
});

test('a door leads from this process to a host, and is shut where nothing listens', async () => {
  const port = await hosts.door(plain.address, 22);
  const scanned = await runTool(['ssh-keyscan', '-t', 'ed25519', '-p', String(port), '127.0.0.1']);
  expect(scanned).toContain(plain.hostKeys()[0]);
  const shut = await hosts.connect(plain.address, 23);
  shut.resume();
  await once(shut, 'close');
});

test.for(['plain', 'systemd'])('%s keeps its disk through a power failure', async (name) => {
  const host = name === 'plain' ? plain : systemd;
  const session = await hosts.connect(host.address, 22);
  await once(session, 'data');
  const heard = vi.fn<() => void>();
  session.on('close', heard).on('error', heard);
  await ssh(host, 'echo kept > ~/kept; nohup sleep 1000 >/dev/null 2>&1 &');
  const sleeps = (): boolean => host.processes().some(({ command }) => command === 'sleep 1000');
  expect(await until(sleeps, 20_000)).toBe(true);
  await host.crash();
  expect(() => host.processes()).toThrow('is off');
  await expect(ssh(host, 'true', ['-o', 'ConnectTimeout=1'])).rejects.toThrow('timed out');
  expect(heard).not.toHaveBeenCalled();
  await host.boot();
  expect(heard).not.toHaveBeenCalled();
  const told = once(session, 'close');
  session.write('anybody there?\r\n');
  await told;
  expect(await ssh(host, 'cat ~/kept')).toBe('kept\n');
  expect(sleeps()).toBe(false);
});

test('a swapped host key is not the known one', async () => {
  await plain.swapHostKey();
  await expect(ssh(plain, 'true')).rejects.toThrow('REMOTE HOST IDENTIFICATION HAS CHANGED');
  rmSync(path.join(scratch, 'known_hosts_plain'));
  expect(await ssh(plain, 'echo new')).toBe('new\n');
});

test('systemd is whole there, and starts services of users without a session', async () => {
  expect(await ssh(systemd, 'systemctl is-system-running --wait')).toBe('running\n');
  await ssh(systemd, 'loginctl enable-linger; mkdir -p ~/.config/systemd/user');
  await ssh(
    systemd,
    `printf '[Service]\\nExecStart=/bin/sleep 2000\\n[Install]\\nWantedBy=default.target\\n' > ~/.config/systemd/user/nap.service
     systemctl --user daemon-reload && systemctl --user enable --now nap.service`,
  );
  await systemd.crash();
  await systemd.boot();
  const naps = (): boolean =>
    systemd.processes().some(({ command, uid }) => command === '/bin/sleep 2000' && uid === 1000);
  expect(await until(naps, 20_000)).toBe(true);
});

test('what was changed on a host is told, what runs by itself is not', async () => {
  const before = fish.files();
  await fish.exec(
    'rm -r /etc/cron.daily; mkdir /etc/cron.daily; touch /etc/profile /tmp/x; date > /opt/new',
  );
  await fish.exec(
    'chmod 600 /etc/fstab; ln -s /opt/new /root/link; cat /etc/shells >> /etc/shells.new',
  );
  await ssh(fish, 'true');
  const after = fish.files();
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (file) => before.get(file) !== after.get(file),
  );
  const gone = changed.filter((file) => file.startsWith('/etc/cron.daily/'));
  expect(gone.length).toBeGreaterThan(0);
  for (const file of gone) expect(after.get(file)).toBe('removed');
  expect(changed.filter((file) => !gone.includes(file))).toEqual([
    '/etc/fstab',
    '/etc/shells.new',
    '/opt/new',
    '/root/link',
  ]);
});

test('other service managers run', async () => {
  const signIn = { keys: [] };
  const [runit, openrc] = await Promise.all([
    hosts.add({ name: 'runit', init: 'runit', signIn }),
    hosts.add({ name: 'openrc', init: 'openrc', signIn }),
  ]);
  expect(runit.processes().some(({ command }) => command.includes('runsvdir'))).toBe(true);
  expect((await openrc.exec('rc-status --runlevel')).stdout).toBe('default\n');
  expect(fish.processes().some(({ command }) => command === 'cron')).toBe(true);
  expect((await runit.exec('command -v systemctl crontab rc-service')).stdout).toBe('');
  const before = openrc.namespaces();
  await openrc.close();
  expect(processesIn(before)).toEqual([]);
});

test('nothing stays after close', async () => {
  const workDir = mkdtempSync(path.join(scratch, 'closed-'));
  const own = await openHosts({ workDir });
  await own.add({ name: 'one', init: 'systemd', signIn: { keys: [] } });
  await own.add({ name: 'two', init: 'none', signIn: { keys: [] } });
  await own.door(own.address, 1);
  const namespaces = own.namespaces();
  const [id = ''] = readdirSync(workDir);
  expect(processesIn(namespaces).length).toBeGreaterThan(5);
  expect(groups(id)).not.toEqual([]);
  await own.close();
  expect(processesIn(namespaces)).toEqual([]);
  expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(id);
  expect([...groups(id), ...readdirSync(workDir)]).toEqual([]);
});

test('nothing runs on when the test is killed, and the next run clears its disks', async () => {
  const workDir = mkdtempSync(path.join(scratch, 'killed-'));
  const module = JSON.stringify(path.resolve(import.meta.dirname, '../support/hosts/hosts.ts'));
  const program = `
    import { spawn } from 'node:child_process';
    const { openHosts } = await import(${module});
    const hosts = await openHosts({ workDir: ${JSON.stringify(workDir)} });
    await hosts.add({ name: 'one', init: 'systemd', signIn: { keys: [] } });
    const [command, ...args] = hosts.onCoordinator(['sleep', '3000']);
    spawn(command, args);
    await hosts.connect(hosts.address, 1);
    console.log(JSON.stringify(hosts.namespaces()));`;
  const child = spawn(NODE, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  const namespaces = JSON.parse(String(said)) as string[];
  const [id = ''] = readdirSync(workDir);
  expect(processesIn(namespaces).length).toBeGreaterThan(5);
  child.kill('SIGKILL');
  expect(await until(() => processesIn(namespaces).length === 0, 20_000)).toBe(true);
  await (await openHosts({ workDir: scratch })).close();
  expect([...groups(id), ...readdirSync(workDir)]).toEqual([]);
});

/** The control groups of a run. */
function groups(id: string): string[] {
  return ['', 'systemd', 'unified']
    .map((tree) => path.join('/sys/fs/cgroup', tree, id))
    .filter((folder) => existsSync(folder));
}
