/** What sites agree on over a real Redis: who leads what, who is there, and what each has told. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { claimKey, KEYS, leaseKey } from '../../src/main/coordinator/queue/redis/keys.ts';
import { openRedisQueue } from '../../src/main/coordinator/queue/redis/open.ts';
import type { SharedQueue, Taken, Told } from '../../src/main/coordinator/queue/shared-port.ts';
import { systemClock } from '../../src/main/coordinator/system-clock.ts';
import { SiteId, taskIdOf } from '../../src/shared/ids.ts';
import { startRedis, type RedisServer } from '../support/redis/server.ts';
import {
  isAway,
  isConnected,
  openQueue,
  redisAddress,
  until,
} from '../support/redis/shared-queue.ts';

const TASK = taskIdOf(7);
const [TOKYO, OSAKA] = [SiteId.parse('tokyo'), SiteId.parse('osaka')];

let server: RedisServer;
let tokyo: SharedQueue;
let osaka: SharedQueue;

beforeAll(async () => {
  server = await startRedis();
  [tokyo, osaka] = [await openQueue(server.url, TOKYO), await openQueue(server.url, OSAKA)];
});
afterAll(async () => {
  await tokyo.close();
  await osaka.close();
  await server[Symbol.asyncDispose]();
});
beforeEach(async () => {
  const client = server.client();
  await client.flushall();
  client.disconnect();
});

it('one of two who claim a number at once has it, and the same task is claimed once', async () => {
  const [one, other] = await Promise.all([tokyo.claim(TASK, 'a'), osaka.claim(TASK, 'b')]);
  expect([one, other].filter((lead) => lead !== null)).toHaveLength(1);
  const first = await tokyo.claim(taskIdOf(9), 'c');
  expect(await tokyo.claim(taskIdOf(9), 'c')).toEqual(first);
  expect(await osaka.claim(taskIdOf(9), 'c')).toEqual(first);
  expect(await tokyo.join()).toMatchObject({ highest: 9 });
});

it('one of two who adopt a task leads it, the one before does not, and nobody does after its end', async () => {
  const before = await tokyo.claim(TASK, 'a');
  if (!before) throw new Error('not claimed');
  expect(await tokyo.holds(TASK, before.leadFence)).toBe(true);
  const both = await Promise.all([osaka.adopt(TASK, before), osaka.adopt(TASK, before)]);
  const [lead, ...more] = both.filter((one) => one !== null);
  if (!lead) throw new Error('not adopted');
  expect(more).toEqual([]);
  expect(lead.leadFence).toBeGreaterThan(before.leadFence);
  expect([
    await tokyo.holds(TASK, before.leadFence),
    await osaka.holds(TASK, lead.leadFence),
    await osaka.holds(TASK, before.leadFence),
  ]).toEqual([false, true, false]);
  expect(await osaka.ledBy(OSAKA)).toEqual([{ task: TASK, leadFence: lead.leadFence }]);
  await tokyo.end(TASK, before.leadFence);
  expect(await tokyo.leadOf(TASK)).toEqual(lead);
  await osaka.end(TASK, lead.leadFence);
  expect(await tokyo.leadOf(TASK)).toBeNull();
  // Its number stays its own.
  expect(await tokyo.claim(TASK, 'another')).toBeNull();
});

it('a task that is shared no more leaves nothing, and only its leader can take it out', async () => {
  const lead = await tokyo.claim(TASK, 'a');
  if (!lead) throw new Error('not claimed');
  await tokyo.tell([
    { seq: 1, text: 'x', document: { task: TASK, leadFence: lead.leadFence, text: 'y' } },
  ]);
  expect(await osaka.unclaim(TASK, lead.leadFence)).toBe(false);
  expect(await tokyo.unclaim(TASK, lead.leadFence)).toBe(true);
  expect([await tokyo.leadOf(TASK), await tokyo.documents()]).toEqual([null, []]);
  expect(await osaka.claim(TASK, 'another')).toMatchObject({ site: OSAKA });
});

it('each site keeps its number, a second one of its name is refused, and a lost one is taken over by one', async () => {
  expect([await tokyo.join(), await osaka.join(), await tokyo.join()]).toMatchObject([
    { index: 0 },
    { index: 1 },
    { index: 0 },
  ]);
  const address = redisAddress(server.url);
  const twin = await openRedisQueue({ address, site: TOKYO, instance: 'twin', clock: systemClock });
  await expect(twin.join()).rejects.toMatchObject({ trouble: 'site_taken' });
  await twin.close();
  expect(await osaka.lostSites()).toEqual([]);
  const client = server.client();
  await client.del(leaseKey(TOKYO));
  expect([await osaka.lostSites(), await tokyo.lostSites()]).toEqual([[TOKYO], []]);
  expect([
    await osaka.claimTakeOver(TOKYO),
    await osaka.claimTakeOver(TOKYO),
    await tokyo.claimTakeOver(TOKYO),
  ]).toEqual([true, true, false]);
  await client.del(claimKey(TOKYO));
  expect(await tokyo.claimTakeOver(TOKYO)).toBe(true);
  await tokyo.renewLease();
  expect(await osaka.lostSites()).toEqual([]);
  await osaka.leave();
  expect(await tokyo.sites()).toEqual([TOKYO]);
  expect(await osaka.join()).toMatchObject({ index: 1 });
});

/** Hears as a coordinator does: what it has heard stays with it. */
function listen(queue: SharedQueue, heard = new Map<SiteId, number>()) {
  const told: Told[] = [];
  let missed = 0;
  let waiting: { count: number; run: () => void } | undefined;
  const end = queue.follow({
    heard: (site) => heard.get(site) ?? 0,
    missed: () => {
      missed += 1;
      return Promise.resolve();
    },
    hear: (some) => {
      for (const one of some) heard.set(one.site, one.seq);
      told.push(...some);
      if (waiting && told.length >= waiting.count) waiting.run();
      return Promise.resolve();
    },
  });
  return {
    end,
    heard,
    missed: () => missed,
    /** The numbers, once so many have come. */
    async first(count: number): Promise<number[]> {
      if (told.length < count)
        await new Promise<void>((resolve) => {
          waiting = { count, run: resolve };
        });
      return told.map(({ seq }) => seq);
    },
  };
}

