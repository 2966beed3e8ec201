/** What an agent shows its coordinator when it connects: its certificate, or, on the coordinator's own PC, its token. */
import type { AgentConfig } from '../config.ts';
import { clientTls, type ClientTls } from './tls.ts';

export type Access = ClientTls | { readonly headers: { readonly authorization: string } };

/** Options of a connection, to be asked for anew at each. @throws IdentityError when a file of the identity is not there */
export function accessOf({
  identity,
  token,
}: Pick<AgentConfig, 'identity' | 'token'>): () => Access {
  return () =>
    identity === null
      ? { headers: { authorization: `Bearer ${token ?? ''}` } }
      : clientTls(identity);
}
