/**
 * One HTTP request to GitHub and its answer as text: a time limit, a size limit, and redirects that never take the credential
 * to another place.
 */
import type { Clock } from '../../../../../shared/clock.ts';
import { OutOfTimeError, TooLargeError } from './failures.ts';

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Where a redirect led that may be of a renamed repository (GitHub: 301 for reads, 307 for writes); else `null`. */
  readonly movedTo: string | null;
}

/** Larger answers are a mistake, or no GitHub. */
export const MOST_BYTES = 20 * 1_000 * 1_000;
const MOST_REDIRECTS = 4;
const REDIRECTS = [301, 302, 307, 308];
const READS = ['GET', 'HEAD'];

/** @throws OutOfTimeError, TooLargeError, an AbortError, or what `fetch` throws */
export async function send(request: HttpRequest, clock: Clock): Promise<HttpAnswer> {
  const time = new AbortController();
  const cancel = clock.after(request.timeoutMs, () => time.abort(new OutOfTimeError('no answer')));
  const { signal } = request;
  const both = signal ? AbortSignal.any([signal, time.signal]) : time.signal;
  try {
    return await follow(request, both);
  } catch (error) {
    if (time.signal.aborted) throw new OutOfTimeError('no answer in time', { cause: error });
    if (signal?.aborted === true) throw abortError(error);
    throw error;
  } finally {
    cancel();
  }
}

async function follow(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  const { origin } = new URL(request.url);
  let { url } = request;
  let movedTo: string | null = null;
  for (let led = 0; ; led++) {
    const headers = new Headers(request.headers);
    if (new URL(url).origin !== origin) headers.delete('authorization');
    const response = await fetch(url, {
      method: request.method,
      headers,
      redirect: 'manual',
      signal,
      ...(request.body !== undefined && { body: request.body }),
    });
    const next = led < MOST_REDIRECTS ? nextOf(response, url, origin, request.method) : null;
    if (next === null) {
      const text = await textOf(response);
      return { status: response.status, headers: response.headers, text, movedTo };
    }
    await response.body?.cancel();
    if (response.status !== 302) movedTo = next;
    url = next;
  }
}

/** A write is followed only where GitHub keeps its method (307, 308), and only to where it was sent first. */
function nextOf(response: Response, from: string, origin: string, method: string): string | null {
  const { status } = response;
  const location = response.headers.get('location');
  if (!REDIRECTS.includes(status) || location === null) return null;
  const next = URL.parse(location, from);
  if (!next) return null;
  const isRead = READS.includes(method);
  if (!isRead && (next.origin !== origin || status === 301 || status === 302)) return null;
  return next.origin === origin || next.protocol === 'https:' ? next.href : null;
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const read: { value?: unknown } = (await reader?.read()) ?? {};
    if (!(read.value instanceof Uint8Array)) break;
    size += read.value.byteLength;
    if (size > MOST_BYTES) {
      await reader?.cancel();
      throw new TooLargeError('the answer is too large');
    }
    chunks.push(read.value);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function abortError(cause: unknown): Error {
  return new DOMException('stopped', { name: 'AbortError', cause });
}