const said = (...seqs: number[]): { seq: number; text: string }[] =>
  seqs.map((seq) => ({ seq, text: `n ${seq}` }));

it('what one tells the others hear once and in order, over a Redis that is killed', async () => {
  const ear = listen(osaka);
  await tokyo.tell(said(3, 5));
  await osaka.tell(said(1));
  expect(await ear.first(2)).toEqual([3, 5]);
  const noticed = [until(tokyo, isAway), until(osaka, isAway)];
  await server.kill();
  await Promise.all(noticed);
  await expect(tokyo.tell(said(6))).rejects.toMatchObject({ trouble: 'away' });
  await server.start();
  await until(tokyo, isConnected);
  // It cannot know whether they had arrived.
  expect(await tokyo.toldUpTo()).toBe(5);
  await tokyo.tell(said(3, 5, 6, 8));
  expect(await ear.first(4)).toEqual([3, 5, 6, 8]);
  ear.end();
  await tokyo.tell(said(9, 10));
  const again = listen(osaka, ear.heard);
  expect(await again.first(2)).toEqual([9, 10]);
  expect(again.missed()).toBe(0);
  again.end();
});

it('who has missed what the stream has let go is told so, and hears the rest', async () => {
  const client = server.client();
  await tokyo.tell(said(1, 2, 3, 4));
  await client.xtrim(KEYS.stream, 'MAXLEN', 2);
  const ear = listen(osaka, new Map([[TOKYO, 1]]));
  expect(await ear.first(2)).toEqual([3, 4]);
  expect(ear.missed()).toBe(1);
  ear.end();
});

it('a document of a leader that lost the task does not hide that of the one who leads', async () => {
  const at = (
    leadFence: number,
    text: string,
  ): { task: typeof TASK; leadFence: number; text: string } => ({
    task: TASK,
    leadFence,
    text,
  });
  await osaka.tell([{ seq: 1, text: '', document: at(10, 'new\nwith two lines') }]);
  await tokyo.tell([{ seq: 1, text: '', document: at(9, 'old') }]);
  expect(await tokyo.documents()).toEqual([
    { task: TASK, leadFence: 10, seq: 1, site: OSAKA, text: 'new\nwith two lines' },
  ]);
});

