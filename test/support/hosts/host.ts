/** One test host: a disk over the common base, an address, a process tree with an sshd; it can lose network and power. */
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { until } from '../../faults/time.ts';
import { differences, type Layer } from './difference.ts';
import { furnish, HOME, makeHostKeys, readHostKeys, USER, type HostOptions } from './furnish.ts';
import { removeGroups } from './leftovers.ts';
import { execute, makeMachine, type Output } from './machine.ts';
import type { Network } from './network.ts';
import { namespacesOf, processesWith, type HostProcess } from './processes.ts';

export interface Host {
  readonly name: string;
  readonly address: string;
  readonly port: 22;
  readonly user: string;
  /** The user's home, as the host names it. */
  readonly home: string;
  /** The host's file system, as seen from here; also while it is off. */
  readonly root: string;
  /** Runs a shell command as root, or as the user with `as`. What it starts is in no service's control group. */
  exec(command: string, options?: { as?: string; input?: string }): Promise<Output>;
  /** Public host keys, `TYPE BASE64` each. */
  hostKeys(): string[];
  /** As if another PC had taken the address: resolves when sshd answers with new keys. */
  swapHostKey(): Promise<void>;
  /** Pulls the network cable. Nothing is told to anybody. */
  cut(): Promise<void>;
  heal(): Promise<void>;
  /** Power failure: everything that runs is gone at once, the disk stays. */
  crash(): Promise<void>;
  /** Resolves when sshd takes sign-ins. */
  boot(): Promise<void>;
  /** What differs from the common base, by path; without what a running system writes by itself (/run, /tmp, logs). */
  files(): Map<string, string>;
  processes(): HostProcess[];
  /** The kernel's names of its namespaces; none while it is off. */
  namespaces(): string[];
  /** Takes it away. Idempotent. */
  close(): Promise<void>;
}

export interface HostParts {
  readonly network: Network;
  /** Name of the run. */
  readonly run: string;
  /** Where its disk may be. */
  readonly dir: string;
  readonly base: string;
  /** Its number on the network, from 2 to 254. */
  readonly index: number;
}

/** New keys count within this time. */
const SWAP_MS = 20_000;

export async function makeHost(parts: HostParts, options: HostOptions): Promise<Host> {
  const { network, run, dir, base, index } = parts;
  const address = network.address.replace(/\d+$/, String(index));
  const mounted = await mountDisk(parts, options);
  const root = network.seen(mounted);
  await furnish(root, address, options);
  const cable = makeCable(network, index, address);
  const machine = makeMachine(network, {
    name: options.name,
    root: mounted,
    init: options.init,
    net: cable.namespace,
    cgroup: path.join(run, options.name),
  });
  const layers: Layer[] = [{ at: '/', base, changes: path.join(dir, 'changes'), merged: root }];
  const home = path.join(root, HOME);
  if (options.homeSizeMb !== undefined)
    layers.push({ at: HOME, base: path.join(base, HOME), changes: home, merged: home });
  let isClosed = false;
  const host: Host = {
    name: options.name,
    address,
    port: 22,
    user: USER,
    home: HOME,
    root,
    exec: (command, how) => execute(machine.first(), command, how),
    hostKeys: () => readHostKeys(root),
    swapHostKey: () => swapHostKey(host, network),
    cut: () => cable.set(false),
    heal: () => cable.set(true),
    async crash() {
      // First, so that nobody hears of connections that end.
      await cable.remove();
      await machine.stop();
    },
    async boot() {
      await cable.make();
      await machine.start();
    },
    files: () => differences(layers),
    processes: () => processesWith(machine.first()),
    namespaces: () => (machine.isOn() ? namespacesOf(machine.first()) : []),
    async close() {
      if (isClosed) return;
      isClosed = true;
      await host.crash();
      await network.run(['umount', '--recursive', mounted]);
      removeGroups(path.join(run, options.name));
      rmSync(dir, { recursive: true, force: true });
    },
  };
  await host.boot();
  // A fish makes its folders at the first sign-in: that is no change of anybody's.
  if (options.shell === '/usr/bin/fish') await host.exec(`su - ${USER} -c true`);
  return host;
}

/** @returns where it is mounted, for the hosts' side */
async function mountDisk(
  { network, dir, base }: HostParts,
  { noexecHome, homeSizeMb }: HostOptions,
): Promise<string> {
  const [changes, work, root] = ['changes', 'work', 'root'].map((name) => path.join(dir, name));
  for (const folder of [changes, work, root]) mkdirSync(folder ?? '', { recursive: true });
  const layers = `lowerdir=${base},upperdir=${changes},workdir=${work}`;
  const plain = 'redirect_dir=off,metacopy=off,index=off';
  await network.run(['mount', '-t', 'overlay', '-o', `${layers},${plain}`, 'disk', root ?? '']);
  const home = path.join(root ?? '', HOME);
  const noexec = noexecHome === true ? ',noexec' : '';
  if (homeSizeMb !== undefined) {
    const size = `size=${homeSizeMb}m,mode=755,uid=1000,gid=1000${noexec}`;
    await network.run(['mount', '-t', 'tmpfs', '-o', size, 'home', home]);
  } else if (noexecHome === true) {
    await network.run(['mount', '--bind', home, home]);
    await network.run(['mount', '-o', 'remount,bind,noexec', home]);
  }
  return root ?? '';
}

interface Cable {
  /** The host's network, made with the cable. */
  readonly namespace: string;
  make(): Promise<void>;
  remove(): Promise<void>;
  set(isPluggedIn: boolean): Promise<void>;
}

function makeCable(network: Network, index: number, address: string): Cable {
  const name = `host${index}`;
  const cable = `cable${index}`;
  // Of all that the others remember of a host, only the addresses outlive its power failure.
  const hardware = `02:4b:6f:75:00:${index.toString(16).padStart(2, '0')}`;
  let isMade = false;
  let isPluggedIn = true;
  const ip = (commands: readonly string[]): Promise<string> =>
    network.run(['ip', '-batch', '-'], `${commands.join('\n')}\n`);
  const apply = (): Promise<string> => ip([`link set ${cable} ${isPluggedIn ? 'up' : 'down'}`]);
  return {
    namespace: `/run/netns/${name}`,
    async make() {
      if (isMade) return;
      isMade = true;
      await ip([
        `netns add ${name}`,
        `link add ${cable} type veth peer name eth0 address ${hardware} netns ${name}`,
        `link set ${cable} master bridge`,
      ]);
      const inside = [`addr add ${address}/24 dev eth0`, 'link set lo up', 'link set eth0 up'];
      await network.run(['ip', '-n', name, '-batch', '-'], `${inside.join('\n')}\n`);
      await apply();
    },
    async remove() {
      if (!isMade) return;
      isMade = false;
      await ip([`link delete ${cable}`, `netns delete ${name}`]);
    },
    async set(plugged) {
      isPluggedIn = plugged;
      if (isMade) await apply();
    },
  };
}

async function swapHostKey(host: Host, network: Network): Promise<void> {
  await makeHostKeys(host.root);
  const [key = ''] = host.hostKeys();
  await host.exec('kill -HUP "$(cat /run/sshd.pid)"');
  const scan = ['ssh-keyscan', '-T', '2', '-t', 'ed25519', host.address];
  const answers = async (): Promise<boolean> => {
    try {
      return (await network.run(scan)).includes(key);
    } catch {
      return false; // It is just starting anew.
    }
  };
  if (!(await until(answers, SWAP_MS, 20)))
    throw new Error(`${host.name}: sshd does not come back with the new key`);
}
