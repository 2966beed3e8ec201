/** The address of a provider's API as people give it: what is right about it, and what is unwise. Pure. */
import { isIP } from 'node:net';
import type { Provider } from '../../../../shared/models.ts';
import { fail, ok, type Result } from '../../../../shared/result.ts';

export const DEFAULT_BASE_URLS: Readonly<Record<Provider, string>> = {
  anthropic: 'https://api.anthropic.com',
  openai: 'https://api.openai.com',
};

/** As it is kept: without `/v1`, without a slash at the end. The error is a sentence. */
export function readBaseUrl(text: string): Result<string, string> {
  const url = URL.parse(text.trim());
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.hostname === '')
    return fail('the address must begin with https:// (or http:// in your own network)');
  if (url.username !== '' || url.password !== '')
    return fail('the address must not hold a user or password: give the key by itself');
  if (url.search !== '' || url.hash !== '')
    return fail('the address must end with its path: leave out what follows ? or #');
  const path = url.pathname.replace(/\/+$/, '').replace(/\/v1$/, '');
  return ok(`${url.origin}${path}`);
}

/** What is unwise about an address that works; `null`: nothing. @param baseUrl as it is kept */
export function warningAbout(baseUrl: string): string | null {
  const { protocol, hostname } = new URL(baseUrl);
  if (protocol === 'https:' || isNear(hostname)) return null;
  return `${baseUrl} is not encrypted: everybody on the way can read the key and all work. Use https://`;
}

/** Loopback, or an address or name that only a local network has. */
function isNear(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (isIP(host) === 4)
    return /^(127\.|10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.)/.test(host);
  if (isIP(host) === 6) return host === '::1' || /^(f[cd]|fe[89ab])/.test(host);
  return (
    host === 'localhost' ||
    !host.includes('.') ||
    /\.(localhost|local|lan|internal|home\.arpa)$/.test(host)
  );
}
