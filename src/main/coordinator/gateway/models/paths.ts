/** What engines may ask of a provider, and nothing else: an account can do more than an engine needs. Pure. */
import { PROVIDERS, type Provider } from '../../../../shared/models.ts';

/** `call`: a model answers, and it costs. `count`: only counted. `list`: what models there are. */
export type Purpose = 'call' | 'count' | 'list';

export interface Way {
  readonly provider: Provider;
  readonly purpose: Purpose;
  /** Below the provider's base address, with the query: `/v1/messages?beta=true`. */
  readonly rest: string;
}

/** Whose API it is meant to be, whether or not that has such a path; `null`: nobody's. */
export function providerAt(url: string): Provider | null {
  return PROVIDERS.find((provider) => url.startsWith(`/models/${provider}/`)) ?? null;
}

const MODEL = /^\/v1\/models(?:\/[A-Za-z0-9][A-Za-z0-9._:-]{0,199})?$/;

const POSTS: Readonly<Record<Provider, Readonly<Record<string, Purpose>>>> = {
  anthropic: { '/v1/messages': 'call', '/v1/messages/count_tokens': 'count' },
  openai: { '/v1/responses': 'call', '/v1/chat/completions': 'call' },
};

/**
 * Claude Code opens a connection with it before it asks anything, without a key. It is answered here, and no provider is
 * asked: there would be nothing to say of the account.
 */
export function isHello(method: string, url: string): boolean {
  return method === 'HEAD' && url === '/models/anthropic/api/hello';
}

/** `null`: it is not let through. Paths are compared as they are sent: none that is written another way is one of ours. */
export function wayOf(method: string, url: string): Way | null {
  const provider = providerAt(url);
  if (provider === null) return null;
  const rest = url.slice(`/models/${provider}`.length);
  const [path = ''] = rest.split(/[?#]/, 1);
  if (method === 'GET' && MODEL.test(path)) return { provider, purpose: 'list', rest };
  const known = POSTS[provider];
  const purpose = method === 'POST' && Object.hasOwn(known, path) ? known[path] : undefined;
  return purpose === undefined ? null : { provider, purpose, rest };
}
