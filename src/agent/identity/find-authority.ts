/**
 * How an invited PC comes to know the workshop's authority: it looks at what the other end shows, and trusts it only when its key
 * is the one that the invitation names. Nothing is said over this connection.
 */
import { createHash, X509Certificate } from 'node:crypto';
import { connect, type TLSSocket } from 'node:tls';
import { COORDINATOR_NAME } from '../../shared/protocol/enrol.ts';

/** What answers is not whom the invitation is from. */
export class StrangerError extends Error {
  override readonly name = 'StrangerError';
}

const TIMEOUT_MS = 10_000;

/** @param fingerprint SHA-256 of the authority's public key, base64url @returns its certificate, PEM @throws StrangerError, or what the connection failed with */
export async function findAuthority(origin: string, fingerprint: string): Promise<string> {
  const { hostname, port } = new URL(origin);
  const socket = connect({
    host: hostname.replaceAll(/[[\]]/g, ''),
    port: Number(port || 443),
    servername: COORDINATOR_NAME,
    minVersion: 'TLSv1.3',
    // There is nothing to judge it by yet but the fingerprint, below.
    rejectUnauthorized: false,
  });
  try {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    socket.once('secureConnect', resolve).once('error', reject);
    socket.setTimeout(TIMEOUT_MS, () => reject(new Error('it does not answer')));
    await promise;
    const found = chainOf(socket).find((certificate) => fingerprintOf(certificate) === fingerprint);
    if (found) return found.toString();
  } finally {
    // Not torn down: the other end may not have read the end of our handshake yet.
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy());
    socket
      .on('error', () => {})
      .resume()
      .end();
  }
  throw new StrangerError(
    `what answers at ${origin} is not the workshop that the invitation is from. Check the address and the token; if both are right, somebody is between`,
  );
}

function chainOf(socket: TLSSocket): X509Certificate[] {
  const chain: X509Certificate[] = [];
  let next = socket.getPeerCertificate(true);
  // The last one is its own issuer.
  while (next?.raw && chain.length < 10) {
    chain.push(new X509Certificate(next.raw));
    if (next.issuerCertificate === next) break;
    next = next.issuerCertificate;
  }
  return chain;
}

/** SHA-256 of the public key, base64url: by this a workshop is known. */
export function fingerprintOf({ publicKey }: X509Certificate): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('base64url');
}
