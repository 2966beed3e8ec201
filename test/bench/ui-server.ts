/**
 * The coordinator's side of the window's benchmark, as a process of its own: the real API on a real journal, filled and fed by
 * `ui-workshop.ts`. Started by `ui-load.ts` with the data folder as its argument; ends with its parent.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { openTestApi, TOKEN } from '../../src/main/coordinator/api/testing.ts';
import { systemClock } from '../../src/main/coordinator/system-clock.ts';
import { SERVE_FILE, TOKEN_FILE, type ServeInfo } from '../../src/shared/data-dir.ts';
import { agentOf, AGENTS, feedOf, fillWorkshop, type Feed } from './ui-workshop.ts';

/** What the parent sends: how many events a second from now on. */
const Order = z.strictObject({ eventsPerSecond: z.number().min(0) });

const TICK_MS = 20;
const VITALS_MS = 1_000;

const [dir = ''] = process.argv.slice(2);
const api = await openTestApi(undefined, { dir, clock: { ...systemClock, fire() {} } });
if (api.journal.workshop().lastTask === 0) await fillWorkshop(api.journal);
const stop = run(feedOf(api.journal));
announce();
process.send?.({ url: api.url });
process.once('disconnect', () => void stop().then(api.close));

/** Feeds at the rate that the parent orders; the answer ends it and resolves when nothing is under way. */
function run(feed: Feed): () => Promise<void> {
  let rate = 0;
  let owed = 0;
  let made = 0;
  let last = performance.now();
  let isBusy = false;
  let current = Promise.resolve();
  const tick = async (): Promise<void> => {
    const now = performance.now();
    // What a machine that is too busy cannot make is not made up for in one heap.
    owed = Math.min(owed + ((now - last) * rate) / 1_000, rate);
    last = now;
    if (owed < 1) return;
    isBusy = true;
    const events = await feed.step(owed);
    owed -= events;
    made += events;
    isBusy = false;
  };
  process.on('message', (message) => {
    rate = Order.parse(message).eventsPerSecond;
    process.send?.({ made, at: performance.now() });
  });
  const agents = Array.from({ length: AGENTS }, (_, n) => agentOf(n));
  const timers = [
    setInterval(() => {
      if (!isBusy) current = tick();
    }, TICK_MS),
    setInterval(() => {
      const cpu = 0.4 + 0.4 * Math.sin(performance.now() / 9_000);
      const sizes = { memoryUsedBytes: 2e10, memoryBytes: 6.4e10, diskFreeBytes: 4e11 };
      api.publishVitals({ cpu, ...sizes, load1: 3 }, agents);
    }, VITALS_MS),
  ];
  return () => {
    timers.forEach(clearInterval);
    return current;
  };
}

/** As a coordinator does, so that the window joins it. */
function announce(): void {
  const { port } = new URL(api.url);
  const info: ServeInfo = {
    pid: process.pid,
    host: '127.0.0.1',
    port: Number(port),
    url: api.url,
    startedAt: Date.now(),
    version: 'bench',
  };
  writeFileSync(path.join(dir, SERVE_FILE), JSON.stringify(info));
  writeFileSync(path.join(dir, TOKEN_FILE), `${TOKEN}\n`, { mode: 0o600 });
}
