/** Real git over HTTP: a door to `git http-backend`, as git's own documentation builds it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse } from 'node:http';

export interface GitRequest {
  /** The folder of the bare repository. */
  dir: string;
  /** What comes after the repository's name, such as `/info/refs`. */
  rest: string;
  query: string;
  user: string;
}

/** Answers one request of a git client. `ended` runs when git is done, before the client is told so. */
export async function serveGit(
  request: IncomingMessage,
  response: ServerResponse,
  wanted: GitRequest,
  ended: () => Promise<void>,
): Promise<void> {
  const git = spawn('git', ['http-backend'], { env: gatewayEnv(request, wanted) });
  // A client that goes away in the middle takes both pipes with it; git then ends by itself.
  git.stdin.on('error', () => undefined);
  request.pipe(git.stdin);
  const head = { bytes: Buffer.alloc(0), isOut: false };
  git.stdout.on('data', (chunk: Buffer) => {
    if (head.isOut) return void response.write(chunk);
    head.bytes = Buffer.concat([head.bytes, chunk]);
    const end = head.bytes.indexOf('\r\n\r\n');
    if (end < 0) return;
    head.isOut = true;
    writeHead(response, head.bytes.subarray(0, end).toString());
    response.write(head.bytes.subarray(end + 4));
  });
  await once(git, 'close');
  await ended();
  if (!head.isOut) response.writeHead(500);
  response.end();
}

function writeHead(response: ServerResponse, head: string): void {
  const headers: Record<string, string> = {};
  let status = 200;
  for (const line of head.split('\r\n')) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === 'status') status = Number.parseInt(value, 10);
    else headers[name] = value;
  }
  response.writeHead(status, headers);
}

function gatewayEnv(request: IncomingMessage, wanted: GitRequest): Record<string, string> {
  const length = request.headers['content-length'];
  return {
    PATH: process.env['PATH'] ?? '',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_PROJECT_ROOT: wanted.dir,
    GIT_HTTP_EXPORT_ALL: '1',
    GIT_PROTOCOL: one(request.headers['git-protocol']),
    PATH_INFO: wanted.rest,
    QUERY_STRING: wanted.query,
    REQUEST_METHOD: request.method ?? 'GET',
    CONTENT_TYPE: one(request.headers['content-type']),
    ...(length !== undefined && { CONTENT_LENGTH: length }),
    HTTP_CONTENT_ENCODING: one(request.headers['content-encoding']),
    REMOTE_USER: wanted.user,
    REMOTE_ADDR: request.socket.remoteAddress ?? '',
  };
}

function one(value: string | string[] | undefined): string {
  return typeof value === 'string' ? value : (value?.[0] ?? '');
}
