/** Under which addresses and names other PCs find this one. Asks the system anew each time. */
import { hostname, networkInterfaces, type NetworkInterfaceInfo } from 'node:os';

export interface OwnAddresses {
  /** Those of the LAN, the likeliest first; without loopback. */
  readonly lan: readonly string[];
  /** All, loopback too, for the certificate. */
  readonly all: readonly string[];
  readonly names: readonly string[];
}

/** Bridges and tunnels that other programs made on this PC: other PCs seldom reach them. */
const INNER = /^(docker|br-|veth|virbr|vmnet|vbox|lxc|lxd|cni|flannel|podman|zt|tun|tap|wg|utun)/i;

export function ownAddresses(
  interfaces: Readonly<Record<string, NetworkInterfaceInfo[] | undefined>> = networkInterfaces(),
  host = hostname(),
): OwnAddresses {
  const found = Object.entries(interfaces)
    .flatMap(([name, infos = []]) => infos.map((info) => ({ name, ...info })))
    // A zone (`fe80::1%eth0`) belongs to this PC only, and no certificate can name it.
    .filter(({ address }) => !address.startsWith('fe80:'));
  const outer = found
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .toSorted((a, b) => Number(INNER.test(a.name)) - Number(INNER.test(b.name)));
  const all = ['127.0.0.1', '::1', ...found.map(({ address }) => address)];
  return {
    lan: outer.map(({ address }) => address),
    all: [...new Set(all)].toSorted(),
    names: namesOf(host),
  };
}

/** As DNS may call it, and as mDNS does. What is no name for DNS goes into no certificate. */
function namesOf(host: string): string[] {
  const full = host.toLowerCase().replace(/\.$/, '');
  const short = full.split('.', 1)[0] ?? '';
  const names = ['localhost', full, short, `${short}.local`];
  const isName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,62})(\.[a-z0-9]([a-z0-9-]{0,62}))*$/;
  return [...new Set(names)].filter((name) => isName.test(name));
}