it('a task that was begun comes again under a higher number only, one that only waited no more under the same', async () => {
  await tokyo.claim(TASK, 'a');
  const place = { task: TASK, queueing: 1, demandKey: 'command', level: 3, queuedAt: 1 };
  const take = async (): Promise<Taken | undefined> =>
    (await osaka.take([{ demandKey: 'command', upTo: 9 }], 9))[0];
  await tokyo.offer([{ ...place, document: '' }]);
  expect(await tokyo.withdraw(place)).toBe('withdrawn');
  await tokyo.offer([{ ...place, document: '' }]);
  const first = await take();
  if (!first) throw new Error('nothing was taken');
  await osaka.settle(first, false);
  await osaka.offer([{ ...place, document: '' }]);
  const second = await take();
  if (!second) throw new Error('it did not come again');
  await osaka.settle(second, true);
  await osaka.offer([{ ...place, document: '' }]);
  expect(await take()).toBeUndefined();
  await osaka.offer([{ ...place, queueing: 2, document: '' }]);
  expect(await take()).toMatchObject({ task: TASK, queueing: 2 });
});

it('who refuses what it was given does not lead it, and others may take it', async () => {
  const before = await tokyo.claim(TASK, 'a');
  const place = { task: TASK, queueing: 1, demandKey: 'command', level: 3, queuedAt: 1 };
  await tokyo.offer([{ ...place, document: '' }]);
  const wants = [{ demandKey: 'command', upTo: 1 }];
  const [taken] = await osaka.take(wants, 1);
  if (!taken) throw new Error('nothing was taken');
  await osaka.refuse(taken);
  expect(await tokyo.leadOf(TASK)).toEqual(before);
  expect(await tokyo.take(wants, 1)).toMatchObject([{ task: TASK, lead: before, before }]);
});

it('a task is led under a number that was reserved, unless its own number is another one’s', async () => {
  const first = await tokyo.fences(2);
  expect(await tokyo.lead(TASK, 'a', first)).toBe(true);
  const lead = { site: TOKYO, leadFence: first };
  expect(await tokyo.leadOf(TASK)).toEqual(lead);
  expect(await osaka.lead(TASK, 'b', await osaka.fences(1))).toBe(false);
  const moved = await osaka.adopt(TASK, lead);
  expect(moved?.leadFence).toBeGreaterThan(first + 1);
  // Asked again, as after a break: the one who took it over leads it on.
  expect(await tokyo.lead(TASK, 'a', first)).toBe(true);
  expect(await tokyo.leadOf(TASK)).toEqual(moved);
});

it('what ended a month ago is forgotten, but its number; a queue that nothing is in takes no room', async () => {
  const lead = await tokyo.claim(TASK, 'a');
  const place = { task: TASK, queueing: 1, demandKey: 'command', level: 3, queuedAt: 1 };
  await tokyo.offer([{ ...place, document: 'x' }]);
  const document = { task: TASK, leadFence: lead?.leadFence ?? 0, text: 'x' };
  await tokyo.tell([{ seq: 1, text: '', document }]);
  const [taken] = await tokyo.take([{ demandKey: 'command', upTo: 1 }], 1);
  await tokyo.sweep();
  if (!taken) throw new Error('nothing was taken');
  await tokyo.settle(taken, true);
  await tokyo.end(TASK, taken.lead.leadFence);
  await osaka.sweep();
  expect(await tokyo.documents()).toHaveLength(1);
  expect(await osaka.claim(TASK, 'b')).toBeNull();
  const client = server.client();
  const now = Math.floor(systemClock.now() / 1_000);
  expect(Math.abs(now - Number(await client.zscore(KEYS.ended, TASK)))).toBeLessThan(120);
  await client.zadd(KEYS.ended, now - 31 * 24 * 60 * 60, TASK);
  await osaka.sweep();
  const left = await client.keys('*');
  client.disconnect();
  const kept = [KEYS.fence, KEYS.forgotten, KEYS.highest, KEYS.stream, KEYS.toldUpTo];
  expect(left.filter((key) => key !== KEYS.run).toSorted()).toEqual(kept.toSorted());
  expect(await osaka.claim(TASK, 'b')).toBeNull();
  expect(await osaka.claim(taskIdOf(6), 'b')).toMatchObject({ site: OSAKA });
});
