/** Which consoles are still there, by what an agent says over each of its links. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConsoleId } from '../../../../shared/console.ts';
import { closeLeftShells } from './shell-log.ts';
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

test('a shell stands in the log before the agent hears of it, and its end after it', async () => {
  const agent = await connected();
  const asked = workshop.fleet.consoles.shell(LOCAL, SIZE, 'user');
  const { consoleId } = await agent.frame('console_open');
  expect(workshop.journal.agent(LOCAL)?.shells).toEqual([consoleId]);
  agent.send({ type: 'console_opened', consoleId });
  await asked;
  agent.send({ type: 'console_ended', consoleId, why: 'it ended by itself', exit: 0 });
  const agentId = LOCAL;
  const why = 'it ended by itself';
  const closed = await workshop.event('agent.shell_closed');
  expect(closed).toEqual({ type: 'agent.shell_closed', agentId, consoleId, why });
  const opened = await workshop.event('agent.shell_opened');
  expect(opened).toEqual({ type: 'agent.shell_opened', agentId, consoleId, by: 'user' });
  expect(workshop.journal.agent(LOCAL)?.shells).toEqual([]);
});

test('a shell that the coordinator left open when it ended is closed in the log when it starts', async () => {
  const consoleId = ConsoleId.parse('console-0123456789ab');
  await connected();
  await workshop.submit({ type: 'agent.open_shell', agentId: LOCAL, consoleId });
  await closeLeftShells(workshop.journal);
  const why = 'the coordinator was started anew';
  expect(await workshop.event('agent.shell_closed')).toMatchObject({ consoleId, why });
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
