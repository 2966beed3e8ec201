/** Live state and terminals over a real socket. */
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { AttemptId, TaskId } from '../../../shared/ids.ts';
import { ToClient, type FromClient } from '../../../shared/protocol/client.ts';
import { decodeOutput } from '../../../shared/protocol/output.ts';
import { MOST_WHOLE } from './snapshot-parts.ts';
import { connect, LOCAL, openTestApi, TOKEN, type TestApi } from './testing.ts';

let api: TestApi;
const open: WebSocket[] = [];

beforeEach(async () => {
  api = await openTestApi();
});

afterEach(async () => {
  for (const socket of open.splice(0)) socket.terminate();
  await api.close();
});

const ATTEMPT = AttemptId.parse('task-1.1');
const TERMINAL = { attemptId: ATTEMPT, stream: 'terminal' } as const;

interface Client {
  readonly socket: WebSocket;
  send(message: FromClient): void;
  next(): Promise<ToClient | { type: 'bytes'; offset: number; text: string }>;
}

async function dial(): Promise<Client> {
  const socket = new WebSocket(`${api.url.replace('http', 'ws')}/ws`, [
    'koubou',
    `bearer.${TOKEN}`,
  ]);
  open.push(socket);
  const inbox: Awaited<ReturnType<Client['next']>>[] = [];
  let wake = (): void => {};
  socket.on('message', (data, isBinary) => {
    const buffer = data as Buffer;
    const frame = isBinary ? decodeOutput(buffer) : undefined;
    if (frame?.ok)
      inbox.push({
        type: 'bytes',
        offset: frame.value.offset,
        text: Buffer.from(frame.value.bytes).toString(),
      });
    else inbox.push(ToClient.parse(JSON.parse(buffer.toString())));
    wake();
  });
  await once(socket, 'open');
  return {
    socket,
    send: (message) => socket.send(JSON.stringify(message)),
    async next() {
      while (inbox.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      const message = inbox.shift();
      if (!message) throw new Error('nothing came');
      return message;
    },
  };
}

/** Takes what comes of a first subscription. */
async function begun(client: Client): Promise<void> {
  while ((await client.next()).type !== 'conditions');
}

async function tasks(count: number): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, (_, i) =>
      api.submit({
        type: 'task.create',
        title: `Task ${i}`,
        body: 'b'.repeat(2_000),
        repo: { url: '/srv/shop', base: 'main' },
        priority: 'normal',
        engine: { kind: 'command', run: 'true' },
        needs: [],
        after: [],
        at: null,
      }),
    ),
  );
}

async function seqs(client: Client, until: number): Promise<number[]> {
  const seen: number[] = [];
  while (seen.at(-1) !== until) {
    const message = await client.next();
    if (message.type === 'events') seen.push(...message.events.map(({ seq }) => seq));
  }
  return seen;
}

test('the token in the subprotocol is not sent back', async () => {
  const { socket } = await dial();
  expect(socket.protocol).toBe('koubou');
});

test('a subscriber gets a snapshot, then every event once and in order', async () => {
  await tasks(3);
  const client = await dial();
  client.send({ type: 'subscribe' });
  const first = await client.next();
  expect(first).toMatchObject({ type: 'snapshot', snapshot: { seq: 3 } });
  await tasks(500);
  expect(await seqs(client, 503)).toEqual(Array.from({ length: 500 }, (_, i) => i + 4));
});

test('a large snapshot comes in parts, and the events after it', async () => {
  await tasks(MOST_WHOLE + 20);
  const client = await dial();
  client.send({ type: 'subscribe' });
  const parts: Extract<ToClient, { type: 'snapshot_part' }>[] = [];
  let message = await client.next();
  for (; message.type === 'snapshot_part'; message = await client.next()) parts.push(message);
  expect(message).toMatchObject({
    type: 'snapshot',
    snapshot: { seq: MOST_WHOLE + 20, tasks: [] },
  });
  expect(Math.max(...parts.map((part) => part.tasks.length))).toBe(50);
  const sent = parts.flatMap((part) => part.tasks.map(({ id }) => id));
  expect(sent).toEqual(api.journal.snapshot().tasks.map(({ id }) => id));
  await tasks(1);
  expect(await seqs(client, MOST_WHOLE + 21)).toEqual([MOST_WHOLE + 21]);
});

test('one that comes back goes on from where it was', async () => {
  await tasks(450);
  const client = await dial();
  client.send({ type: 'subscribe', after: 7 });
  await tasks(2);
  expect(await seqs(client, 452)).toEqual(Array.from({ length: 445 }, (_, i) => i + 8));
});

