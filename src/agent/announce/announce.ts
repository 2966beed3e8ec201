/** Which agents are announced, and as what. */
import { X509Certificate } from 'node:crypto';
import { hostname } from 'node:os';
import { shortWorkshopId } from '../../shared/protocol/announce.ts';
import type { Logger } from 'pino';
import type { Clock } from '../../shared/clock.ts';
import type { AgentConfig } from '../config.ts';
import { readIdentity } from '../identity/files.ts';
import { fingerprintOf } from '../identity/find-authority.ts';
import { openAnnouncement, type Announcement } from './announcement.ts';

export interface AnnounceDeps {
  readonly config: AgentConfig;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** `null`: an agent of the coordinator's own PC, which nobody has to find. */
export function announce({ config, version, clock, log }: AnnounceDeps): Announcement | null {
  const { agentId: id, name, identity } = config;
  if (identity === null) return null;
  const agent = () => ({ id, name, version, workshop: workshopOf(identity) });
  return openAnnouncement({ agent, hostname: hostname(), clock, log });
}

/** Short id of the workshop that an identity is of; `null`: it is of none yet, or cannot be read. */
function workshopOf(identity: string): string | null {
  try {
    return shortWorkshopId(fingerprintOf(new X509Certificate(readIdentity(identity).ca)));
  } catch {
    // Whoever connects says what is wrong with it.
    return null;
  }
}
