/** What the relay itself answers when it cannot pass something on, as the provider would say it. */
import type { ServerResponse } from 'node:http';
import type { TroubleClass } from '../../shared/domain/engine-trouble.ts';
import { errorBody } from '../../shared/model-http.ts';
import type { Provider } from '../../shared/models.ts';

/** After these, the same call may go well a moment later. */
export const PASSES_SOON: ReadonlySet<TroubleClass> = new Set(['overloaded', 'network', 'crashed']);

/** @param againSeconds when the engine may ask again */
export function refuse(
  response: ServerResponse,
  provider: Provider,
  status: 401 | 503,
  message: string,
  againSeconds?: number,
): void {
  const type = status === 401 ? 'authentication_error' : 'api_error';
  const code = status === 401 ? 'invalid_api_key' : null;
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(againSeconds === undefined
      ? { 'x-should-retry': 'false' }
      : { 'retry-after': String(againSeconds) }),
  });
  response.end(errorBody(provider, { type, code, message }));
}
