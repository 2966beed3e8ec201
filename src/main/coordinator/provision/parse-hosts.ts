/** Reads lists of hosts as people write them. */
import { NewHost } from '../../../shared/provisioning.ts';
import type { OutputOf } from '../../../shared/contract.ts';

export function parseHosts(text: string): OutputOf<'hosts.parse'> {
  const lines = text.split('\n').map((line) => line.trim());
  const hosts = lines.filter((line) => line !== '').map((target) => NewHost.parse({ target }));
  return { hosts, mistakes: [] };
}
