/** What the coordinator makes of a heartbeat. */
import { expect, test } from 'vitest';
import { LOCAL, openTestFleet, VITALS } from './testing.ts';

test('how far an agent is away stands in its vitals', async () => {
  const workshop = await openTestFleet();
  const agent = await workshop.dial();
  await agent.hello();
  const beat = { type: 'heartbeat', n: 1, vitals: VITALS, conditions: [] } as const;
  agent.send({ ...beat, latencyMs: 42 });
  await agent.frame('heartbeat');
  expect(workshop.fleet.vitals(LOCAL)?.latencyMs).toBe(42);
  await workshop.close();
});
