/**
 * How a PC becomes an agent with a certificate, and keeps it. An enrolment is an event: who is a member stands in the journal,
 * and the certificate only says which key is meant.
 */
import type { Clock } from '../../../../shared/clock.ts';
import type { Agent, AgentProfile, Enrolment } from '../../../../shared/domain/agent.ts';
import { rejection } from '../../../../shared/errors.ts';
import { AgentId } from '../../../../shared/ids.ts';
import type { JoinAnswer, Signed } from '../../../../shared/protocol/enrol.ts';
import { fail, ok, type Result } from '../../../../shared/result.ts';
import { slugOf } from '../../../../shared/text.ts';
import type { Journal } from '../../journal/port.ts';
import type { Authority } from './authority.ts';

export interface NewEnrolment {
  /** One that exists gets another key. Left out: a new one, made from the name; or that which has this key already. */
  readonly agentId?: AgentId | undefined;
  readonly name: string;
  readonly profile: AgentProfile;
  readonly via: Enrolment['via'];
  /** Where SSH found it: `user@host:22`. */
  readonly host: string | null;
  /** Signing request, PEM. */
  readonly request: string;
}

export interface Enrolments {
  /** Makes an agent of whoever holds the key of the request. Once more with the same changes nothing but the certificate. */
  enrol(wanted: NewEnrolment): Promise<Result<JoinAnswer>>;
  /** A new certificate for the key of its enrolment, and for no other. */
  renew(agentId: AgentId, request: string): Promise<Result<Signed>>;
}

export interface EnrolmentDeps {
  readonly authority: () => Promise<Result<Authority>>;
  readonly journal: Pick<Journal, 'agent' | 'agents' | 'submit'>;
  readonly clock: Clock;
}

export function createEnrolments(deps: EnrolmentDeps): Enrolments {
  // One after another: two PCs of one name get two ids.
  let last: Promise<unknown> = Promise.resolve();
  return {
    enrol(wanted) {
      const mine = last.then(async () => await enrol(wanted, deps));
      last = mine.catch(() => {});
      return mine;
    },
    async renew(agentId, request) {
      const enrolment = deps.journal.agent(agentId)?.enrolment;
      if (!enrolment) return fail(rejection('not_found', `${agentId} is not enrolled`));
      const authority = await deps.authority();
      if (!authority.ok) return authority;
      const keyHash = await authority.value.keyHash(request);
      if (keyHash.ok && keyHash.value !== enrolment.keyHash)
        return fail(rejection('forbidden', `${agentId} asks for a certificate of another key`));
      return refusable(await authority.value.sign(request, agentId));
    },
  };
}

async function enrol(
  { agentId: wanted, name, profile, via, host, request }: NewEnrolment,
  deps: EnrolmentDeps,
): Promise<Result<JoinAnswer>> {
  const { journal, clock } = deps;
  const authority = await deps.authority();
  if (!authority.ok) return authority;
  const key = refusable(await authority.value.keyHash(request));
  if (!key.ok) return key;
  const keyHash = key.value;
  const known = journal.agents().find(({ enrolment }) => enrolment?.keyHash === keyHash);
  const agentId = wanted ?? known?.id ?? freeId(name, journal);
  const signed = refusable(await authority.value.sign(request, agentId));
  if (!signed.ok) return signed;
  const enrolment = { via, keyHash, host, at: clock.now() };
  if (!isKnown(journal.agent(agentId), { name, ...enrolment })) {
    const command = { type: 'agent.enrol', agentId, name, profile, enrolment } as const;
    const done = await journal.submit(command, { actor: 'identity' });
    if (!done.ok) return done;
  }
  return ok({ agentId, name, ...signed.value });
}

function isKnown(agent: Agent | undefined, wanted: { name: string } & Enrolment): boolean {
  const { keyHash, via, host } = agent?.enrolment ?? {};
  return (
    keyHash === wanted.keyHash &&
    via === wanted.via &&
    host === wanted.host &&
    agent?.name === wanted.name
  );
}

/** What was wrong with a request of somebody else, as a refusal. */
function refusable<T>(result: Result<T, string>): Result<T> {
  return result.ok ? result : fail(rejection('invalid_input', result.error));
}

/** `atelier`, or when that is taken `atelier-2`. The names of this PC's own agents are not given to others. */
function freeId(name: string, journal: EnrolmentDeps['journal']): AgentId {
  const slug = slugOf(name) || 'agent';
  const base = /^local-\d+$/.test(slug) ? `pc-${slug}` : slug;
  for (let n = 1; ; n++) {
    const id = AgentId.parse(n === 1 ? base : `${base}-${n}`);
    if (!journal.agent(id)) return id;
  }
}
