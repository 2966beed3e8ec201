/** The way to models of a real workshop: its journal, its accounts and its proxy behind a server, and a task that is being worked on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pino } from 'pino';
import { CAPABILITIES } from '../../../src/main/coordinator/api/testing.ts';
import { createConditions } from '../../../src/main/coordinator/conditions.ts';
import { modelKey } from '../../../src/main/coordinator/gateway/tokens.ts';
import { openJournal } from '../../../src/main/coordinator/journal/open.ts';
import type { Journal } from '../../../src/main/coordinator/journal/port.ts';
import { openModels, type Models } from '../../../src/main/coordinator/open-models.ts';
import type { Keychain } from '../../../src/main/coordinator/secrets/secret-keeper.ts';
import { openSettings } from '../../../src/main/coordinator/settings/settings.ts';
import { systemClock } from '../../../src/main/coordinator/system-clock.ts';
import type { Clock } from '../../../src/shared/clock.ts';
import type { Command } from '../../../src/shared/domain/command.ts';
import { AgentId, AttemptId, TaskId } from '../../../src/shared/ids.ts';
import type { ModelCall, Provider } from '../../../src/shared/models.ts';
import { listenOnLoopback } from '../../support/loopback.ts';

const SECRET = 'a secret of the data folder';
export const AGENT = AgentId.parse('local-1');
export const OTHER = AgentId.parse('local-2');
export const TASK = TaskId.parse('task-1');
export const ATTEMPT = AttemptId.parse('task-1.1');

export interface Stage {
  readonly journal: Journal;
  readonly models: Models;
  readonly url: string;
  /** Of the attempt that is being worked on. */
  readonly key: string;
  /** Whom a certificate has shown the next callers to be. */
  member: AgentId | undefined;
  /** All calls that were recorded up to now. */
  calls(): ModelCall[];
  /** Resolves when that many are recorded. */
  recorded(count: number): Promise<ModelCall[]>;
  submit(command: Command): Promise<void>;
  addAccount(provider: Provider, baseUrl: string, secret: string): Promise<void>;
  ask(asked: Asked): Promise<Answer>;
  /** Resolves with the headers; the body is read by whoever asked. */
  open(asked: Asked): Promise<IncomingMessage>;
  /** What the gateway logged. */
  readonly log: string[];
  close(): Promise<void>;
}

export interface Asked {
  readonly path: string;
  readonly method?: string;
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** Pauses between two tries are short; what comes every minute never comes. */
const CLOCK: Clock = {
  ...systemClock,
  after: (ms, run) => (ms > 10_000 ? () => {} : systemClock.after(Math.min(ms, 5), run)),
};

/** @param keychain of the system, where keys are kept then */
export async function openStage(keychain: Keychain | null = null): Promise<Stage> {
  const dir = mkdtempSync(path.join(tmpdir(), 'koubou-models-'));
  const opened = openJournal({ dir, clock: systemClock, endOfTurn: setImmediate });
  const settings = openSettings(dir, {});
  if (!opened.ok || !settings.ok) throw new Error('no workshop');
  const journal = opened.value;
  const log: string[] = [];
  const models = openModels({
    ...{ dataDir: dir, keychain, clock: CLOCK, journal, secret: SECRET },
    ...{ settings: settings.value, conditions: createConditions(CLOCK) },
    log: pino({ level: 'warn' }, { write: (line: string) => log.push(line) }),
  });
  const server = createServer((request, response) =>
    models.handle(request, response, stage.member),
  );
  const { url, close } = await listenOnLoopback(server);
  const submit = async (command: Command): Promise<void> => {
    const result = await journal.submit(command, { actor: 'test' });
    if (!result.ok) throw new Error(result.error.message);
  };
  await begin(submit);
  const calls = (): ModelCall[] =>
    journal
      .eventsAfter(0, 10_000)
      .flatMap(({ event }) => (event.type === 'attempt.model_called' ? [event.call] : []));
  const open = async (asked: Asked): Promise<IncomingMessage> => await send(url, stage.key, asked);
  const stage: Stage = {
    ...{ journal, models, url, submit, calls, open, log },
    member: undefined,
    key: modelKey(SECRET, ATTEMPT, journal.attempt(ATTEMPT)?.fence ?? 0),
    async recorded(count) {
      while (calls().length < count) {
        const news = Promise.withResolvers<void>();
        const end = journal.subscribe(() => news.resolve());
        await news.promise;
        end();
      }
      return calls();
    },
    async addAccount(provider, baseUrl, secret) {
      const auth = provider === 'openai' ? 'bearer' : 'api_key';
      await models.accounts.add({ provider, name: `of ${secret}`, baseUrl, auth }, secret);
    },
    async ask(asked) {
      const response = await open(asked);
      const text = (await buffer(response)).toString();
      return { status: response.statusCode ?? 0, headers: response.headers, text };
    },
    async close() {
      await models.close();
      await close();
      await journal.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
  return stage;
}

async function begin(submit: (command: Command) => Promise<void>): Promise<void> {
  for (const agentId of [AGENT, OTHER]) {
    const about = { name: 'PC', version: '1', address: '-', slots: 9, capabilities: CAPABILITIES };
    await submit({ type: 'agent.connect', agentId, ...about });
  }
  await submit({
    ...{ type: 'task.create', title: 'Fix it', body: '', priority: 'normal', at: null },
    ...{ repo: { url: 'https://example.com/shop', base: 'main' }, needs: [], after: [] },
    engine: { kind: 'anthropic' },
  });
  await submit({ type: 'task.analyse', taskId: TASK, specialty: 'general' });
  await submit({ type: 'task.assign', taskId: TASK, agentId: AGENT, reasons: [] });
}

async function send(url: string, own: string, asked: Asked): Promise<IncomingMessage> {
  const body = asked.body === undefined ? '' : JSON.stringify(asked.body);
  const { method = body === '' ? 'GET' : 'POST', key = own, headers = {} } = asked;
  return await new Promise((resolve, reject) => {
    const sent = httpRequest(`${url}${asked.path}`, {
      method,
      agent: false,
      headers: { 'x-api-key': key, 'content-type': 'application/json', ...headers },
    });
    sent.once('response', resolve);
    sent.once('error', reject);
    sent.end(body);
  });
}
