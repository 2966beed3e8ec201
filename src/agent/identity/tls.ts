/**
 * How an agent shows who it is, and sees that it speaks to its own coordinator. Files are read anew for each connection: the
 * certificate is another one every few hours.
 */
import { COORDINATOR_NAME } from '../../shared/protocol/enrol.ts';
import { identityFiles, readIdentity } from './files.ts';

export interface ClientTls {
  readonly key?: string;
  readonly cert?: string;
  readonly ca: string;
  /** The name that the other end's certificate must have, whatever address was dialled. */
  readonly servername: string;
  readonly minVersion: 'TLSv1.3';
}

/** Options for `https.request` and `WebSocket`. @throws IdentityError */
export function clientTls(dir: string): ClientTls {
  return { ...readIdentity(dir), ...TRUST };
}

/** The same without a certificate of ours: for a PC that has none yet. @param ca PEM */
export function guestTls(ca: string): ClientTls {
  return { ca, ...TRUST };
}

/** By the name that every coordinator has, not by its address: that may change. */
const TRUST = { servername: COORDINATOR_NAME, minVersion: 'TLSv1.3' } as const;

/** What git is configured with for the same; it asks for the address in the coordinator's certificate. */
export function gitTls(coordinator: string, dir: string): Readonly<Record<string, string>> {
  const { key, certificate, authority } = identityFiles(dir);
  return {
    [`http.${coordinator}/.sslCAInfo`]: authority,
    [`http.${coordinator}/.sslCert`]: certificate,
    [`http.${coordinator}/.sslKey`]: key,
    [`http.${coordinator}/.sslVerify`]: 'true',
  };
}

const OTHER_AUTHORITY: ReadonlySet<unknown> = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_SIGNATURE_FAILURE',
]);

/** What went wrong with TLS, in a sentence; `null` when it was something else. @param now this PC's clock, epoch ms */
export function tlsTrouble(error: unknown, coordinator: string, now: number): string | null {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (OTHER_AUTHORITY.has(code)) {
    return `what answers at ${coordinator} belongs to another workshop: its certificate is not signed by the authority this agent knows. Add the agent to that workshop, or correct the address`;
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return `the certificate of the coordinator at ${coordinator} does not count at the time that this PC's clock shows, ${new Date(now).toISOString()}: set the clock of this PC`;
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `what answers at ${coordinator} is not a Koubou coordinator (its certificate has another name)`;
  if (code === 'EPROTO' || code === 'ERR_SSL_WRONG_VERSION_NUMBER')
    return `what answers at ${coordinator} does not speak TLS 1.3`;
  return null;
}
