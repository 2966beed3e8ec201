/**
 * What the gateway costs on the way to a model: to the first byte, for each event of a stream, and in bytes a second, beside
 * the direct way and a plain proxy (`http-proxy-3`), in turns of the same run. Each side is a process of its own.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { benchGatewayClone } from './gateway-clone.ts';
import { percentile, pssMb, row, slope, within, type Print } from './measure.ts';

const CALLS = 300;
const WARM_UP = 30;
const EVENTS = 10;
const PAUSE_MS = 2;
const STREAMS = 50;
const STREAM_BYTES = 2_000_000;
const ROUNDS = 3;
const MEMORY_ROUNDS = 20;
const START_MS = 60_000;
/** As large as a request of Claude Code. */
const BODY = JSON.stringify({
  ...{ model: 'claude-opus-5-5', max_tokens: 32_000, stream: true },
  messages: [{ role: 'user', content: 'A line of a file that was read.\n'.repeat(1_600) }],
});

interface Way {
  readonly name: string;
  readonly url: string;
  readonly key: string;
  readonly agent: Agent;
  readonly first: number[];
  readonly events: number[];
  readonly rates: number[];
}

const Memory = z.object({ heapUsed: z.number(), external: z.number() });
const Said = z.object({ url: z.string(), key: z.string().default('key') });

export async function benchGateway(print: Print): Promise<void> {
  await benchModels(print);
  print('');
  await benchGatewayClone(print);
}

async function benchModels(print: Print): Promise<void> {
  const children: ChildProcess[] = [];
  const start = async (role: string, upstream = ''): Promise<Way & { child: ChildProcess }> => {
    const child = fork(
      fileURLToPath(new URL('gateway-part.ts', import.meta.url)),
      [role, upstream],
      { execArgv: [...process.execArgv, '--expose-gc'] },
    );
    children.push(child);
    const message = await within(START_MS, `start of the ${role}`, once(child, 'message'));
    const { url, key } = Said.parse(message[0]);
    const agent = new Agent({ keepAlive: true });
    const figures = { first: [], events: [], rates: [] };
    return { name: role, url, key, agent, ...figures, child };
  };
  try {
    const direct = await start('provider');
    const ours = await start('gateway', direct.url);
    const plain = await start('proxy', direct.url);
    print(
      `Calls of models through the gateway, a request of ${Math.round(BODY.length / 1_000)} KB`,
    );
    await latencies([direct, ours, plain]);
    tellLatencies(print, direct, ours, plain);
    for (let round = 0; round < ROUNDS; round += 1)
      for (const way of [direct, ours, plain]) way.rates.push(await throughput(way));
    tellThroughput(print, direct, ours, plain);
    await memoryOver(print, ours);
    for (const { agent } of [direct, ours, plain]) agent.destroy();
  } finally {
    for (const child of children) child.disconnect();
    for (const child of children) if (child.exitCode === null) await once(child, 'exit');
  }
}

async function latencies(ways: readonly Way[]): Promise<void> {
  for (let n = 0; n < WARM_UP + CALLS; n += 1) {
    for (const way of ways) {
      const { firstMs, eventMs } = await call(way);
      if (n < WARM_UP) continue;
      way.first.push(firstMs);
      way.events.push(...eventMs);
    }
  }
}

/** One stream of a few events. `eventMs`: from when each was sent until it was here. */
async function call(way: Way): Promise<{ firstMs: number; eventMs: number[] }> {
  const begun = performance.now();
  let firstMs = 0;
  const eventMs: number[] = [];
  await ask(way, `events=${EVENTS}&pause=${PAUSE_MS}`, (bytes) => {
    const now = process.hrtime.bigint();
    if (firstMs === 0) firstMs = performance.now() - begun;
    for (const [, at = ''] of bytes.toString().matchAll(/"at":(\d+)/g))
      eventMs.push(Number(now - BigInt(at)) / 1e6);
  });
  return { firstMs, eventMs };
}

