/** For tests of this folder: a clock that does not make anybody wait, servers that answer as the test says, and clients of them. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Clock } from '../../../../shared/clock.ts';
import { ok, type Result } from '../../../../shared/result.ts';
import { openCache, type GitHubCache } from './api/cache.ts';
import type { Auth } from './api/caller.ts';
import { createClient } from './api/client.ts';
import { hostOf } from './api/hosts.ts';
import { createLimits } from './api/limits.ts';
import type { GitHubClient } from './api/port.ts';
import type { GitHubProblem } from './api/problem.ts';

export interface QuickClock extends Clock {
  /** Every wait that was asked for and not cut short, in ms. */
  readonly waits: readonly number[];
}

/** How long an answer may take: such waits pass only when the test says so. */
const ANSWERS = [30_000, 10_000];

/** Waits pass at once, and take the time along; those for answers never pass. @param passes which do */
export function quickClock(passes = (ms: number): boolean => !ANSWERS.includes(ms)): QuickClock {
  let now = Date.now();
  const waits: number[] = [];
  return {
    waits,
    now: () => now,
    monotonic: () => now,
    after(ms, run) {
      if (!passes(ms)) return () => {};
      const at = now + ms;
      const timer = setImmediate(() => {
        waits.push(ms);
        now = Math.max(now, at);
        run();
      });
      return () => clearImmediate(timer);
    },
  };
}

export interface TestServer {
  /** `http://127.0.0.1:4000` */
  readonly url: string;
  readonly requests: IncomingMessage[];
  close(): Promise<void>;
}

export async function serve(answer: RequestListener): Promise<TestServer> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export interface TestClient {
  readonly client: GitHubClient;
  readonly cache: GitHubCache;
  /** How each request ended: a code, or `ok`. */
  readonly outcomes: string[];
  close(): void;
}

export interface TestClientOptions {
  readonly token?: string;
  readonly auth?: Auth;
  readonly clock?: Clock;
}

export function openTestClient(url: string, options: TestClientOptions = {}): TestClient {
  const dir = mkdtempSync(path.join(tmpdir(), 'koubou-github-'));
  const { token = 'test-token', clock = quickClock() } = options;
  const host = valueOf(hostOf(url));
  const cache = openCache(path.join(dir, 'cache.db'));
  const limits = createLimits(clock, host.name);
  const stop = new AbortController();
  const outcomes: string[] = [];
  const auth = options.auth ?? {
    token: () => Promise.resolve(ok(token)),
    renew: () => Promise.resolve(false),
  };
  const client = createClient({
    ...{ host, auth, limits, clock, cache },
    accountId: 'gh-0123456789abcdef',
    random: () => 0.5,
    userAgent: 'koubou/test',
    signal: stop.signal,
    login: () => 'bot',
    onOutcome: (problem) => outcomes.push(problem?.code ?? 'ok'),
  });
  return {
    client,
    cache,
    outcomes,
    close() {
      stop.abort();
      limits.close();
      cache.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export function valueOf<T, E>(result: Result<T, E>): T {
  if (result.ok) return result.value;
  throw new Error(`expected an answer, got ${JSON.stringify(result.error)}`);
}

export function problemOf<T>(result: Result<T, GitHubProblem>): GitHubProblem {
  if (!result.ok) return result.error;
  throw new Error(`expected a refusal, got ${JSON.stringify(result.value)}`);
}
