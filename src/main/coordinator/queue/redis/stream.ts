/** What the sites tell one another, over a stream of Redis: telling it, once each, and hearing it, over every break. */
import { z } from 'zod';
import type { Clock } from '../../../../shared/clock.ts';
import { SiteId, TaskId } from '../../../../shared/ids.ts';
import type { Follower, KeptDocument, SharedQueue, Told } from '../shared-port.ts';
import type { RedisClient } from './client.ts';
import type { Connection } from './connection.ts';
import { KEYS } from './keys.ts';
import { run, script } from './script.ts';

/** The stream holds about so many tellings, of a few KB each: of the last thousand tasks. Who misses more reads the documents. */
const KEPT = 10_000;

/** So many are told in one step, and read in one. */
const AT_ONCE = 200;

/** Shorter than the time in which Redis must answer. */
const WAIT_MS = 2_000;
const PAUSE_MS = 1_000;

/** Per telling five arguments; task '' where it is about none. */
const TELL = script(`
local site, kept = ARGV[1], ARGV[2]
local last = tonumber(redis.call('HGET', KEYS[2], site) or '0')
for at = 3, #ARGV, 5 do
  local seq, text, task, fence, document = unpack(ARGV, at, at + 4)
  if tonumber(seq) > last then
    last = tonumber(seq)
    redis.call('XADD', KEYS[1], 'MAXLEN', '~', kept, '*', 'site', site, 'seq', seq, 'text', text)
    if task ~= '' then
      local known = redis.call('HGET', KEYS[3], task)
      if not known or tonumber(string.match(known, '^%d+')) <= tonumber(fence) then
        redis.call('HSET', KEYS[3], task, fence .. ' ' .. seq .. ' ' .. site .. ' ' .. document)
      end
    end
  end
end
redis.call('HSET', KEYS[2], site, last)
return last
`);

const Seq = z.coerce.number().int().min(0);
const Fields = z
  .tuple([z.literal('site'), SiteId, z.literal('seq'), Seq, z.literal('text'), z.string()])
  .transform(([, site, , seq, , text]): Told => ({ site, seq, text }));
const Entry = z.tuple([z.string(), Fields]);
const Read = z.array(z.tuple([z.string(), z.array(Entry)])).nullable();

type Stream = Pick<SharedQueue, 'tell' | 'toldUpTo' | 'follow' | 'documents'>;

export function redisStream(
  connection: Connection,
  site: SiteId,
  clock: Pick<Clock, 'after'>,
): Stream {
  const { ask } = connection;
  return {
    async tell(tellings) {
      for (let at = 0; at < tellings.length; at += AT_ONCE) {
        const args = tellings
          .slice(at, at + AT_ONCE)
          .flatMap(({ seq, text, document }) => [
            seq,
            text,
            document?.task ?? '',
            document?.leadFence ?? 0,
            document?.text ?? '',
          ]);
        const keys = [KEYS.stream, KEYS.toldUpTo, KEYS.documents];
        await ask((client) => run(client, TELL, keys, [site, KEPT, ...args]));
      }
    },
    async toldUpTo() {
      return Seq.parse((await ask((client) => client.hget(KEYS.toldUpTo, site))) ?? 0);
    },
    async documents() {
      const all = await ask((client) => client.hgetall(KEYS.documents));
      return Object.entries(all).map(([task, text]) => documentOf(task, text));
    },
    follow: (follower) => follow(connection, site, follower, clock),
  };
}

function documentOf(task: string, kept: string): KeptDocument {
  const [, leadFence, seq, site, text = ''] = /^(\d+) (\d+) (\S+) (.*)$/s.exec(kept) ?? [];
  return {
    task: TaskId.parse(task),
    leadFence: Seq.parse(leadFence),
    seq: Seq.parse(seq),
    site: SiteId.parse(site),
    text,
  };
}

/** Reads on a connection of its own: one that waits can answer nothing else. */
function follow(
  connection: Connection,
  own: SiteId,
  follower: Follower,
  clock: Pick<Clock, 'after'>,
): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  let reader: RedisClient | undefined;
  const pause = async (): Promise<void> =>
    await new Promise((resolve) => {
      const cancel = clock.after(PAUSE_MS, resolve);
      signal.addEventListener('abort', () => (cancel(), resolve()), { once: true });
    });
  const hearOn = async (client: RedisClient): Promise<void> => {
    let from = await startOf(connection, own, follower);
    while (!signal.aborted) {
      const [entries, last] = await readAfter(client, from);
      // Redis may answer one that waits after it hung up.
      if (signal.aborted) return;
      const fresh = entries.filter(({ site, seq }) => site !== own && seq > follower.heard(site));
      if (fresh.length > 0) await follower.hear(fresh);
      from = last;
    }
  };
  const goOn = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        reader = connection.another();
        // What breaks it off is thrown by what it was asked.
        reader.on('error', () => {});
        await reader.connect();
        await hearOn(reader);
      } catch {
        // Away, or whoever hears could not take it: from the same place again, a little later.
        reader?.disconnect();
        if (!signal.aborted) await pause();
      }
    }
  };
  void goOn();
  return () => {
    stop.abort();
    reader?.disconnect();
  };
}

async function readAfter(client: RedisClient, from: string): Promise<[Told[], string]> {
  const answer = Read.parse(
    await client.xread('COUNT', AT_ONCE, 'BLOCK', WAIT_MS, 'STREAMS', KEYS.stream, from),
  );
  const entries = answer?.[0]?.[1] ?? [];
  return [entries.map(([, told]) => told), entries.at(-1)?.[0] ?? from];
}

/** Where to read on: before the first telling that was not heard. Looks from the end, so it costs as much as was missed. */
async function startOf(
  { ask }: Connection,
  own: SiteId,
  { heard, missed }: Follower,
): Promise<string> {
  // First of all: what is told from now on comes behind it.
  let from = await newest(ask);
  const last = await ask((client) => client.hgetall(KEYS.toldUpTo));
  const open = new Set(
    Object.entries(last)
      .map(([id, seq]) => ({ site: SiteId.parse(id), seq: Seq.parse(seq) }))
      .filter(({ site, seq }) => site !== own && seq > heard(site))
      .map(({ site }) => site),
  );
  let end = '+';
  while (open.size > 0) {
    const before = end;
    const page = z
      .array(Entry)
      .parse(await ask((client) => client.xrevrange(KEYS.stream, before, '-', 'COUNT', AT_ONCE)));
    for (const [id, { site, seq }] of page) {
      from = id;
      if (seq <= heard(site)) open.delete(site);
      if (open.size === 0) return from;
    }
    if (page.length < AT_ONCE) break;
    end = `(${from}`;
  }
  if (open.size === 0) return from;
  // The stream begins behind what was heard, or a site has told nothing before: its first telling has the lowest number.
  await missed();
  return '0-0';
}

async function newest(ask: Connection['ask']): Promise<string> {
  const entries = z
    .array(Entry)
    .parse(await ask((client) => client.xrevrange(KEYS.stream, '+', '-', 'COUNT', 1)));
  return entries[0]?.[0] ?? '0-0';
}
