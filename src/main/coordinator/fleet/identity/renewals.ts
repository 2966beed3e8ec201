/** Answers agents that ask over their link for a new certificate; they do at half of the time of the old one. */
import type { Logger } from 'pino';
import type { FromAgent } from '../../../../shared/protocol/agent.ts';
import type { Link } from '../link.ts';
import type { Enrolments } from './enrolments.ts';

type Renew = Extract<FromAgent, { type: 'renew' }>;

export function createRenewals({
  enrolments,
  log,
}: {
  readonly enrolments: Pick<Enrolments, 'renew'>;
  readonly log: Logger;
}): (link: Link, frame: Renew) => void {
  async function renew(link: Link, { request }: Renew): Promise<void> {
    const { agentId } = link;
    const renewed = await enrolments.renew(agentId, request);
    if (!renewed.ok)
      return log.warn({ agent: agentId, why: renewed.error.message }, 'no new certificate');
    log.info({ agent: agentId }, 'an agent has a new certificate');
    if (!link.isClosed()) link.send({ type: 'certificate', ...renewed.value });
  }

  return (link, frame) => {
    renew(link, frame).catch((error: unknown) => {
      log.error({ err: error, agent: link.agentId }, 'a certificate could not be made');
    });
  };
}