test('a place beyond the end is answered with a snapshot', async () => {
  const client = await dial();
  client.send({ type: 'subscribe', after: 99 });
  expect(await client.next()).toMatchObject({ type: 'snapshot', snapshot: { seq: 0 } });
});

test('a client that does not read is cut off, and costs no memory until then', async () => {
  const client = await dial();
  client.send({ type: 'subscribe' });
  await client.next();
  client.socket.pause();
  // More than the buffers of both ends of the socket take.
  for (let i = 0; i < 10; i++) await tasks(1_000);
  api.clock.fire();
  client.socket.resume();
  const [code] = (await once(client.socket, 'close')) as [number];
  expect(code).toBe(1006);
  const again = await dial();
  again.send({ type: 'subscribe', after: 9_990 });
  expect(await seqs(again, 10_000)).toHaveLength(10);
});

test('troubles of the coordinator are told at the beginning, and when they change', async () => {
  const trouble = { kind: 'journal_full', since: 1, message: 'no room' } as const;
  api.setConditions([trouble]);
  const client = await dial();
  client.send({ type: 'subscribe' });
  expect((await client.next()).type).toBe('snapshot');
  expect((await client.next()).type).toBe('provisioning');
  expect((await client.next()).type).toBe('rollout');
  expect(await client.next()).toEqual({ type: 'conditions', conditions: [trouble] });
  api.setConditions([]);
  expect(await client.next()).toEqual({ type: 'conditions', conditions: [] });
});

test('vitals come to subscribers only', async () => {
  const client = await dial();
  const other = await dial();
  client.send({ type: 'subscribe' });
  await begun(client);
  const vitals = { cpu: 0.5, memoryUsedBytes: 1, memoryBytes: 2, diskFreeBytes: 3, load1: 4 };
  api.publishVitals(vitals);
  expect(await client.next()).toEqual({ type: 'vitals', vitals: [{ agentId: LOCAL, vitals }] });
  other.send({ type: 'output_open', attemptId: ATTEMPT, stream: 'terminal', from: 0 });
  expect(await other.next()).toMatchObject({ type: 'error', error: { code: 'not_found' } });
});

test('a terminal is opened at an offset, acknowledged, ended and closed', async () => {
  await api.submit(connect());
  await tasks(1);
  await api.submit({ type: 'task.analyse', taskId: TaskId.parse('task-1'), specialty: 'general' });
  await api.submit({
    type: 'task.assign',
    taskId: TaskId.parse('task-1'),
    agentId: LOCAL,
    reasons: [],
  });
  const client = await dial();
  client.send({ type: 'output_open', ...TERMINAL, from: 3 });
  client.send({ type: 'output_ack', ...TERMINAL, offset: 3 });
  // Answered after what was sent before it.
  client.send({ type: 'subscribe' });
  await begun(client);
  const watcher = api.watchers.get('task-1.1 terminal');
  expect(watcher).toMatchObject({ from: 3, acknowledged: [3], closed: false });
  watcher?.bytes(3, Buffer.from('lo'));
  watcher?.ended(5);
  expect(await client.next()).toEqual({ type: 'bytes', offset: 3, text: 'lo' });
  expect(await client.next()).toEqual({ type: 'output_end', ...TERMINAL, offset: 5 });
  client.send({ type: 'output_open', ...TERMINAL, from: 0 });
  client.send({ type: 'subscribe' });
  await client.next();
  expect(watcher?.closed).toBe(true);
  client.socket.close();
  await once(client.socket, 'close');
});

test.each([
  ['that is not JSON', 'hello'],
  ['of an unknown type', '{"type":"magic"}'],
  ['with a field too much', '{"type":"subscribe","before":1}'],
  ['with a wrong attempt', '{"type":"output_open","attemptId":"x","stream":"terminal","from":0}'],
])('a message %s is answered with an error, and the connection goes on', async (_, text) => {
  const client = await dial();
  client.socket.send(text);
  expect(await client.next()).toMatchObject({ type: 'error', error: { code: 'invalid_input' } });
  client.send({ type: 'subscribe' });
  expect((await client.next()).type).toBe('snapshot');
});

test('a closing coordinator says so', async () => {
  const client = await dial();
  const ended = once(client.socket, 'close');
  void api.app.close();
  const other = await openTestApi();
  await api.close();
  api = other;
  const [code] = (await ended) as [number];
  expect([1001, 1006]).toContain(code);
});
