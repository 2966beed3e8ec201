/** For tests of accounts: a provider on a port of its own that takes the keys it is told to, and breaks on demand. */
import { createServer } from 'node:http';
import { once } from 'node:events';

export interface TestProvider extends AsyncDisposable {
  readonly url: string;
  /** Keys that it takes. */
  readonly keys: Set<string>;
  /** Answers everything with that status instead, when there is one. */
  status: number | null;
  body: string;
  /** What it was asked, in order. */
  readonly asked: { readonly path: string; readonly key: string; readonly version: string }[];
}

export async function startProvider(...keys: string[]): Promise<TestProvider> {
  const asked: TestProvider['asked'] = [];
  const server = createServer(({ url = '', headers }, response) => {
    const bearer = headers.authorization?.replace(/^Bearer /, '');
    const key = String(headers['x-api-key'] ?? bearer ?? '');
    asked.push({ path: url, key, version: String(headers['anthropic-version'] ?? '') });
    const status = provider.status ?? (provider.keys.has(key) ? 200 : 401);
    const refusal = {
      type: 'error',
      error: { type: 'authentication_error', message: `no ${key}` },
    };
    const body = provider.body || JSON.stringify(status === 200 ? { data: [] } : refusal);
    response.writeHead(status, { 'content-type': 'application/json', location: '/elsewhere' });
    response.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it has no port');
  const provider: TestProvider = {
    url: `http://127.0.0.1:${address.port}`,
    keys: new Set(keys),
    status: null,
    body: '',
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return provider;
}
