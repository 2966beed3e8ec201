/** Fetches a feed and its signature: whole, small, and in time, or not at all. */
import { fail, ok, type Result } from '../../../shared/result.ts';
import { MOST_FEED_BYTES, type Fetched, type Trouble } from './feed.ts';
import type { FeedAddress } from './places.ts';

/** As `fetch` is: Electron's own goes through the system's proxy. */
export type Fetch = (
  url: string,
  init: { readonly signal: AbortSignal; readonly cache: 'no-store' },
) => Promise<Response>;

export const FETCH_MS = 30_000;

/** @param signal gives up */
export async function fetchFeed(
  { feed, signature }: FeedAddress,
  fetch: Fetch,
  signal: AbortSignal,
): Promise<Result<Fetched, Trouble>> {
  const content = await fetchWhole(feed, fetch, signal);
  if (!content.ok) return content;
  const signed = await fetchWhole(signature, fetch, signal);
  if (signed.ok) return ok({ feed: content.value, signature: signed.value });
  const { detail } = signed.error;
  // The feed was there a moment ago: one without its signature is nobody's.
  return fail({ problem: 'unsigned', detail });
}

async function fetchWhole(
  url: URL,
  fetch: Fetch,
  signal: AbortSignal,
): Promise<Result<Uint8Array, Trouble>> {
  try {
    const answer = await fetch(url.href, { signal, cache: 'no-store' });
    if (!answer.ok || answer.body === null) return unreachable(url, `HTTP ${answer.status}`);
    const bytes = await readAtMost(answer.body, MOST_FEED_BYTES);
    return bytes ? ok(bytes) : unreachable(url, `more than ${MOST_FEED_BYTES} bytes`);
  } catch (error) {
    // Refused, cut off, or given up.
    return unreachable(url, error instanceof Error ? error.message : String(error));
  }
}

async function readAtMost(
  body: ReadableStream<Uint8Array>,
  most: number,
): Promise<Uint8Array | null> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > most) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function unreachable(url: URL, why: string): Result<never, Trouble> {
  return fail({ problem: 'unreachable', detail: `${url.href}: ${why}` });
}