/** Megabytes a second over all streams. */
async function throughput(of: Way): Promise<number> {
  // Connections that stood idle meanwhile may be closed at the moment when they are used again.
  const agent = new Agent({ keepAlive: true });
  const way = { ...of, agent };
  let size = 0;
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: STREAMS }, async () => {
      await ask(way, `bytes=${STREAM_BYTES}`, (bytes) => {
        size += bytes.length;
      });
    }),
  );
  agent.destroy();
  if (size < STREAMS * STREAM_BYTES) throw new Error(`only ${size} bytes came`);
  return size / 1e6 / ((performance.now() - begun) / 1_000);
}

async function ask(way: Way, query: string, onBytes: (bytes: Buffer) => void): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const headers = { 'x-api-key': way.key, 'content-length': Buffer.byteLength(BODY) };
    const options = { method: 'POST', agent: way.agent, headers };
    const asked = request(`${way.url}/v1/messages?${query}`, options, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`${way.name}: ${answer.statusCode}`));
      answer.on('data', onBytes);
      answer.once('end', resolve);
      answer.once('error', reject);
    });
    asked.on('error', (error) => reject(new Error(`${way.name}: ${error.message}`)));
    asked.end(BODY);
  });
}

/** Rounds of streams, and what the gateway holds after each: of its own, and of the system. */
async function memoryOver(print: Print, ours: Way & { child: ChildProcess }): Promise<void> {
  const rounds: { kept: number; taken: number }[] = [];
  for (let round = 0; round < MEMORY_ROUNDS; round += 1) {
    await throughput(ours);
    ours.child.send('memory');
    const said = await within(START_MS, 'memory of the gateway', once(ours.child, 'message'));
    const { heapUsed, external } = Memory.parse(said[0]);
    rounds.push({ kept: (heapUsed + external) / 1e6, taken: pssMb(ours.child.pid ?? 0) });
  }
  const sent = (STREAMS * STREAM_BYTES) / 1e9;
  for (const [what, of, goal] of [
    ['kept after a collection', 'kept', 'flat'],
    ['taken from the system', 'taken', ''],
  ] as const) {
    const values = rounds.map((round) => round[of]);
    const shown = [values[0], values[values.length >> 1], values.at(-1)];
    const text = shown.map((mb) => mb?.toFixed(0)).join(' / ');
    print(
      row(`memory ${what}: first, middle and last of ${MEMORY_ROUNDS} rounds`, `${text} MB`, goal),
    );
    // What the first rounds warm up is no growth.
    const later = values.slice(values.length >> 1).map((y, n) => ({ x: n * sent, y }));
    print(row('  its slope in the later half', `${slope(later).toFixed(2)} MB per GB`, goal));
  }
}

function tellLatencies(print: Print, direct: Way, ours: Way, plain: Way): void {
  for (const [what, of] of [
    ['the first byte', 'first'],
    ['an event', 'events'],
  ] as const) {
    const shown = (way: Way): string =>
      `${percentile(way[of], 0.5).toFixed(2)} / ${percentile(way[of], 0.99).toFixed(2)} ms`;
    const added = (way: Way): string =>
      [0.5, 0.99]
        .map((share) => (percentile(way[of], share) - percentile(direct[of], share)).toFixed(2))
        .join(' / ');
    print(row(`${what}, direct, p50 / p99`, shown(direct), ''));
    print(row(`${what}, added by the gateway`, `${added(ours)} ms`, '≤ 1 / ≤ 5 ms'));
    print(row(`${what}, added by http-proxy-3`, `${added(plain)} ms`, ''));
  }
}

function tellThroughput(print: Print, direct: Way, ours: Way, plain: Way): void {
  const best = ({ rates }: Way): number => percentile(rates, 0.5);
  const shown = (way: Way): string => `${best(way).toFixed(0)} MB/s`;
  print(row(`${STREAMS} streams at once, direct`, shown(direct), ''));
  print(row('the same through http-proxy-3', shown(plain), ''));
  const share = `${shown(ours)} (${(best(ours) / best(plain)).toFixed(2)}×)`;
  print(row('the same through the gateway', share, '≥ 0.9× of http-proxy-3'));
}
