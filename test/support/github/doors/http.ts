/** What all doors of the stand-in share: one request as it came, and how an answer goes out. */
import { createHash, randomUUID } from 'node:crypto';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { type Answer } from '../answer.ts';

export interface Incoming {
  request: IncomingMessage;
  response: ServerResponse;
  method: string;
  /** As sent, without the query. */
  path: string;
  query: URLSearchParams;
  /** Where the request was sent, without the query: for the addresses of further pages. */
  url: URL;
}

/** The body as text. */
export async function readText(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

/** JSON, or what a form holds; undefined for an empty body. */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const text = await readText(request);
  if (text === '') return undefined;
  const type = request.headers['content-type'] ?? '';
  if (type.includes('x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(text));
  try {
    return JSON.parse(text);
  } catch {
    // Nothing a description could be checked against: the judge says what is missing.
    return undefined;
  }
}

export function send(incoming: Incoming, answer: Answer): void {
  const { response } = incoming;
  const isText = typeof answer.body === 'string';
  const text =
    answer.body === undefined ? '' : isText ? String(answer.body) : JSON.stringify(answer.body);
  response.writeHead(answer.status, {
    ...(text !== '' && {
      'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8',
    }),
    'x-github-request-id': randomUUID().slice(0, 18).toUpperCase(),
    'x-github-media-type': 'github.v3; format=json',
    ...answer.headers,
  });
  response.end(text);
}

/** Cuts the page that the query asks for, with GitHub's Link header. */
export function paged(incoming: Incoming, answer: Answer): Answer {
  if (!answer.list) return answer;
  const { items, wrap } = answer.list;
  const { query, url } = incoming;
  const size = Math.min(100, Math.max(1, Number(query.get('per_page') ?? 30) || 30));
  const page = Math.max(1, Number(query.get('page') ?? 1) || 1);
  const last = Math.max(1, Math.ceil(items.length / size));
  const cut = items.slice((page - 1) * size, page * size);
  const link = (to: number, rel: string) => {
    const there = new URL(url);
    there.search = query.toString();
    there.searchParams.set('page', String(to));
    return `<${there.toString()}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [link(page - 1, 'prev')] : []),
    ...(page < last ? [link(page + 1, 'next'), link(last, 'last')] : []),
    ...(page > 1 ? [link(1, 'first')] : []),
  ];
  return {
    status: answer.status,
    body: wrap ? wrap(cut, items.length) : cut,
    headers: { ...answer.headers, ...(links.length > 0 && { link: links.join(', ') }) },
  };
}

/** The answer as it goes out to whoever may have it already: 304 when nothing is new. */
export function conditional(incoming: Incoming, answer: Answer): Answer {
  if (incoming.method !== 'GET' || answer.status !== 200) return answer;
  const hash = createHash('sha256').update(
    JSON.stringify(answer.body) + (answer.headers?.['link'] ?? ''),
  );
  const etag = `W/"${hash.digest('hex')}"`;
  const headers = {
    ...answer.headers,
    etag,
    'cache-control': 'private, max-age=60, s-maxage=60',
    vary: 'Accept, Authorization, Cookie, X-GitHub-OTP,Accept-Encoding, Accept, X-Requested-With',
  };
  const had = incoming.request.headers['if-none-match'] ?? '';
  const same = had.split(',').map((one) => one.trim().replace(/^W\//u, ''));
  if (same.includes(etag.slice(2))) return { status: 304, headers };
  return { ...answer, headers };
}
