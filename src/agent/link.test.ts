/** What an agent's link measures of itself, on a real agent. */
import { expect, test } from 'vitest';
import { openFixture } from './testing/fixture.ts';

test('each heartbeat tells how long those before it took to be answered', async () => {
  const fixture = await openFixture();
  const { coordinator } = fixture;
  coordinator.heartbeatMs = 20;
  await fixture.agent();
  const told = (): (number | undefined)[] =>
    coordinator.frames.flatMap((frame) => (frame.type === 'heartbeat' ? [frame.latencyMs] : []));
  await coordinator.until(() => told().length > 2);
  await fixture.close();
  expect(told()[0]).toBeUndefined();
  expect(told().at(-1)).toBeGreaterThanOrEqual(0);
});
