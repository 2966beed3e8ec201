/** Looks whether there is a version to take: the feed of the channel, or the one of a version that is named. */
import type { KeyObject } from 'node:crypto';
import type { Clock } from '../../../shared/clock.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { UpdateChannel } from '../../../shared/update.ts';
import type { Pinned } from './download.ts';
import { readFeed, type Feed, type Fetched, type FeedFile, type Trouble } from './feed.ts';
import { FETCH_MS, fetchFeed, type Fetch } from './fetch-feed.ts';
import type { MemoryFile } from './memory.ts';
import { channelFeed, filesOf, versionFeed, type FeedAddress } from './places.ts';
import { judge, type Judgement } from './policy.ts';

export interface FindDeps {
  /** Of this app. */
  readonly version: string;
  readonly key: KeyObject;
  /** As feeds name it. */
  readonly platform: string;
  readonly pick: (feed: Feed) => FeedFile | undefined;
  readonly source: () => { readonly channel: UpdateChannel; readonly server: string };
  readonly memory: MemoryFile;
  readonly fetch: Fetch;
  readonly clock: Clock;
}

/** A version that can be downloaded, with the proof of what it is. */
export interface Offer extends Pinned {
  readonly fetched: Fetched;
}

export type Found = Exclude<Judgement, 'take'> | Offer;

/** What the channel has. A feed that is believed is remembered: none that is older is, from then on. */
export async function findNewest(deps: FindDeps, byHand: boolean): Promise<Result<Found, Trouble>> {
  const { channel, server } = deps.source();
  const { platform, memory, version } = deps;
  const read = await readFrom(channelFeed(server, channel, platform), { channel, platform }, deps);
  if (!read.ok) return read;
  const { feed } = read.value;
  const { installation, left, seen } = memory.get();
  const standing = { version, channel, installation, left, seen: seen[channel] };
  const judged = judge(feed, standing, byHand);
  if (!judged.ok) return judged;
  memory.set({ seen: { ...seen, [channel]: feed.releaseDate } });
  return judged.value === 'take' ? offerOf(read.value, server, deps) : ok(judged.value);
}

/** The very version, for the way back to it. */
export async function findVersion(
  version: string,
  deps: FindDeps,
): Promise<Result<Offer, Trouble>> {
  const { channel, server } = deps.source();
  const { platform } = deps;
  const address = versionFeed(server, version, platform);
  const read = await readFrom(address, { channel, platform, version }, deps);
  return read.ok ? offerOf(read.value, server, deps) : read;
}

interface Read {
  readonly feed: Feed;
  readonly fetched: Fetched;
}

async function readFrom(
  address: FeedAddress,
  expected: { channel: UpdateChannel; platform: string; version?: string },
  { fetch, key, clock }: FindDeps,
): Promise<Result<Read, Trouble>> {
  const patience = new AbortController();
  const cancel = clock.after(FETCH_MS, () => patience.abort(new Error('it took too long')));
  const fetched = await fetchFeed(address, fetch, patience.signal);
  cancel();
  if (!fetched.ok) return fetched;
  const feed = readFeed(fetched.value, key, expected, clock.now());
  return feed.ok ? ok({ feed: feed.value, fetched: fetched.value }) : feed;
}

function offerOf(
  { feed, fetched }: Read,
  server: string,
  { pick }: FindDeps,
): Result<Offer, Trouble> {
  const file = pick(feed);
  if (!file) return fail({ problem: 'no_file', detail: `${feed.version} has none of this kind` });
  return ok({ feed, file, fetched, from: new URL(file.url, filesOf(server, feed.version)) });
}
