/** A whole attempt that speaks to models: through the relay of its supervisor, with its key on no disk. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { attemptFolder } from '../attempt-folder.ts';
import { readEnvironment } from '../config.ts';
import { AttemptId } from '../../shared/ids.ts';
import { openFixture, type Fixture } from '../testing/fixture.ts';

const ID = AttemptId.parse('task-1.1');
const SECRET = 'kbm_task-1.1_0f3a9c8e7d6b';
const GRANT = { path: '/models', key: SECRET, providers: ['anthropic' as const] };

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openFixture();
  fixture.repo({ 'notes.txt': 'first\n', '.koubou.yaml': 'test: cat notes.txt\n' });
});
afterEach(() => fixture.close());

async function run(script: string): Promise<string> {
  fixture.coordinator.assign(fixture.spec(ID, script, { models: GRANT }));
  const end = await fixture.coordinator.end(ID);
  return end.kind === 'failed' ? `${end.code} ${end.until ?? ''}` : end.kind;
}

/** Files in the agent's folder that hold the text. */
function holding(words: string, dir = fixture.dir): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(dir, name))
    .filter((file) => existsSync(file) && statSync(file).isFile())
    .filter((file) => readFileSync(file).includes(words));
}

const ASK = `node -e 'fetch(process.env.ANTHROPIC_BASE_URL + "/v1/messages", { method: "POST", body: "hello", headers: { "x-api-key": process.env.ANTHROPIC_API_KEY } }).then(async (a) => { console.log(await a.text()); process.exit(a.ok ? 0 : 1) })'`;

test('an engine reaches its model, and what opens the gateway is nowhere on its machine', async () => {
  const { coordinator } = fixture;
  const seen: unknown[] = [];
  let found: string[] = ['not looked'];
  coordinator.onModels = (req, res) => {
    void text(req).then((body) => {
      found = holding(SECRET);
      seen.push([req.url, req.headers['x-api-key'], body]);
      res.end('Good morning.');
    });
  };
  await fixture.agent({}, { ...readEnvironment(), OPENAI_API_KEY: 'sk-other' });
  const around = `{ cat /proc/$PPID/environ; cat /proc/$PPID/cmdline; } | tr '\\0' '\\n' > around.txt`;
  expect(await run(`env > notes.txt; ${around}; ${ASK}`)).toBe('succeeded');
  expect(seen).toEqual([['/models/anthropic/v1/messages', SECRET, 'hello']]);
  expect(found).toEqual([]);
  expect(coordinator.text(ID)).toContain('Good morning.');
  const branch = coordinator.attempts.get(ID)?.spec.branch ?? '';
  const left = (file: string): string => coordinator.git('notes-1a2b', 'show', `${branch}:${file}`);
  const environment = left('notes.txt');
  expect(environment).toContain('ANTHROPIC_BASE_URL=http://127.0.0.1:');
  expect(environment).not.toContain('OPENAI_API_KEY');
  expect(environment + left('around.txt')).not.toContain(SECRET);
});

test('its supervisor says no key to whoever connects, and a wrong use of its relay is recorded', async () => {
  const { coordinator } = fixture;
  coordinator.onModels = (req, res) => {
    req.resume();
    res.end('Good morning.');
  };
  await fixture.agent();
  const { socket } = attemptFolder(fixture.dir, ID);
  const listen = `node -e 'require("net").connect("${socket}").once("data", (said) => { console.log("it says " + said); process.exit() })'`;
  expect(await run(`${listen}; ANTHROPIC_API_KEY=wrong; ${ASK}`)).toContain('failed');
  const printed = coordinator.text(ID);
  expect(printed).toContain('it says {"type":"hello"');
  const { gitToken = '' } = coordinator.attempts.get(ID)?.spec ?? {};
  expect(gitToken.length).toBeGreaterThan(7);
  for (const key of [gitToken, SECRET]) expect(printed).not.toContain(key);
  expect(printed).toContain(
    'koubou refused a request for a model: POST /models/anthropic/v1/messages: this key is not',
  );
});

test('what the gateway says of a refusal is why the attempt fails, and when it is over', async () => {
  fixture.coordinator.onModels = (req, res) => {
    req.resume();
    res.writeHead(429, {
      'x-koubou-trouble': 'rate_limited',
      'x-koubou-trouble-until': '1900000000000',
    });
    res.end('{"type":"error","error":{"type":"rate_limit_error","message":"used up"}}');
  };
  await fixture.agent();
  expect(await run(ASK)).toBe('engine_rate_limited 1900000000000');
});
