/**
 * A feed: the small document that says which version a channel has, and which files it consists of. Here it is decided
 * whether one is believed: it is signed as a whole (Ed25519, a file of its own beside it), for one channel and one platform,
 * and for a time. Pure: what was fetched comes in, and nothing of it is used before the signature was found good.
 * `scripts/package/feed.mjs` writes them. It is JSON, and so YAML too, under the names that electron-updater's feeds have.
 */
import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import * as z from 'zod/mini';
import type { UpdateChannel, UpdateProblem } from '../../../shared/update.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { VERSION } from './versions.ts';

/** A feed is some hundred bytes; a signature is 64, in base64. */
export const MOST_FEED_BYTES = 64 * 1024;

const version = z.string().check(z.regex(VERSION));
const time = z.iso.datetime();

const FeedFile = z.object({
  /** Relative to where the files of the version are. */
  url: z.string().check(z.regex(/^[A-Za-z0-9][\w.+~-]{0,199}$/)),
  /** Base64. */
  sha512: z.string().check(z.regex(/^[A-Za-z0-9+/]{86}==$/)),
  size: z.int().check(z.minimum(1)),
});
export type FeedFile = z.infer<typeof FeedFile>;

const Feed = z.object({
  version,
  channel: z.enum(['stable', 'beta']),
  platform: z.string(),
  files: z.array(FeedFile).check(z.minLength(1), z.maxLength(32)),
  releaseDate: time,
  /** From then on it is not believed any more: nobody can hold a workshop at an old version for ever. */
  expires: time,
  /** 0 to 100: which part of all installations takes it now; absent: all. */
  stagingPercentage: z.optional(z.number().check(z.minimum(0), z.maximum(100))),
});
export type Feed = z.infer<typeof Feed>;

/** What was fetched, as it came. */
export interface Fetched {
  readonly feed: Uint8Array;
  readonly signature: Uint8Array;
}

export interface Expected {
  readonly channel: UpdateChannel;
  readonly platform: string;
  /** Of this version, whatever the channel: for the way back. It may have expired. */
  readonly version?: string;
}

export interface Trouble {
  readonly problem: UpdateProblem;
  /** For a person who looks closer; not translated. */
  readonly detail: string;
}

/** @param text base64 of the key in DER (SPKI); `null` for anything else */
export function readKey(text: string): KeyObject | null {
  try {
    const key = createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ed25519' ? key : null;
  } catch {
    // No key, or one that is cut: an app without a key believes nobody.
    return null;
  }
}

/** @param now epoch ms */
export function readFeed(
  fetched: Fetched,
  key: KeyObject,
  expected: Expected,
  now: number,
): Result<Feed, Trouble> {
  const signature = Buffer.from(Buffer.from(fetched.signature).toString('latin1'), 'base64');
  if (signature.length !== 64) {
    return trouble('unsigned', 'what should be its signature is none');
  }
  if (!verify(null, fetched.feed, key, signature)) {
    return trouble('wrong_signature', 'the signature was not made for it with the key of this app');
  }
  const read = parse(fetched.feed);
  return read === null
    ? trouble('malformed', 'it is signed, but it is no feed that this version can read')
    : asExpected(read, expected, now);
}

function asExpected(feed: Feed, expected: Expected, now: number): Result<Feed, Trouble> {
  if (feed.platform !== expected.platform) {
    return trouble('other_platform', `it is for ${feed.platform}, not for ${expected.platform}`);
  }
  if (expected.version !== undefined) {
    if (feed.version === expected.version) return ok(feed);
    return trouble('other_version', `it is of ${feed.version}, not of ${expected.version}`);
  }
  if (feed.channel !== expected.channel) {
    return trouble('other_channel', `it is of ${feed.channel}, not of ${expected.channel}`);
  }
  if (Date.parse(feed.expires) <= now) return trouble('stale', `it was good until ${feed.expires}`);
  return ok(feed);
}

function parse(bytes: Uint8Array): Feed | null {
  try {
    return Feed.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    // Said by the caller, who knows where it came from.
    return null;
  }
}

function trouble(problem: UpdateProblem, detail: string): Result<never, Trouble> {
  return fail({ problem, detail });
}
