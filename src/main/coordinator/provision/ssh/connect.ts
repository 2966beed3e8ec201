/**
 * Opens the way to a host over ssh2, hop by hop: at each one the key is verified first and only then is anything
 * secret sent. What ssh2 cannot do ends in an error with the code `needs_system_ssh` or `no_common_algorithm`.
 */
import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import type { Clock } from '../../../../shared/clock.ts';
import type { Ask, RunMemory } from './ask.ts';
import { connectionOver, type SshConnection } from './connection.ts';
import { SshError, throwIfStopped } from './errors.ts';
import { openHop, type Timeouts } from './hop.ts';
import { checkHostKey } from './host-key.ts';
import type { KnownHosts } from './known-hosts-files.ts';
import type { Hop, Route } from './route.ts';
import { openSocket } from './socket.ts';
import { tooManyTries } from './sign-in.ts';
import { transportOver } from './ssh2-transport.ts';
import { addressOf } from './target.ts';

export interface ConnectOptions {
  readonly ask: Ask;
  readonly known: KnownHosts;
  /** Of the run this belongs to. */
  readonly memory: RunMemory;
  readonly clock: Clock;
  /** For the journal of the step; never gets a secret. */
  readonly log: (line: string) => void;
  /** Stops the connecting; an open connection is ended by its `close`. */
  readonly signal: AbortSignal;
  readonly timeouts?: Partial<Timeouts>;
}

const TIMEOUTS: Timeouts = {
  connectMs: 10_000,
  handshakeMs: 15_000,
  replyMs: 30_000,
  keepaliveMs: 10_000,
};

/** A host hangs up while a person looks for a password (sshd: after two minutes); so often it is met again. */
const MOST_ROUNDS = 4;

/** @throws SshError that says which hop it is about and what to do */
export async function openSsh(route: Route, options: ConnectOptions): Promise<SshConnection> {
  const odd = route.hops.find((hop) => hop.systemOnly !== null);
  if (odd) {
    const message = `${odd.name} can be reached only through the system's ssh (${odd.systemOnly ?? ''}), and that is not possible here. Install OpenSSH, or remove the setting from your ssh config.`;
    throw new SshError({ code: 'needs_system_ssh', host: addressOf(odd), message });
  }
  for (let round = 1; ; round += 1) {
    let isAsked = false;
    const ask: Ask = async (question, signal) => {
      isAsked = true;
      return await options.ask(question, signal);
    };
    try {
      return await openOnce(route, { ...options, ask });
    } catch (error) {
      const again = isAsked && error instanceof SshError && error.code === 'lost';
      if (!again || round === MOST_ROUNDS) throw error;
      options.log('The host hung up while it waited for the answer; connecting again.');
    }
  }
}

async function openOnce(route: Route, options: ConnectOptions): Promise<SshConnection> {
  const clients: Client[] = [];
  try {
    for (const hop of route.hops) {
      throwIfStopped(options.signal, addressOf(hop));
      clients.push(await step(hop, clients.at(-1), options));
    }
  } catch (error) {
    for (const client of clients.toReversed()) client.end();
    throw error;
  }
  const last = route.hops.at(-1) ?? route.hops[0];
  const transport = transportOver(clients, addressOf(last));
  return connectionOver(transport, { route, clock: options.clock });
}

async function step(
  hop: Hop,
  before: Client | undefined,
  options: ConnectOptions,
): Promise<Client> {
  const timeouts = { ...TIMEOUTS, ...options.timeouts };
  const { ask, known, memory, signal, clock, log } = options;
  if (memory.left(hop) === 0) throw tooManyTries(hop);
  const hostKey = await checkHostKey({ hop, known, ask, memory, signal });
  const stream: Duplex =
    before === undefined
      ? await openSocket({ ...hop, timeoutMs: timeouts.connectMs, clock, signal })
      : await jump(before, hop, { ...options, timeouts });
  return await openHop({ hop, stream, hostKey, ask, memory, clock, timeouts, signal, log });
}

/** A stream to the next hop through the one before. */
function jump(
  before: Client,
  hop: Hop,
  { clock, timeouts, signal }: ConnectOptions & { readonly timeouts: Timeouts },
): Promise<Duplex> {
  const host = addressOf(hop);
  const refuse = (why: string): SshError => {
    const message = `The jump host before ${host} cannot open a connection to it: ${why}. Check the address as seen from there, and AllowTcpForwarding in its sshd_config.`;
    return new SshError({ code: 'jump_refused', host, message });
  };
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void): void => {
      stopTimer();
      before.off('close', onClose);
      signal.removeEventListener('abort', onClose);
      settle();
    };
    const onClose = (): void => finish(() => reject(refuse('the connection ended')));
    const late = `no answer within ${Math.round(timeouts.connectMs / 1000)} s`;
    const stopTimer = clock.after(timeouts.connectMs, () => finish(() => reject(refuse(late))));
    before.once('close', onClose);
    signal.addEventListener('abort', onClose, { once: true });
    before.forwardOut('127.0.0.1', 0, hop.host, hop.port, (error, channel) => {
      finish(() => (error ? reject(refuse(error.message)) : resolve(channel)));
    });
  });
}
