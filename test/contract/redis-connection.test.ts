/** Each way in which a Redis can be reached, or cannot be used, on real ones: what is said, and that it passes. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkInfo } from '../../src/main/coordinator/queue/redis/check.ts';
import type { SharedQueue } from '../../src/main/coordinator/queue/shared-port.ts';
import { taskIdOf } from '../../src/shared/ids.ts';
import { makeCertificates } from '../support/redis/certificates.ts';
import { startCluster } from '../support/redis/cluster.ts';
import { startSentinels } from '../support/redis/sentinels.ts';
import { startRedis } from '../support/redis/server.ts';
import { isAway, isConnected, openQueue, until } from '../support/redis/shared-queue.ts';

const TASK = taskIdOf(1);

async function withQueue(
  url: string,
  test: (queue: SharedQueue) => void | Promise<void>,
): Promise<void> {
  const queue = await openQueue(url);
  try {
    await test(queue);
  } finally {
    await queue.close();
  }
}

/** One task goes all its way. */
async function works(queue: SharedQueue): Promise<void> {
  expect(queue.state()).toEqual({ kind: 'connected' });
  expect(await queue.join()).toEqual({ index: 0, highest: 0 });
  const lead = await queue.claim(TASK, 'mark');
  if (!lead) throw new Error('the number was taken');
  const place = { task: TASK, queueing: 1, demandKey: 'command', level: 3 };
  await queue.offer([{ ...place, queuedAt: 1, document: 'text' }]);
  const [taken] = await queue.take([{ demandKey: 'command', upTo: 1 }], 1);
  expect(taken).toMatchObject({ task: TASK, document: 'text', before: lead, lead });
  await queue.tell([
    { seq: 1, text: 'a', document: { task: TASK, leadFence: lead.leadFence, text: 'b' } },
  ]);
  expect(await queue.documents()).toMatchObject([{ task: TASK, text: 'b' }]);
  if (taken) await queue.settle(taken, true);
  expect(await queue.waiting()).toEqual([]);
}

async function trouble(url: string): Promise<[string, string]> {
  let found: [string, string] = ['none', ''];
  await withQueue(url, async (queue) => {
    const state = queue.state();
    if (state.kind === 'connected') return;
    found = [state.trouble, state.why];
    await expect(queue.nextFence()).rejects.toMatchObject({ trouble: state.trouble });
  });
  return found;
}

describe('a shared queue works', () => {
  it('with a user that may do what it must, its password in a file, and a database of its own', async () => {
    const rights = '~{koubou}* &* +@all -@dangerous +info';
    await using server = await startRedis({
      settings: [
        `user koubou on >se@cret ${rights}`,
        'user default off',
        'user admin on nopass ~* &* +@all',
      ],
      login: { username: 'admin', password: 'any' },
    });
    const file = path.join(server.dir, 'password');
    fs.writeFileSync(file, 'se@cret\n');
    const url = `redis://koubou@127.0.0.1:${server.port}/2?password-file=${file}`;
    await withQueue(url, works);
  });

  it('over TLS, by a certificate whose signer is named', async () => {
    await using server = await startRedis({ tls: true, furnish: makeCertificates });
    await withQueue(`${server.url}?ca=${server.dir}/ca.pem`, works);
    expect(await trouble(server.url)).toEqual(['certificate', expect.stringContaining('ca=')]);
    expect(await trouble(`redis://127.0.0.1:${server.port}`)).toMatchObject([
      'away',
      expect.any(String),
    ]);
  });

  it('in a cluster, on whichever of its nodes', async () => {
    await using cluster = await startCluster();
    await withQueue(cluster.url, works);
  });

  it('behind sentinels, also with the one that they put in the place of the first', async () => {
    await using trio = await startSentinels();
    await withQueue(trio.url, async (queue) => {
      await works(queue);
      const before = await queue.nextFence();
      await trio.master.client().wait(1, 0);
      const noticed = until(queue, isAway);
      await trio.master.kill();
      await noticed;
      await until(queue, isConnected);
      expect(await queue.nextFence()).toBeGreaterThan(before);
    });
  });
});

describe('a shared queue is away, and says why', () => {
  it('while nothing is there; it works once there is', async () => {
    await using server = await startRedis();
    await server.kill();
    await withQueue(server.url, async (queue) => {
      expect(queue.state()).toMatchObject({ trouble: 'away' });
      expect(JSON.stringify(queue.state())).toContain('does not run there');
      await expect(queue.waiting()).rejects.toMatchObject({ trouble: 'away' });
      await server.start();
      await until(queue, isConnected);
      await works(queue);
    });
  });

  it('where the password is wrong or missing, without telling it', async () => {
    await using server = await startRedis({
      settings: ['requirepass right'],
      login: { password: 'right' },
    });
    const [code, why] = await trouble(`redis://:wrong@127.0.0.1:${server.port}`);
    expect([code, why]).toEqual(['sign_in', expect.stringContaining('password')]);
    expect(why).not.toContain('wrong@');
    expect((await trouble(server.url))[0]).toBe('sign_in');
    await expect(openQueue(`${server.url}?password-file=/nowhere`)).rejects.toMatchObject({
      trouble: 'sign_in',
    });
  });

  it('where the user lacks a right', async () => {
    await using server = await startRedis({
      settings: [
        'user reader on >x ~{koubou}* +@read +@connection +info',
        'user blind on >x ~* +@read +@connection',
      ],
    });
    expect((await trouble(`redis://reader:x@127.0.0.1:${server.port}`))[0]).toBe('not_allowed');
    expect((await trouble(`redis://blind:x@127.0.0.1:${server.port}`))[0]).toBe('not_allowed');
  });

  it('where it is a copy, or would drop tasks, or is too old', async () => {
    await using server = await startRedis();
    await using copy = await startRedis({ settings: [`replicaof 127.0.0.1 ${server.port}`] });
    expect((await trouble(copy.url))[0]).toBe('read_only');
    await server.client().config('SET', 'maxmemory-policy', 'allkeys-lru');
    expect(await trouble(server.url)).toEqual(['unsafe', expect.stringContaining('noeviction')]);
    expect(() => checkInfo('redis_version:6.0.16\r\nrole:master')).toThrow('too old');
    expect(checkInfo('redis_version:6.2.0\r\nrole:master\r\naof_enabled:1')).toEqual([]);
  });
});

describe('a shared queue', () => {
  it('says when its Redis may forget what is new, and works', async () => {
    await using server = await startRedis();
    await server.client().config('SET', 'appendonly', 'no');
    await withQueue(server.url, (queue) => {
      expect(queue.state().kind).toBe('connected');
      expect(queue.warnings()).toEqual([expect.stringContaining('appendonly yes')]);
    });
  });

  it('takes nothing in while its Redis is full, keeps what it has, and goes on when there is room', async () => {
    await using server = await startRedis();
    await withQueue(server.url, async (queue) => {
      await queue.claim(TASK, 'mark');
      const offer = { task: TASK, queueing: 1, demandKey: 'command', level: 3, queuedAt: 1 };
      await server.client().config('SET', 'maxmemory', '1');
      await expect(queue.offer([{ ...offer, document: 'x' }])).rejects.toMatchObject({
        trouble: 'full',
      });
      await server.client().config('SET', 'maxmemory', '0');
      await queue.offer([{ ...offer, document: 'x' }]);
      expect(await queue.waiting()).toEqual([{ demandKey: 'command', count: 1 }]);
    });
  });
});
