/**
 * A network for the hosts: a bridge in the laboratory's own namespace, a namespace and a cable for each host. Nothing of it is in the
 * machine's own network, and all of it goes with the laboratory's namespace.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';

export interface Network {
  /** Where hosts find us. */
  readonly address: string;
  /** Makes a namespace, and in it the address 127.0.0.1:`port` lead to `target` on ours. */
  addHost(index: number, port: number, target: number): { name: string; plug(isIn: boolean): void };
  close(): void;
}

const US = '10.78.0.1';

export function openNetwork(): Network {
  ip('link set lo up');
  mkdirSync('/run/netns', { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', 'koubou-faults', '/run/netns']);
  ip('link add bridge type bridge');
  ip(`addr add ${US}/24 dev bridge`);
  ip('link set bridge up');
  const forwarders: ChildProcess[] = [];
  return {
    address: US,
    addHost(index, port, target) {
      const name = `host${index}`;
      const cable = `cable${index}`;
      ip(`netns add ${name}`);
      ip(`link add ${cable} type veth peer name eth0 netns ${name}`);
      ip(`link set ${cable} master bridge up`);
      ip(`-n ${name} addr add 10.78.0.${10 + index}/24 dev eth0`);
      ip(`-n ${name} link set eth0 up`);
      ip(`-n ${name} link set lo up`);
      forwarders.push(forward(name, port, target));
      return { name, plug: (isIn) => ip(`link set ${cable} ${isIn ? 'up' : 'down'}`) };
    },
    close() {
      for (const one of forwarders) one.kill('SIGKILL');
    },
  };
}

function ip(command: string): void {
  execFileSync('ip', command.split(' '));
}

/** The coordinator answers only to the name of loopback: on each host something there leads to it. */
function forward(name: string, port: number, target: number): ChildProcess {
  const script = path.join(import.meta.dirname, 'forwarder.ts');
  const inside = ['nsenter', [`--net=/run/netns/${name}`, process.execPath, script]] as const;
  const args = [...inside[1], String(port), US, String(target)];
  return spawn(inside[0], args, { stdio: ['ignore', 'ignore', 'inherit'] });
}
