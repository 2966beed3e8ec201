/** mDNS sockets, one per address of this PC: what is sent goes out on that network, also where there is no default route. */
import { networkInterfaces } from 'node:os';
import multicastDns, { type MulticastDNS, type ResponseOutgoingPacket } from 'multicast-dns';

export type { MulticastDNS } from 'multicast-dns';
/** As it is sent. */
export type DnsRecord = ResponseOutgoingPacket['answers'][number];

/** This PC's addresses on its networks (IPv4), loopback apart. */
export function lanAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((infos = []) => infos);
  return all
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address);
}

/** Says `ready`, or `error` when it cannot listen; `warning` for all else that goes wrong. To be destroyed. */
export function openMulticast(address: string, port = 5353): MulticastDNS {
  // Bound to the address itself, Linux would not give it what is sent to the group.
  return multicastDns({ interface: address, bind: '0.0.0.0', port });
}
