/** What the two halves of the gateway, the relay on an agent and the proxy, both know of HTTP to models. Pure. */
import type { Provider } from './models.ts';

/** With lower-case names, as they were received. */
export type ReceivedHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** They are about one connection. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Those that go on to the next connection: all but the ones that are about this one, by custom or because it says so. */
export function headersToPass(
  headers: ReceivedHeaders,
  isKept: (name: string) => boolean,
): Record<string, string | string[]> {
  const connection = String(headers['connection'] ?? '').split(',');
  const named = new Set(connection.map((name) => name.trim().toLowerCase()));
  const out: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined && !HOP_BY_HOP.has(name) && !named.has(name) && !isKept(name))
      out[name] = value;
  }
  return out;
}

/** As Anthropic's clients show a key (`x-api-key`), or those of OpenAI (`authorization: Bearer`); `null`: not at all. */
export function shownKey(headers: ReceivedHeaders): string | null {
  const own = headers['x-api-key'];
  if (typeof own === 'string' && own !== '') return own;
  const { authorization } = headers;
  const shown = typeof authorization === 'string' ? authorization : '';
  return /^Bearer (\S+)$/i.exec(shown)?.[1] ?? null;
}

/** An error in JSON, as the provider itself would say it. @param error `code` is OpenAI's alone */
export function errorBody(
  provider: Provider,
  { type, code, message }: { type: string; code: string | null; message: string },
): string {
  return JSON.stringify(
    provider === 'anthropic'
      ? { type: 'error', error: { type, message } }
      : { error: { message, type, param: null, code } },
  );
}
