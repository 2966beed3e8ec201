/** Models at the door to the LAN: over real TLS with the certificates of real members, only the agent of an attempt may ask for it. */
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import type { ConnectionOptions } from 'node:tls';
import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CAPABILITIES } from '../../../src/main/coordinator/api/testing.ts';
import { createConditions } from '../../../src/main/coordinator/conditions.ts';
import {
  makePc,
  openTestWorkshop,
  setClock,
  valueOf,
  type TestWorkshop,
} from '../../../src/main/coordinator/fleet/identity/testing.ts';
import { modelKey } from '../../../src/main/coordinator/gateway/tokens.ts';
import { createDoor, type Door } from '../../../src/main/coordinator/lan/door.ts';
import { tlsOf } from '../../../src/main/coordinator/lan/testing.ts';
import { openModels, type Models } from '../../../src/main/coordinator/open-models.ts';
import { openSettings } from '../../../src/main/coordinator/settings/settings.ts';
import { systemClock } from '../../../src/main/coordinator/system-clock.ts';
import { attemptIdOf, taskIdOf, type AgentId } from '../../../src/shared/ids.ts';
import { startMessagesApi, type MessagesApi } from '../../support/models/messages-api.ts';

const SECRET = 'a secret of the data folder';
const ATTEMPT = attemptIdOf(taskIdOf(1), 1);

let workshop: TestWorkshop;
let models: Models;
let door: Door;
let port: number;
let messages: MessagesApi;
/** The attempt is that of the first. */
let own: ConnectionOptions;
let other: ConnectionOptions;
let otherId: AgentId;
let key: string;

beforeEach(async () => {
  // What a call used is written a little after its answer: that is waited for as it is.
  workshop = openTestWorkshop({ ...setClock(), after: (ms, run) => systemClock.after(ms, run) });
  messages = await startMessagesApi(() => [{ type: 'text', text: 'Hello.' }], {
    keys: { s3cret: {} },
  });
  const { journal, dir, logger, clock, identity } = workshop;
  const settings = openSettings(dir, {});
  if (!settings.ok) throw new Error(settings.error);
  models = openModels({
    ...{ dataDir: dir, keychain: null, clock: systemClock, journal, secret: SECRET, log: logger },
    ...{ settings: settings.value, conditions: createConditions(systemClock) },
  });
  const closed = (): never => expect.unreachable('only models are asked for');
  door = createDoor({
    ...{ host: '127.0.0.1', port: 0, journal, clock, log: logger, ...identity },
    ...{ join: closed, agents: closed, git: closed, webhook: closed, executables: closed },
    people: () => null,
    models: models.handle,
  });
  ({ port } = valueOf(await door.open()));
  const [first, second] = [await makePc(), await makePc()];
  const enrolled = await workshop.enrol(first, 'atelier');
  const another = await workshop.enrol(second, 'garret');
  otherId = another.agentId;
  own = await tlsOf(workshop, first, enrolled.certificate);
  other = await tlsOf(workshop, second, another.certificate);
  await begin(enrolled.agentId, otherId);
  key = modelKey(SECRET, ATTEMPT, journal.attempt(ATTEMPT)?.fence ?? 0);
  const auth = { provider: 'anthropic', auth: 'api_key' } as const;
  await models.accounts.add({ ...auth, name: 'one', baseUrl: messages.url }, 's3cret');
});
afterEach(async () => {
  await door.close();
  await models.close();
  await workshop.close();
  await messages.close();
});

/** Both are there, and the first works on a task. */
async function begin(...agents: AgentId[]): Promise<void> {
  for (const agentId of agents) {
    const about = { name: 'PC', version: '1', address: '-', slots: 1, capabilities: CAPABILITIES };
    await workshop.submit({ type: 'agent.connect', agentId, ...about });
  }
  await workshop.submit({
    ...{ type: 'task.create', title: 'Fix it', body: '', priority: 'normal', at: null },
    ...{ repo: { url: 'https://example.com/shop', base: 'main' }, needs: [], after: [] },
    engine: { kind: 'anthropic' },
  });
  await workshop.submit({ type: 'task.analyse', taskId: taskIdOf(1), specialty: 'general' });
  const [agentId] = agents;
  if (agentId === undefined) throw new Error('nobody is there');
  await workshop.submit({ type: 'task.assign', taskId: taskIdOf(1), agentId, reasons: [] });
}

async function ask(tls: ConnectionOptions): Promise<{ status: number; said: string }> {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const asked = request({
      ...{ ...tls, host: '127.0.0.1', port, agent: false, method: 'POST' },
      path: '/models/anthropic/v1/messages',
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
    });
    asked.once('response', resolve).once('error', reject);
    asked.end(
      JSON.stringify({
        ...{ model: 'claude-opus-5-5', max_tokens: 100, stream: true },
        messages: [{ role: 'user', content: 'Hello' }],
      }),
    );
  });
  return { status: answer.statusCode ?? 0, said: await text(answer) };
}

test('the agent of the attempt is answered by the model', async () => {
  const answer = await ask(own);
  expect(answer.status).toBe(200);
  expect(answer.said).toContain('message_stop');
  expect(messages.keys).toEqual(['s3cret']);
});

test('another member with the same key is refused, and it is told', async () => {
  const answer = await ask(other);
  expect(answer.status).toBe(401);
  expect(JSON.parse(answer.said)).toMatchObject({ error: { type: 'authentication_error' } });
  expect(messages.keys).toEqual([]);
  expect(workshop.log.join('')).toContain(`the work of another agent than ${otherId}`);
});

test('nobody without a certificate gets as far as a key', async () => {
  const answer = await ask(await tlsOf(workshop));
  expect(answer.status).toBe(401);
  expect(answer.said).toContain('certificate_missing');
  expect(messages.keys).toEqual([]);
});
