/**
 * Whose a certificate is, and whether it counts: it is of our authority, for clients, of an agent that is enrolled and not
 * removed, and of the very key of that enrolment. That its sender holds the key, TLS has shown by then.
 */
import { createHash, type X509Certificate } from 'node:crypto';
import { AgentId } from '../../../../shared/ids.ts';
import type { DoorCode } from '../../../../shared/protocol/enrol.ts';
import { fail, ok, type Result } from '../../../../shared/result.ts';
import type { Journal } from '../../journal/port.ts';

/** For clients (extended key usage). */
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

/**
 * So long after its end a certificate may still be renewed: a PC that was off over the holidays comes back by itself. And so
 * long before its beginning: the coordinator's clock may have been set back.
 */
export const RENEWABLE_MS = 90 * 24 * 3_600_000;

export interface NoMember {
  readonly code: Extract<
    DoorCode,
    | 'certificate_missing'
    | 'certificate_expired'
    | 'certificate_refused'
    | 'not_a_member'
    | 'key_replaced'
  >;
  /** A sentence for the agent's log. */
  readonly message: string;
}

export interface MembersDeps {
  readonly journal: Pick<Journal, 'agent'>;
  /** The authority's certificate. */
  readonly authority: X509Certificate;
  readonly now: () => number;
}

/** @param renewing a certificate whose time is over is good for one thing, a new one */
export function memberOf(
  certificate: X509Certificate | undefined,
  deps: MembersDeps,
  renewing = false,
): Result<AgentId, NoMember> {
  if (!certificate) {
    return no('certificate_missing', 'come with the certificate of an agent of this workshop');
  }
  if (!isOurs(certificate, deps.authority)) {
    return no(
      'certificate_refused',
      'the certificate was not signed by the authority of this workshop: the agent belongs to another one. Add it here anew',
    );
  }
  if (!certificate.keyUsage?.includes(CLIENT_AUTH))
    return no('certificate_refused', 'the certificate is not one of an agent');
  const id = AgentId.safeParse(/^CN=(.*)$/.exec(certificate.subject)?.[1]);
  if (!id.success) return no('certificate_refused', 'the certificate names no agent');
  return enrolled(id.data, certificate, { ...deps, renewing });
}

function enrolled(
  id: AgentId,
  certificate: X509Certificate,
  { journal, now, renewing }: MembersDeps & { renewing: boolean },
): Result<AgentId, NoMember> {
  const enrolment = journal.agent(id)?.enrolment;
  if (!enrolment) {
    return no(
      'not_a_member',
      `${id} is not, or no longer, a member of this workshop. Add it anew, or remove it from its PC`,
    );
  }
  if (enrolment.keyHash !== keyHashOf(certificate)) {
    return no(
      'key_replaced',
      `${id} was enrolled anew since, with another key; this one counts no more`,
    );
  }
  const slack = renewing ? RENEWABLE_MS : 0;
  const from = Date.parse(certificate.validFrom) - slack;
  const to = Date.parse(certificate.validTo) + slack;
  if (now() >= from && now() <= to) return ok(id);
  const times = `it counts from ${iso(certificate.validFrom)} to ${iso(certificate.validTo)}, and the coordinator's clock says ${new Date(now()).toISOString()}`;
  return no(
    'certificate_expired',
    renewing
      ? `the certificate of ${id} cannot be renewed any more: ${times}. Add the agent anew`
      : `the time of the certificate of ${id} is over: ${times}`,
  );
}

/** SHA-256 of the public key (DER, SubjectPublicKeyInfo), hexadecimal digits. */
function keyHashOf({ publicKey }: X509Certificate): string {
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}

function isOurs(certificate: X509Certificate, authority: X509Certificate): boolean {
  return certificate.checkIssued(authority) && certificate.verify(authority.publicKey);
}

function iso(date: string): string {
  return new Date(date).toISOString();
}

function no(code: NoMember['code'], message: string): Result<never, NoMember> {
  return fail({ code, message });
}
