/** Which consoles are still there, by what an agent says over each of its links. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LOCAL, openTestFleet, type FakeAgent, type TestFleet } from '../testing.ts';

let workshop: TestFleet;

beforeEach(async () => {
  workshop = await openTestFleet();
});

afterEach(async () => {
  await workshop.close();
});

const SIZE = { cols: 80, rows: 24 };

/** An agent whose link is new: it has not said yet which consoles it has. */
async function connected(): Promise<FakeAgent> {
  const agent = await workshop.dial();
  await agent.hello({ protocol: 3 });
  return agent;
}

test('one that is asked for before the agent says what it has is not taken for lost', async () => {
  const agent = await connected();
  const asked = workshop.fleet.consoles.shell(LOCAL, SIZE, 'user');
  const { consoleId } = await agent.frame('console_open');
  agent.send({ type: 'consoles_here', consoles: [] });
  agent.send({ type: 'console_opened', consoleId });
  expect(await asked).toMatchObject({ ok: true, value: { id: consoleId, state: 'open' } });
});

test('one that an agent does not have any more after a break is closed', async () => {
  const agent = await connected();
  const asked = workshop.fleet.consoles.shell(LOCAL, SIZE, 'user');
  const { consoleId } = await agent.frame('console_open');
  agent.send({ type: 'console_opened', consoleId });
  await asked;
  const closed = Promise.withResolvers<string | null>();
  workshop.fleet.consoles.onChange(({ state, why }) => {
    if (state === 'closed') closed.resolve(why);
  });
  const again = await connected();
  again.send({ type: 'consoles_here', consoles: [] });
  expect(await closed.promise).toBe('the agent was started anew');
});
