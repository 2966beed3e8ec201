/**
 * A site in a process of its own that merges one commit for a task that it leads: it asks, says so, waits for a line, and writes.
 * Its clock is twenty times as fast as others', so that its lease is over after a second and a half.
 * Arguments: Redis, mirror, target, from, to. Says `asked`, then what came of each try, then `over`.
 */
import { once } from 'node:events';
import { createGit } from '../../../src/main/coordinator/forge/git.ts';
import { writeBack } from '../../../src/main/coordinator/forge/local/write-back.ts';
import { openRedisQueue } from '../../../src/main/coordinator/queue/redis/open.ts';
import { LEASE_RENEW_MS } from '../../../src/main/coordinator/queue/shared-port.ts';
import { createGate } from '../../../src/main/coordinator/sites/gate.ts';
import { repeat } from '../../../src/main/coordinator/sites/port.ts';
import { systemClock } from '../../../src/main/coordinator/system-clock.ts';
import type { Clock } from '../../../src/shared/clock.ts';
import { SiteId, taskIdOf } from '../../../src/shared/ids.ts';
import { isConnected, redisAddress, until } from './shared-queue.ts';

const FASTER = 20;
const TASK = taskIdOf(7);
const [url = '', mirror = '', target = '', from = '', to = ''] = process.argv.slice(2);

const clock: Clock = {
  now: systemClock.now,
  monotonic: () => systemClock.monotonic() * FASTER,
  after: (ms, run) => systemClock.after(ms / FASTER, run),
};
const site = SiteId.parse('tokyo');
const shared = await openRedisQueue({ address: redisAddress(url), site, instance: 'x', clock });
await until(shared, isConnected);
await shared.join();
const lead = await shared.claim(TASK, 'mark');
const renewing = repeat(clock, LEASE_RENEW_MS, async () => await shared.renewLease());
const publisher = { flush: () => Promise.resolve(true) };
const leads = { task: () => ({ site, leadFence: lead?.leadFence ?? 0 }) };
const gate = createGate(leads, () => ({ shared, publisher }), clock, new AbortController().signal);
const git = createGit({ env: process.env, clock: systemClock });

let isFirst = true;
while (await gate.mayAct(TASK)) {
  if (isFirst) {
    console.log('asked');
    await once(process.stdin, 'data');
    isFirst = false;
  }
  const address = { kind: 'local', path: target } as const;
  const mayWrite = (): boolean => gate.stillMay(TASK);
  const order = { mirror, address, base: 'main', from, to, taskId: TASK, mayWrite };
  const { kind } = await writeBack(order, git);
  console.log(kind);
  if (kind !== 'unsure') break;
}
renewing.close();
await shared.close();
process.stdin.destroy();
console.log('over');
