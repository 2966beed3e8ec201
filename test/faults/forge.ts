/**
 * A forge that serves repositories over http (`git http-backend`) and fails when it is told to: before it did anything, after it
 * did everything, or by saying nothing for long.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

export type ForgeTrouble =
  /** Answers 500 and does nothing. */
  | { readonly kind: 'refuses' }
  /** Takes a push, and then cuts the connection instead of saying so. */
  | { readonly kind: 'acts_and_breaks' }
  /** Takes a push, and says nothing for so long (ms), then cuts. */
  | { readonly kind: 'acts_and_hangs'; readonly ms: number };

export interface HttpForge {
  readonly port: number;
  /** The next request that can fail in this way does. @returns false when none came in time */
  trouble(trouble: ForgeTrouble, withinMs: number): Promise<boolean>;
  /** From now on all is well. */
  heal(): void;
  close(): Promise<void>;
}

interface Waiting {
  readonly trouble: ForgeTrouble;
  readonly hit: () => void;
}

export async function openForge(root: string): Promise<HttpForge> {
  let waiting: Waiting[] = [];
  const server = createServer((request, response) => {
    const isPush = request.method === 'POST' && (request.url ?? '').endsWith('/git-receive-pack');
    const found = waiting.find(({ trouble }) => trouble.kind === 'refuses' || isPush);
    waiting = waiting.filter((one) => one !== found);
    found?.hit();
    serve(root, request, response, found?.trouble).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the forge has no port');
  return {
    port: address.port,
    async trouble(trouble, withinMs) {
      return await new Promise((resolve) => {
        const one = { trouble, hit: () => resolve(true) };
        waiting.push(one);
        setTimeout(() => {
          waiting = waiting.filter((other) => other !== one);
          resolve(false);
        }, withinMs).unref();
      });
    },
    heal() {
      waiting = [];
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function serve(
  root: string,
  request: IncomingMessage,
  response: ServerResponse,
  trouble: ForgeTrouble | undefined,
): Promise<void> {
  const body = await buffer(request);
  if (trouble?.kind === 'refuses') {
    response.writeHead(500).end('out of order\n');
    return;
  }
  const { status, headers, rest } = await runBackend(root, request, body);
  if (trouble?.kind === 'acts_and_hangs')
    await new Promise((resolve) => setTimeout(resolve, trouble.ms));
  if (trouble) {
    request.socket.resetAndDestroy();
    return;
  }
  response.writeHead(status, headers).end(rest);
}

async function runBackend(
  root: string,
  request: IncomingMessage,
  body: Buffer,
): Promise<{ status: number; headers: Record<string, string>; rest: Buffer }> {
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const env = {
    PATH: process.env['PATH'],
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: '1',
    PATH_INFO: decodeURIComponent(path),
    QUERY_STRING: query,
    REQUEST_METHOD: request.method,
    CONTENT_TYPE: request.headers['content-type'] ?? '',
    CONTENT_LENGTH: String(body.length),
    HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
    GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
    REMOTE_USER: 'laboratory',
  };
  const child = spawn('git', ['http-backend'], { env, stdio: ['pipe', 'pipe', 'ignore'] });
  // It may end before it has read everything.
  child.stdin.on('error', () => {});
  child.stdin.end(body);
  const out = await buffer(child.stdout);
  const end = out.indexOf('\r\n\r\n');
  const headers: Record<string, string> = {};
  for (const line of out.subarray(0, end).toString('latin1').split('\r\n')) {
    const [, name, value] = /^([^:]+): (.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) headers[name.toLowerCase()] = value;
  }
  const status = Number.parseInt(headers['status'] ?? '200', 10);
  delete headers['status'];
  return { status, headers, rest: out.subarray(end + 4) };
}
