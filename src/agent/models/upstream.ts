/** Connections from the relay to the coordinator: kept while they are used, with the agent's identity where it has one. */
import { Agent, request, type ClientRequest, type OutgoingHttpHeaders } from 'node:http';
import { Agent as TlsAgent, request as requestOverTls } from 'node:https';
import type { ClientTls } from '../identity/tls.ts';

export interface Upstream {
  /**
   * Its body is still to be written. `null`: the agent's identity is of no use right now.
   * @param path on the coordinator's address, with its query
   */
  ask(method: string, path: string, headers: OutgoingHttpHeaders): ClientRequest | null;
  close(): void;
}

/** A coordinator closes those that were idle for 5 s; ours must be the first, or a call meets one that closes. */
const IDLE_MS = 4_000;

export function createUpstream(coordinator: string, access: () => ClientTls | null): Upstream {
  const { protocol, hostname, port } = new URL(coordinator);
  const isTls = protocol === 'https:';
  const kept = { keepAlive: true, timeout: IDLE_MS, scheduling: 'lifo' } as const;
  const plain = new Agent(kept);
  const tls = new TlsAgent(kept);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return {
    ask(method, path, headers) {
      const to = { host, port, method, path, headers };
      if (!isTls) return request({ ...to, agent: plain });
      try {
        // Certificates are read anew: another one gets connections of its own.
        return requestOverTls({ ...to, ...access(), agent: tls });
      } catch {
        // Not there, or no certificates: the attempt outlives it, and is told as if the coordinator were away.
        return null;
      }
    },
    close() {
      plain.destroy();
      tls.destroy();
    },
  };
}
