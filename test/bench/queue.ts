/**
 * The queue beside others, each at the durability that its column names, in one run on one machine: putting tasks in one by one, 64 at
 * once and 1,000 in bulk; claiming and completing them with 1 to 96 workers; how long a claim takes with many waiting; and how soon a new task starts
 * then. They take turns, so that a busy disk is busy for all. A task counts when its completion is answered, which is when it is as durable as the column says.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startRedis, type RedisServer } from '../support/redis/server.ts';
import { percentile, row, type Print } from './measure.ts';
import { openBullmq } from './queue-bullmq.ts';
import { openKoubou } from './queue-koubou.ts';
import { openLiteque, openPlainjob } from './queue-peers.ts';
import { openShared } from './queue-shared.ts';
import { benchJournalShare } from './queue-share.ts';
import { benchStart } from './queue-start.ts';
import type { Rival } from './queue-rival.ts';

const TURNS = 3;
const WORKERS = [1, 8, 32, 96] as const;
const BACKLOGS = [10_000, 100_000] as const;
const CLAIMS = 200;

/** Of each rival, turn by turn: tasks per second, and processor time of each task (µs), that of its server included. */
interface Figures {
  readonly rates: number[];
  readonly costs: number[];
}

export async function benchQueue(print: Print): Promise<void> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'koubou-bench-queue-'));
  await using always = await startRedis({ settings: ['appendfsync always'] });
  await using everysec = await startRedis({ settings: ['appendfsync everysec'] });
  await using ours = await startRedis({ settings: ['appendfsync always'] });
  const rivals: Rival[] = [];
  try {
    rivals.push(
      openKoubou(path.join(scratch, 'koubou')),
      openPlainjob(path.join(scratch, 'plainjob-full.db'), 'FULL'),
      openPlainjob(path.join(scratch, 'plainjob.db'), 'NORMAL'),
      openLiteque(path.join(scratch, 'liteque-full.db'), 'FULL'),
      openLiteque(path.join(scratch, 'liteque.db'), 'NORMAL'),
      { ...(await openBullmq(always.url, 'AOF always')), server: serverOf(always) },
      { ...(await openBullmq(everysec.url, 'AOF everysec')), server: serverOf(everysec) },
      { ...(await openShared(ours.url, 'AOF always')), server: serverOf(ours) },
    );
    await compare(print, rivals);
    await benchJournalShare(print, ours.url);
    await benchStart(print);
  } finally {
    for (const rival of rivals) await rival.close();
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function compare(print: Print, rivals: readonly Rival[]): Promise<void> {
  print('Queues side by side, tasks per second (× of the best peer that is as durable)');
  print(`  ${''.padEnd(24)}${rivals.map(({ name }) => name.padStart(16)).join('')}`);
  print(`  ${''.padEnd(24)}${rivals.map((one) => one.durability.padStart(16)).join('')}`);
  await line(print, rivals, 'put in, one by one', 200, (rival, count) => rival.one(count));
  await line(print, rivals, 'put in, 64 at once', 640, async (rival, count) => {
    for (let done = 0; done < count; done += 64) await rival.together(64);
  });
  await line(print, rivals, 'put in, 1,000 in bulk', 2_000, async (rival, count) => {
    for (let done = 0; done < count; done += 1_000) await rival.bulk(1_000);
  });
  for (const workers of WORKERS) {
    const count = workers === 1 ? 200 : 1_000;
    // What they work on is put in outside of the measured time.
    for (const rival of rivals) if (rival.hands) await rival.bulk((TURNS + 1) * count);
    await line(
      print,
      rivals,
      `worked on by ${workers}`,
      count,
      ({ hands }, each) => hands?.work(each, workers) ?? null,
    );
  }
  for (const [durability, meaning] of MEANINGS) print(`  ${durability.padEnd(14)} ${meaning}`);
  await claims(print, rivals);
}

const MEANINGS = [
  ['FULL', 'on disk before it is answered'],
  ['AOF always', 'the same'],
  ['NORMAL', 'a power cut may take what was answered since the last checkpoint'],
  ['AOF everysec', 'a power cut may take the last second'],
  [
    'liteque',
    'takes tasks in only: its claim is a transaction that awaits, which this better-sqlite3 refuses',
  ],
] as const;

/** One line of the table: the median of the turns, the first of which warms up and does not count. */
async function line(
  print: Print,
  rivals: readonly Rival[],
  what: string,
  count: number,
  run: (rival: Rival, count: number) => Promise<void> | null,
): Promise<void> {
  const all = new Map(rivals.map((rival): [Rival, Figures] => [rival, { rates: [], costs: [] }]));
  for (let turn = 0; turn <= TURNS; turn++) {
    for (const [rival, { rates, costs }] of all) {
      const before = await processorMs(rival);
      const begun = performance.now();
      const running = run(rival, count);
      await running;
      const took = performance.now() - begun;
      if (turn === 0 || !running) continue;
      rates.push((count / took) * 1_000);
      costs.push((((await processorMs(rival)) - before) / count) * 1_000);
    }
  }
  const medians = (of: (one: Figures) => number[]): number[] =>
    [...all.values()].map((one) => (of(one).length > 0 ? percentile(of(one), 0.5) : 0));
  const rates = medians((one) => one.rates);
  print(`  ${what.padEnd(24)}${inColumns(rates)}  ${verdict(rivals, rates)}`);
  print(`  ${'  processor time, µs'.padEnd(24)}${inColumns(medians((one) => one.costs))}`);
}

function inColumns(figures: readonly number[]): string {
  return figures
    .map((one) => (one === 0 ? '-' : Math.round(one).toLocaleString('en')).padStart(16))
    .join('');
}

/** Of this process, and of the server that the rival asks. */
async function processorMs({ server }: Rival): Promise<number> {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000 + ((await server?.()) ?? 0);
}

/** What a Redis has used of the processors so far, in ms. */
function serverOf(redis: RedisServer): () => Promise<number> {
  const client = redis.client();
  return async () => {
    const text = await client.info('cpu');
    const seconds = [...text.matchAll(/^used_cpu_(?:user|sys):([\d.]+)/gm)].map(([, s]) =>
      Number(s),
    );
    return seconds.reduce((sum, one) => sum + one, 0) * 1_000;
  };
}

/** Ours against the best of those as durable, and against the fastest that may lose what it answered; on Redis against the bare engine. */
function verdict(rivals: readonly Rival[], medians: readonly number[]): string {
  const best = (is: (one: Rival) => boolean): number =>
    Math.max(...medians.filter((_, index) => rivals.some((one, at) => at === index && is(one))));
  const isPeer = ({ name }: Rival): boolean => !name.startsWith('Koubou');
  const isFull = ({ durability }: Rival): boolean => FULL.has(durability);
  const own = best(({ name }) => name === 'Koubou');
  const shared = best(({ name }) => name === 'Koubou, Redis');
  const bare = best(({ name, durability }) => name === 'BullMQ' && FULL.has(durability));
  const durable = own / best((one) => isPeer(one) && isFull(one));
  const other = own / best((one) => isPeer(one) && !isFull(one));
  return `${durable.toFixed(1)}× durable, ${other.toFixed(1)}× not; on Redis ${(shared / bare).toFixed(2)}×`;
}

const FULL: ReadonlySet<string> = new Set(['FULL', 'AOF always']);

async function claims(print: Print, rivals: readonly Rival[]): Promise<void> {
  for (const backlog of BACKLOGS) {
    print(`  a claim with ${backlog.toLocaleString('en')} waiting`);
    for (const rival of rivals) {
      if (!rival.hands) continue;
      for (let put = 0; put < backlog; put += 1_000) await rival.bulk(1_000);
      const times: number[] = [];
      for (let n = 0; n < CLAIMS; n++) times.push(await rival.hands.claim());
      const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)];
      const figure = `${p50.toFixed(2)} / ${p99.toFixed(2)} ms`;
      print(row(`  ${rival.name}, ${rival.durability}: p50 / p99`, figure, ''));
    }
  }
}
