/**
 * The executables that agents update themselves from, at `/executables/PLATFORM-BUILD.gz`: packed with gzip, in ranges when
 * asked, so that a download that broke goes on where it was. Whoever serves this has seen before who asks.
 */
import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { AgentId } from '../../../shared/ids.ts';
import { AGENT_HEADER } from '../../../shared/protocol/agent.ts';
import type { Platform } from '../../../shared/platform.ts';
import { isSameToken } from '../gateway/tokens.ts';
import type { Releases } from '../releases/releases.ts';

const FOLDER = '/executables/';

/** Where a build is, on the coordinator's own address. */
export function executablePath({ platform, build }: { platform: Platform; build: string }): string {
  return `${FOLDER}${platform}-${build}.gz`;
}

export interface ByToken {
  readonly releases: Pick<Releases, 'list'>;
  readonly agentToken: (id: AgentId) => string;
}

/** Answers requests on loopback: of agents that show their token, and say whose it is. */
export function serveExecutables({
  releases,
  agentToken,
}: ByToken): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const id = AgentId.safeParse(request.headers[AGENT_HEADER]);
    if (!id.success || !isSameToken(agentToken(id.data), token))
      return refuse(response, 401, 'executables are for the agents of this workshop');
    return serveExecutable(request, response, releases);
  };
}

/** Answers a request whose sender may have executables. */
export function serveExecutable(
  request: IncomingMessage,
  response: ServerResponse,
  releases: Pick<Releases, 'list'>,
): void {
  const path = (request.url ?? '').split('?', 1)[0];
  const release = releases.list().find((candidate) => executablePath(candidate) === path);
  if (!release) return refuse(response, 404, 'there is no such executable here (any more)');
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return refuse(response, 405, 'executables are read with GET');
  const { file, size } = release.gzip;
  const range = rangeOf(request, size);
  if (range === 'none') {
    response.setHeader('content-range', `bytes */${size}`);
    return refuse(response, 416, `the executable has ${size} bytes`);
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  response.writeHead(range ? 206 : 200, {
    'content-type': 'application/gzip',
    'content-length': end - start + 1,
    'accept-ranges': 'bytes',
    'cache-control': 'no-store',
    ...(range && { 'content-range': `bytes ${start}-${end}/${size}` }),
  });
  if (request.method === 'HEAD') return void response.end();
  // A reader that goes away, or a file that is replaced: the other end sees too few bytes, and asks again.
  return void pipeline(createReadStream(file, { start, end }), response, () => {});
}

interface Range {
  readonly start: number;
  /** The last byte. */
  readonly end: number;
}

/** `null`: all of it is wanted. `none`: nothing of it lies in the range. Several at once are not understood. */
function rangeOf({ headers }: IncomingMessage, size: number): Range | 'none' | null {
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? [];
  if (first === undefined) return null;
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return start > end ? 'none' : { start, end };
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${message}\n`);
}
