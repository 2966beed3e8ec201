/**
 * Keeps the agent's certificate fresh. At half of its time, and at once after a long sleep, a new one is asked for over the
 * link; one whose time is over (the PC was off, the coordinator's clock was set) is renewed at the door, which lets it in for
 * nothing else. The key stays. It counts time by the machine's own clock, so that a clock set wrong asks too often at worst.
 */
import type { Logger } from 'pino';
import type { FromAgent } from '../../shared/protocol/agent.ts';
import { Signed } from '../../shared/protocol/enrol.ts';
import type { MachineClock } from '../clock.ts';
import { messageOf } from '../failure.ts';
import { askDoor } from './ask.ts';
import { certificateTimes, keepCertificate, signingRequest } from './files.ts';
import { clientTls } from './tls.ts';

export interface RenewalDeps {
  /** The identity's folder. */
  readonly dir: string;
  readonly agentId: string;
  /** `https://host:port` */
  readonly coordinator: string;
  readonly clock: Pick<MachineClock, 'now' | 'sinceBoot'>;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  readonly send: (frame: FromAgent) => boolean;
}

export interface Renewal {
  /** The coordinator was heard: asks for a new certificate when it is time. Resolves when that is sent. */
  heard(): Promise<void>;
  /** A new certificate came. Resolves when it is on disk; what was wrong is in the log. */
  take(signed: Signed): Promise<void>;
  /** The door said that the certificate's time is over. Resolves when that was put right, or could not be. */
  expired(): Promise<void>;
}

/** An answer that does not come is asked for again. */
const AGAIN_MS = 60_000;
/** The door is asked no more often. */
const DOOR_MS = 5_000;

export function createRenewal(deps: RenewalDeps): Renewal {
  const { dir, agentId, coordinator, clock, log, send } = deps;
  let dueAt = dueFrom(deps);
  let askedAt = -Infinity;
  let knockedAt = -Infinity;

  async function ask(): Promise<void> {
    const request = await signingRequest(dir, agentId);
    // Not connected any more: asked again when it is.
    if (!send({ type: 'renew', request })) askedAt = -Infinity;
  }

  async function take(signed: Signed): Promise<void> {
    try {
      await keepCertificate(dir, signed);
      dueAt = dueFrom(deps);
      log.info('this agent has a new certificate');
    } catch (error) {
      log.warn(`the new certificate cannot be used: ${messageOf(error)}`);
    }
  }

  return {
    async heard() {
      const now = clock.sinceBoot();
      if (now < dueAt || now < askedAt + AGAIN_MS) return;
      askedAt = now;
      try {
        await ask();
      } catch (error) {
        log.warn(`no certificate was asked for: ${messageOf(error)}`);
      }
    },
    take,
    async expired() {
      const now = clock.sinceBoot();
      if (now < knockedAt + DOOR_MS) return;
      knockedAt = now;
      log.info('the certificate of this agent has run out; it asks for a new one');
      try {
        const request = await signingRequest(dir, agentId);
        await take(await askDoor(`${coordinator}/renew`, { request }, Signed, clientTls(dir)));
      } catch (error) {
        log.warn(`the certificate could not be renewed: ${messageOf(error)}`);
      }
    },
  };
}

/** When half of the certificate's time is over, on the machine's clock. */
function dueFrom({ dir, clock }: RenewalDeps): number {
  const times = certificateTimes(dir);
  if (!times) return clock.sinceBoot();
  const left = (times.from + times.to) / 2 - clock.now();
  const half = (times.to - times.from) / 2;
  // More than all of it: this PC's clock is behind. Then it is asked now, and the time counted from here.
  return clock.sinceBoot() + (left > half ? 0 : left);
}
