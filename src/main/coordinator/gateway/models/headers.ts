/** Which headers pass the gateway, each way. What proves who somebody is never does: the gateway puts its own in place. Pure. */
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import { headersToPass } from '../../../../shared/model-http.ts';
import type { ModelAccount } from './port.ts';

const KEPT_FROM_PROVIDER = new Set([
  'host',
  'authorization',
  'x-api-key',
  'api-key',
  'x-goog-api-key',
  'cookie',
  'origin',
  'referer',
  'forwarded',
  'via',
  'expect',
  // Set by us, of what we send.
  'content-length',
  'accept-encoding',
  // Who pays is the account's own affair.
  'openai-organization',
  'openai-project',
]);

const KEPT_FROM_ENGINE = new Set([
  'set-cookie',
  'www-authenticate',
  'alt-svc',
  'location',
  'strict-transport-security',
  // Whose account it is.
  'anthropic-organization-id',
  'openai-organization',
  'openai-project',
]);

/** What is sent to the provider, with the account's secret in the place of the attempt's key. */
export function toProvider(
  headers: IncomingHttpHeaders,
  { auth }: Pick<ModelAccount, 'auth'>,
  secret: string,
  length: number,
): OutgoingHttpHeaders {
  return {
    ...passed(headers, KEPT_FROM_PROVIDER),
    // What is metered has to be read as it passes.
    'accept-encoding': 'identity',
    ...(length > 0 && { 'content-length': length }),
    ...(auth === 'bearer' ? { authorization: `Bearer ${secret}` } : { 'x-api-key': secret }),
  };
}

export function toEngine(headers: IncomingHttpHeaders): OutgoingHttpHeaders {
  return passed(headers, KEPT_FROM_ENGINE);
}

function passed(headers: IncomingHttpHeaders, kept: ReadonlySet<string>): OutgoingHttpHeaders {
  return headersToPass(
    headers,
    (name) => kept.has(name) || name.startsWith('x-koubou-') || name.startsWith('x-forwarded-'),
  );
}

/** As parts that read single values take them. */
export function flat(headers: IncomingHttpHeaders): Record<string, string | undefined> {
  const out: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(headers))
    out[name] = Array.isArray(value) ? value.join(', ') : value;
  return out;
}
