/** A coordinator that stood still between its question and its write, and was taken over meanwhile, writes nothing. Real processes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { leaseKey } from '../../src/main/coordinator/queue/redis/keys.ts';
import { SiteId, taskIdOf } from '../../src/shared/ids.ts';
import { git } from '../support/history-repo.ts';
import { startRedis, type RedisServer } from '../support/redis/server.ts';
import { isConnected, openQueue, until } from '../support/redis/shared-queue.ts';
import { makeRepo } from '../support/small-repo.ts';

const TASK = taskIdOf(7);
const TOKYO = SiteId.parse('tokyo');
const SITE = path.resolve(import.meta.dirname, '../support/redis/merging-site.ts');

let scratch: string;
let server: RedisServer;

beforeEach(async () => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-gate-'));
  server = await startRedis();
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(scratch, { recursive: true, force: true });
});

/** @param between is done after it asked, and before it writes @returns what it said, and where the branch stands then */
async function merging(between: (stop: (signal: NodeJS.Signals) => void) => Promise<void>) {
  const repo = makeRepo(path.join(scratch, 'repo'), { 'a.txt': 'one\n' });
  const target = path.join(scratch, 'target.git');
  git(scratch, 'clone', '-q', '--bare', repo, target);
  const from = git(repo, 'rev-parse', 'HEAD').trim();
  git(repo, 'commit', '-q', '--allow-empty', '-m', 'Change');
  const to = git(repo, 'rev-parse', 'HEAD').trim();
  const args = [SITE, server.url, path.join(repo, '.git'), target, from, to];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line);
    if (line !== 'asked') continue;
    await between((signal) => void child.kill(signal));
    child.stdin.write('go on\n');
  }
  await ended;
  const stands = git(target, 'rev-parse', 'main').trim();
  return { said: said.filter((line) => line !== 'unsure'), isMerged: stands === to };
}

it('who did not stand still merges', async () => {
  const { said, isMerged } = await merging(() => Promise.resolve());
  expect(said).toEqual(['asked', 'written', 'over']);
  expect(isMerged).toBe(true);
});

it('who was taken over meanwhile does not, though its lease is its own again', async () => {
  const osaka = await openQueue(server.url, 'osaka');
  await until(osaka, isConnected);
  await osaka.join();
  const { said, isMerged } = await merging(async (signal) => {
    signal('SIGSTOP');
    const client = server.client();
    await client.pexpire(leaseKey(TOKYO), 2_000);
    client.disconnect();
    while (!(await osaka.lostSites()).includes(TOKYO)) await new Promise(setImmediate);
    const before = await osaka.leadOf(TASK);
    expect(before && (await osaka.adopt(TASK, before))).toMatchObject({ site: 'osaka' });
    signal('SIGCONT');
  });
  await osaka.close();
  expect(said).toEqual(['asked', 'over']);
  expect(isMerged).toBe(false);
});
