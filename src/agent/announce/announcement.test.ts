/** What is told, to whom asks for it, that it is taken back, and that a network that does not allow it is said once. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openMulticast, type DnsRecord, type MulticastDNS } from '../../native/multicast.ts';
import type { Clock } from '../../shared/clock.ts';
import { AgentId } from '../../shared/ids.ts';
import {
  AGENT_SERVICE,
  readAgentTxt,
  type AnnouncedAgent,
} from '../../shared/protocol/announce.ts';
import { systemClock } from '../clock.ts';
import { openAnnouncement, type Announcement } from './announcement.ts';
import { recordsOf } from './records.ts';

const AGENT: AnnouncedAgent = {
  ...{ id: AgentId.parse('loom'), name: 'Webstuhl=1', version: '1.2.3', workshop: 'abc_DEF-1234' },
};
const HERE = '127.0.0.1';
const INSTANCE = `loom-abc_DEF-1234.${AGENT_SERVICE}`;

let port: number;
let open: Announcement[];
let listener: MulticastDNS | undefined;
let lines: string[];
beforeEach(async () => {
  [open, listener, lines] = [[], undefined, []];
  const finder = createSocket('udp4').bind(0, HERE);
  await once(finder, 'listening');
  ({ port } = finder.address());
  finder.close();
  await once(finder, 'close');
});
afterEach(async () => {
  for (const one of open) await one.close();
  listener?.destroy();
});

function announceAt(clock: Clock = systemClock): Announcement {
  const log = pino({}, { write: (line: string) => lines.push(line) });
  const where = { addresses: () => [HERE], port };
  const one = openAnnouncement({
    ...{ agent: () => AGENT, hostname: 'loom.lan', clock, log },
    ...where,
  });
  open.push(one);
  return one;
}

/** Resolves with the first answers that `match` accepts. */
async function heard(match: (answers: readonly DnsRecord[]) => boolean): Promise<DnsRecord[]> {
  const { promise, resolve } = Promise.withResolvers<DnsRecord[]>();
  listener?.on('response', ({ answers = [] }) => match(answers) && resolve(answers));
  return await promise;
}

const text = (records: readonly DnsRecord[]): unknown => {
  const found = records.find(({ type }) => type === 'TXT');
  if (found?.type !== 'TXT' || !Array.isArray(found.data)) return null;
  return readAgentTxt(found.data.map(String));
};

test('name, id, version and workshop are told, and nothing else', () => {
  const records = recordsOf({ agent: AGENT, hostname: 'loom.lan', address: '10.0.0.9' });
  expect(records.map(({ type, name }) => [type, name])).toEqual([
    ['PTR', AGENT_SERVICE],
    ['PTR', '_services._dns-sd._udp.local'],
    ['SRV', INSTANCE],
    ['TXT', INSTANCE],
    ['A', 'loom.local'],
  ]);
  expect(text(records)).toEqual(AGENT);
  const free = recordsOf({ agent: { ...AGENT, workshop: null }, hostname: '', address: HERE });
  expect(text(free)).toEqual({ ...AGENT, workshop: null });
  const long = recordsOf({
    agent: { ...AGENT, name: '窯'.repeat(100) },
    hostname: '',
    address: HERE,
  });
  expect(text(long)).toEqual({ ...AGENT, name: '窯'.repeat(66) });
});

test('who asks is answered, and hears a goodbye', async () => {
  listener = openMulticast(HERE, port);
  await once(listener, 'ready');
  const isGoodbye = (answers: readonly DnsRecord[]): boolean =>
    answers.some((one) => 'ttl' in one && one.ttl === 0);
  const first = heard((answers) => answers.some(({ name }) => name === INSTANCE));
  const announcement = announceAt();
  expect(text(await first)).toEqual(AGENT);
  const again = heard((answers) => answers.some(({ name }) => name === INSTANCE));
  listener.query([
    { name: '_ipp._tcp.local', type: 'PTR' },
    { name: '_Koubou._tcp.local', type: 'PTR' },
  ]);
  expect(await again).toContainEqual(expect.objectContaining({ type: 'A', data: HERE }));
  const goodbye = heard(isGoodbye);
  await announcement.close();
  expect((await goodbye).map(({ type }) => type)).toEqual(['PTR', 'SRV', 'TXT']);
  expect(lines).toEqual([]);
});

test('a port that is taken is said once, tried again, and used when it is free', async () => {
  const other = createSocket('udp4').bind(port, '0.0.0.0');
  await once(other, 'listening');
  const due: (() => void)[] = [];
  const told = Promise.withResolvers<void>();
  const tries = Promise.withResolvers<void>();
  const clock: Clock = {
    ...systemClock,
    after(ms, run) {
      if (ms < 30_000) return systemClock.after(ms, run);
      due.push(run);
      if (due.length === 3) tries.resolve();
      return () => {};
    },
  };
  lines = new Proxy(lines, {
    set: (target, key, value) => {
      if (key === '0') told.resolve();
      return Reflect.set(target, key, value);
    },
  });
  announceAt(clock);
  await told.promise;
  due[0]?.();
  await new Promise(setImmediate);
  due[1]?.();
  await tries.promise;
  await new Promise(setImmediate);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/not announced on the LAN at 127\.0\.0\.1 \(.*EADDRINUSE/);
  other.close();
  await once(other, 'close');
  listener = openMulticast(HERE, port);
  await once(listener, 'ready');
  const said = heard((answers) => answers.some(({ name }) => name === INSTANCE));
  due[2]?.();
  expect(text(await said)).toEqual(AGENT);
});
