/** Why no answer came at all, from what the network stack throws. Pure. */
import { problem, type Asked, type GitHubProblem } from './problem.ts';

/** Before anything of the request was sent. */
const NAMES = /^(ENOTFOUND|EAI_|EDNS)/;
const NOT_REACHED =
  /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENETDOWN|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT)$/;
const OWN_CERTIFICATE =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?)$/;
const TLS = /^(CERT_|ERR_TLS_|ERR_SSL_|EPROTO|HOSTNAME_MISMATCH)/;

/** The body of an answer that was larger than we take. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
}

/** The time for one try is over. */
export class OutOfTimeError extends Error {
  override readonly name = 'OutOfTimeError';
}

/** @param now epoch ms */
export function problemOfError(error: unknown, asked: Asked, now: number): GitHubProblem {
  const { host, what, isWrite } = asked;
  const soon = { retryAt: now + 30_000 };
  if (error instanceof TooLargeError) {
    const text = `the answer to ${what} is larger than 20 MB, and was not read`;
    return problem('too_large', text, { mayHaveActed: isWrite });
  }
  if (error instanceof OutOfTimeError) {
    const text = `${host.name} did not answer ${what} in time. It is asked again by itself`;
    return problem('timed_out', text, { ...soon, mayHaveActed: isWrite });
  }
  if (error instanceof Error && error.name === 'AbortError')
    return problem('aborted', `${what} was stopped before ${host.name} answered`, {
      mayHaveActed: isWrite,
    });
  const code = codeOf(error);
  if (NAMES.test(code)) {
    const text = `the name ${host.name} cannot be looked up. Check the address, and the network and name servers of this PC`;
    return problem('unreachable', text, soon);
  }
  if (OWN_CERTIFICATE.test(code)) {
    const text = `the certificate of ${host.name} is signed by nobody this PC knows. Put your company's authority into a file, set NODE_EXTRA_CA_CERTS to it, and start the coordinator again (${code})`;
    return problem('tls', text);
  }
  if (TLS.test(code)) {
    const text = `no safe connection to ${host.name}: ${code}. Check the address, the clock of this PC, and any proxy between`;
    return problem('tls', text);
  }
  if (NOT_REACHED.test(code)) {
    const text = `${host.name} cannot be reached (${code}). Check the network, and that the server is up`;
    return problem('unreachable', text, soon);
  }
  const text = `the connection to ${host.name} broke during ${what} (${code || 'no reason given'})`;
  return problem('unreachable', text, { ...soon, mayHaveActed: isWrite });
}

/** The innermost code: `fetch` wraps what really happened. */
function codeOf(error: unknown): string {
  let found = '';
  for (let one: unknown = error; one instanceof Error; one = one.cause)
    if ('code' in one && typeof one.code === 'string') found = one.code;
  return found;
}
