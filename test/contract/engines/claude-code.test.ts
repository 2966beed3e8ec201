/** The real Claude Code, held to what every engine does. */
import { once } from 'node:events';
import { createServer, request, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { claudeCodeEngine } from '../../../src/agent/engines/claude-code.ts';
import type { EngineResult } from '../../../src/agent/engines/engine.ts';
import { openModelRelay, type ModelRelay } from '../../../src/agent/models/relay.ts';
import { conforms } from './conformance.ts';
import { openMessagesModel } from './messages-model.ts';
import { openStage, type Stage } from './stage.ts';
import type { Subject } from './subject.ts';

const subject: Subject = {
  kind: 'claude-code',
  make: claudeCodeEngine,
  provider: 'anthropic',
  environment: () => ({ CLAUDE_CODE_MAX_RETRIES: '0' }),
  openModel: openMessagesModel,
};

conforms(subject);

/** Claude Code behind the relay, with a coordinator that answers as `answer` says. */
async function through(
  stage: Stage,
  answer: (res: ServerResponse) => boolean,
): Promise<{ relay: ModelRelay; asked: () => number; close: () => Promise<void> }> {
  let asked = 0;
  const server = createServer((req, res) => {
    if (req.method === 'POST') asked += 1;
    if (answer(res)) return void req.resume();
    const rest = (req.url ?? '').replace('/models/anthropic', '');
    const call = request(`${stage.model.url}${rest}`, { method: req.method, headers: req.headers });
    call.once('response', (from) => {
      res.writeHead(from.statusCode ?? 500, from.headers);
      from.pipe(res);
    });
    req.pipe(call);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : null;
  const relay = await openModelRelay({
    coordinator: `http://127.0.0.1:${port}`,
    access: () => null,
    grant: { path: '/models', key: GATEWAY_KEY, providers: ['anthropic'] },
    onRefused: () => {},
  });
  return {
    relay,
    asked: () => asked,
    async close() {
      await relay.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const GATEWAY_KEY = 'kbm_task-1.1_hmac';
const AWAY = 2;

describe('through the relay', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage(subject);
  });
  afterEach(() => stage.close());

  test('a coordinator that is away for a moment costs no attempt, and is asked with the key of the attempt', async () => {
    let refused = 0;
    const way = await through(stage, (res) => {
      if (refused === AWAY) return false;
      refused += 1;
      res.destroy();
      return true;
    });
    stage.model.play({ kind: 'moves', moves: [{ do: 'say', text: 'I am back.' }] });
    expect(await stage.run({ models: way.relay, environment: {} })).toMatchObject({ ok: true });
    expect(stage.shown()).toContain('I am back.');
    expect(new Set(stage.model.keys())).toEqual(new Set([GATEWAY_KEY]));
    await way.close();
  });

  test('what asking again does not help is not asked again', async () => {
    const way = await through(stage, (res) => {
      res.writeHead(401, {
        'content-type': 'application/json',
        'x-koubou-trouble': 'sign_in_expired',
      });
      res.end('{"type":"error","error":{"type":"authentication_error","message":"signed out"}}');
      return true;
    });
    expect(await stage.run({ models: way.relay, environment: {} })).toMatchObject({
      error: {
        code: 'account_signed_out',
        message: 'Claude Code may not use its model: signed out',
      },
    });
    // It asks for more than the answer; not ten times for anything.
    expect(way.asked()).toBeLessThan(10);
    await way.close();
  });

  test('the next attempt goes on with the session of the last, and counts only what is its own', async () => {
    const first = await stage.run();
    const second = await stage.run();
    expect(stage.shown().match(/Done\./g)).toHaveLength(2);
    const sessions = new Set(
      stage
        .transcripts()
        .join('')
        .match(/"session_id":"[^"]+"/g),
    );
    expect(sessions.size).toBe(1);
    const costOf = (result: EngineResult): number =>
      (result.ok ? result.value.usage?.costUsd : null) ?? Number.NaN;
    expect(costOf(first)).toBeGreaterThan(0);
    expect(costOf(second)).toBeCloseTo(costOf(first), 6);
  });
});
