/** What makes a host's disk run: its first process and all below it, in namespaces of their own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { until } from '../../faults/time.ts';
import type { HostOptions } from './furnish.ts';
import type { Network } from './network.ts';
import { depthOf, firstProcessBelow, listens } from './processes.ts';

export interface Machine {
  isOn(): boolean;
  /** The host's first process, as seen from here. Throws while it is off. */
  first(): number;
  /** Resolves when sshd takes sign-ins. */
  start(): Promise<void>;
  /** Resolves when nothing of it runs. */
  stop(): Promise<void>;
}

export interface MachineOptions {
  readonly name: string;
  /** For the hosts' side, as the next. */
  readonly root: string;
  readonly net: string;
  readonly init: HostOptions['init'];
  readonly cgroup: string;
}

export interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A host of a PC under load may take this long to boot. */
const BOOT_MS = 60_000;

const LOOK_MS = 10;

export function makeMachine(network: Network, options: MachineOptions): Machine {
  let running: ChildProcess | null = null;
  const depth = depthOf(network.pid);
  const find = (): number | null =>
    running === null ? null : firstProcessBelow(running.pid ?? 0, depth);
  return {
    isOn: () => find() !== null,
    first() {
      const first = find();
      if (first === null) throw new Error(`${options.name} is off`);
      return first;
    },
    async start() {
      if (running !== null) throw new Error(`${options.name} is on`);
      const { child, log } = launch(network, options);
      running = child;
      const isUp = (): boolean => {
        const first = find();
        return hasEnded(child) || (first !== null && takesSignIns(first));
      };
      const isInTime = await until(isUp, BOOT_MS, LOOK_MS);
      if (isInTime && !hasEnded(child)) return;
      await this.stop();
      throw new Error(`${options.name} does not boot:\n${log()}`);
    },
    async stop() {
      const first = find();
      const child = running;
      running = null;
      if (child === null || hasEnded(child)) return;
      const ended = once(child, 'exit');
      process.kill(first ?? child.pid ?? 0, 'SIGKILL');
      await ended;
    },
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Runs a shell command on the host whose first process is `first`; without `as` as root. */
export async function execute(
  first: number,
  command: string,
  { as, input = '' }: { as?: string; input?: string } = {},
): Promise<Output> {
  const user = as === undefined ? [] : ['runuser', '-u', as, '--'];
  const home = as === undefined ? '/root' : `/home/${as}`;
  const argv = [
    ...['--target', String(first), '--all', '--root', '--wd', '--', 'env', '-i', `HOME=${home}`],
    ...['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'TERM=dumb'],
    ...[...user, 'sh', '-c', command],
  ];
  const child = spawn('nsenter', argv, { stdio: 'pipe' });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  // A command that does not read its input is no error of ours.
  child.stdin.on('error', () => undefined).end(input);
  await once(child, 'close');
  return { code: child.exitCode ?? 1, stdout, stderr };
}

function launch(
  network: Network,
  { name, root, net, init, cgroup }: MachineOptions,
): { child: ChildProcess; log(): string } {
  const script = (file: string): string => path.join(import.meta.dirname, file);
  const own = ['unshare', '--mount', '--uts', '--ipc', '--pid', '--fork', '--kill-child', '--'];
  const program =
    init === 'systemd'
      ? ['sh', script('boot-systemd.sh'), root, name, net, cgroup]
      : [`nsenter`, `--net=${net}`, ...own, 'sh', script('boot-light.sh'), root, name, init];
  const [command = '', ...args] = network.among(program);
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (log = (log + text).slice(-8_000)));
  return { child, log: () => log };
}

/** sshd listens, and a systemd no longer keeps users out. */
function takesSignIns(first: number): boolean {
  return listens(first, 22) && !existsSync(`/proc/${first}/root/run/nologin`);
}
