/**
 * Tells the LAN by mDNS that there is an agent here, so that a coordinator can suggest this PC, or say whose it is. One socket
 * per address; looked after every half minute, because networks come and go, and a port that is taken may become free.
 * It is a courtesy: where it is not possible the agent works without, and says so once.
 */
import type { Logger } from 'pino';
import {
  lanAddresses,
  openMulticast,
  type MulticastDNS,
  type DnsRecord,
} from '../../native/multicast.ts';
import type { Clock } from '../../shared/clock.ts';
import type { AnnouncedAgent } from '../../shared/protocol/announce.ts';
import { messageOf } from '../failure.ts';
import { goodbyeOf, isAbout, recordsOf } from './records.ts';

const LOOK_MS = 30_000;
/** Those who ask at once get one answer; what everybody may say is not said by all in the same moment (RFC 6762, 6). */
const ANSWER_MS = 60;
/** How long a goodbye may take. */
const GOODBYE_MS = 1_000;

export interface AnnouncementDeps {
  readonly agent: () => AnnouncedAgent;
  readonly hostname: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** This PC's addresses; those of its networks when left out. */
  readonly addresses?: () => readonly string[];
  readonly port?: number;
}

export interface Announcement {
  /** Says goodbye and lets go of the sockets. */
  close(): Promise<void>;
}

export function openAnnouncement(deps: AnnouncementDeps): Announcement {
  const { clock, log, addresses = lanAddresses } = deps;
  const voices = new Map<string, Voice>();
  const told = new Set<string>();
  let cancel = (): void => {};

  function fail(address: string, error: unknown): void {
    const voice = voices.get(address);
    voices.delete(address);
    voice?.end();
    if (!told.has(address))
      log.info(
        `this agent is not announced on the LAN at ${address} (${messageOf(error)}); it works without, and this is tried again`,
      );
    told.add(address);
  }

  function look(): void {
    const now = new Set(addresses());
    for (const [address, voice] of voices) {
      if (now.has(address)) continue;
      voices.delete(address);
      voice.end();
    }
    for (const address of now) {
      if (voices.has(address)) continue;
      const onFail = (error: unknown): void => fail(address, error);
      voices.set(
        address,
        openVoice(address, deps, onFail, () => told.delete(address)),
      );
    }
    cancel = clock.after(LOOK_MS, look);
  }

  look();
  return {
    async close() {
      cancel();
      const open = [...voices.values()];
      voices.clear();
      await Promise.all(open.map((voice) => voice.goodbye()));
    },
  };
}

interface Voice {
  goodbye(): Promise<void>;
  /** Lets go, and says nothing. */
  end(): void;
}

/** One address of ours. @param onFail called once at most, and never before this returns */
function openVoice(
  address: string,
  { agent, hostname, clock, port }: AnnouncementDeps,
  onFail: (error: unknown) => void,
  onSaid: () => unknown,
): Voice {
  const about = { agent: agent(), hostname, address };
  const records = recordsOf(about);
  const socket = openMulticast(address, port);
  let isOver = false;
  let isAnswering = false;
  let cancel = (): void => {};

  function end(): void {
    if (isOver) return;
    isOver = true;
    cancel();
    socket.destroy();
  }
  function failed(error: unknown): void {
    if (!isOver) onFail(error);
  }
  function answer(): void {
    isAnswering = false;
    say(socket, records, (error) => (error ? failed(error) : onSaid()));
  }

  socket.on('ready', answer);
  socket.on('error', failed);
  // Besides what the system refuses these are packets of others that cannot be read.
  socket.on('warning', (error) => 'syscall' in error && failed(error));
  socket.on('query', ({ questions = [] }) => {
    const isOurs = questions.some(({ name, type }) => isAbout(records, name, type));
    if (!isOurs || isAnswering || isOver) return;
    isAnswering = true;
    cancel = clock.after(ANSWER_MS, answer);
  });
  return {
    end,
    async goodbye() {
      if (isOver) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const cancelWait = clock.after(GOODBYE_MS, resolve);
      // Whoever does not hear it forgets us in time.
      say(socket, goodbyeOf(about), () => resolve());
      await promise;
      cancelWait();
      end();
    },
  };
}

function say(
  socket: MulticastDNS,
  answers: readonly DnsRecord[],
  done: (error: Error | null) => void,
): void {
  socket.respond({ answers: [...answers] }, (error) => done(error ?? null));
}
