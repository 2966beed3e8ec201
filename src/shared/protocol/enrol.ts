/**
 * How a PC gets and keeps its certificate, over the coordinator's door to the LAN (TLS 1.3):
 *
 *   POST /enrol   no certificate yet, but an invitation; answered with the first certificate
 *   POST /renew   with a certificate of ours whose time is over (the PC was off for long, or a clock was set)
 *
 * An agent that is connected renews over its link instead (`renew` and `certificate` in `agent.ts`).
 */
import { z } from 'zod';
import { OwnAgentId } from '../ids.ts';

/**
 * The name in every coordinator's certificate. An agent's link asks for it whatever address it dials, so that a coordinator
 * may move to another address; git, which cannot, asks for the address.
 */
export const COORDINATOR_NAME = 'coordinator.koubou.internal';

/** A signing request (PKCS #10, PEM). Only its public key is taken. */
const request = z.string().max(8_192);

export const JoinRequest = z.strictObject({
  /** The invitation. */
  token: z.string().max(200),
  request,
  /** What the PC calls itself; the name in the invitation counts more. */
  name: z.string().trim().min(1).max(100),
});
export type JoinRequest = z.infer<typeof JoinRequest>;

export const RenewRequest = z.strictObject({ request });
export type RenewRequest = z.infer<typeof RenewRequest>;

/** PEM both: the agent's own certificate, and the workshop's authority. */
export const Signed = z.object({
  certificate: z.string().max(16_384),
  authority: z.string().max(16_384),
});
export type Signed = z.infer<typeof Signed>;

export const JoinAnswer = Signed.extend({ agentId: OwnAgentId, name: z.string() });
export type JoinAnswer = z.infer<typeof JoinAnswer>;

/** Why the door refuses; the message beside it is a sentence for people. */
export const DOOR_CODES = [
  'certificate_missing',
  'certificate_expired',
  'certificate_refused',
  'not_a_member',
  'key_replaced',
  'invitation_refused',
  'invalid_input',
  'not_found',
  'forbidden',
  'too_many_tries',
  'not_now',
] as const;
export const DoorRefusal = z.object({
  error: z.object({ code: z.string(), message: z.string() }),
});
export type DoorCode = (typeof DOOR_CODES)[number];
