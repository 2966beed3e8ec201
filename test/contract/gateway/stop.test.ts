/** The emergency stop, in the order of events: whatever a call was doing when it came, no request leaves after it. */
import { once } from 'node:events';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TROUBLE_HEADER } from '../../../src/shared/models.ts';
import { startRawApi, type RawApi } from './raw-api.ts';
import { openStage, type Stage } from './stage.ts';

// A busy machine is no failure.
vi.setConfig({ testTimeout: 60_000 });

const MESSAGES = '/models/anthropic/v1/messages';
const HELLO = {
  ...{ model: 'claude-opus-5-5', max_tokens: 100, stream: true },
  messages: [{ role: 'user', content: 'Hello' }],
};

let stage: Stage;
let raw: RawApi;

beforeEach(async () => {
  [stage, raw] = await Promise.all([openStage(), startRawApi()]);
});
afterEach(async () => {
  await stage.close();
  await raw.close();
});

/** A call whose body is still to come, and whose headers the gateway has. */
async function beginAsking(): Promise<ClientRequest> {
  const asked = request(`${stage.url}${MESSAGES}`, {
    ...{ method: 'POST', agent: false },
    headers: { 'x-api-key': stage.key, expect: '100-continue' },
  });
  asked.flushHeaders();
  await once(asked, 'continue');
  return asked;
}

test('no request reaches the provider after the event of the stop', async () => {
  await stage.addAccount('anthropic', raw.url, 's3cret');
  // One that is answered, one that waits for its answer, one that is about to be tried again, one that is still asked.
  const streaming = stage.open({ path: MESSAGES, body: HELLO });
  const first = await raw.next();
  first.response.writeHead(200, { 'content-type': 'text/event-stream' });
  first.response.write('event: ping\ndata: {"type":"ping"}\n\n');
  const answer = await streaming;
  answer.on('error', () => {});
  const waiting = stage.ask({ path: MESSAGES, body: HELLO });
  await raw.next();
  const trying = stage.ask({ path: MESSAGES, body: HELLO });
  const third = await raw.next();
  const asked = await beginAsking();

  let before = Number.NaN;
  const end = stage.journal.subscribe((events) => {
    if (events.some(({ event }) => event.type === 'workshop.stopped')) before = raw.count();
  });
  const stopped = stage.submit({ type: 'workshop.stop', how: 'freeze', reason: 'stop' });
  // The answer that makes it try again, and the rest of the body, come while the stop is being written.
  third.response.writeHead(529).end('{"type":"error","error":{"type":"overloaded_error"}}');
  asked.end(JSON.stringify(HELLO));
  await stopped;
  const [late] = (await once(asked, 'response')) as [IncomingMessage];
  await text(late);
  const answers = [
    await waiting,
    await trying,
    { status: late.statusCode, headers: late.headers },
    await stage.ask({ path: MESSAGES, body: HELLO }),
  ];
  for (const { status, headers } of answers)
    expect({ status, trouble: headers[TROUBLE_HEADER] }).toEqual({
      ...{ status: 529, trouble: 'overloaded' },
    });
  // All is over, down to the record: nothing more can come.
  await stage.recorded(4);
  expect(raw.count()).toBe(before);
  expect(before).toBeGreaterThanOrEqual(3);
  end();
});

test('lists of models are asked for no more either, and an old one answers nobody', async () => {
  await stage.addAccount('anthropic', raw.url, 's3cret');
  await stage.submit({ type: 'workshop.stop', how: 'freeze', reason: 'stop' });
  const list = await stage.ask({ path: '/models/anthropic/v1/models' });
  expect(list).toMatchObject({ status: 529, headers: { [TROUBLE_HEADER]: 'overloaded' } });
});
