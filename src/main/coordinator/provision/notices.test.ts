/** What listeners hear of changes, and when. */
import { expect, test } from 'vitest';
import type { Clock } from '../../../shared/clock.ts';
import { ProvisioningId, type Provisioning } from '../../../shared/provisioning.ts';
import { createNotices } from './notices.ts';
import { RunRecord } from './record.ts';

test('a question and the end are told at once, all else five times a second at most', async () => {
  let now = 0;
  const timers = new Set<{ at: number; run: () => void }>();
  const clock: Clock = {
    now: () => now,
    monotonic: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  };
  const pass = (ms: number): void => {
    now += ms;
    for (const timer of [...timers].filter(({ at }) => at <= now)) {
      timers.delete(timer);
      timer.run();
    }
  };
  const notices = createNotices(clock);
  const told: Provisioning[] = [];
  notices.listen((one) => told.push(one));
  const record = new RunRecord({
    id: ProvisioningId.parse('provisioning-1'),
    ...{ kind: 'add', target: 'ada@mill', agentId: null, clock },
    changed: notices.channel(() => record.snapshot()),
  });
  record.begin('connect');
  record.say('connect', 'a line\n');
  expect(told).toHaveLength(1);
  const question = { kind: 'host_key', host: 'mill', algorithm: 'a', fingerprint: 'b' } as const;
  const answer = record.ask('host_key', question, new AbortController().signal);
  expect(told.at(-1)?.question?.n).toBe(1);
  // What was due is told with it.
  pass(199);
  expect(told).toHaveLength(2);
  record.answer(1, ['yes']);
  await answer;
  pass(1);
  expect(told).toHaveLength(3);
  record.say('connect', 'another\n');
  record.finish('done', null);
  expect(told.at(-1)?.state).toBe('done');
  expect(timers.size).toBe(0);
  notices.close();
});
