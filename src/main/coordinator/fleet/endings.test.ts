/** What ends an attempt counts when all that it printed is on disk here, and not before. */
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  ATTEMPT,
  LOCAL,
  openTestFleet,
  startWork,
  VITALS,
  type FakeAgent,
  type TestFleet,
} from './testing.ts';

const HELD = { attemptId: ATTEMPT, fence: 1 };
const END = { type: 'output_end', ...HELD, terminal: 5, transcript: 0 } as const;
const FAILED = { kind: 'failed', code: 'engine_failed', message: 'm', tests: null } as const;

let workshop: TestFleet;

beforeEach(async () => {
  workshop = await openTestFleet();
});

afterEach(async () => {
  await workshop.close();
});

function print(agent: FakeAgent): void {
  agent.output({ attemptId: ATTEMPT, stream: 'terminal', offset: 0, text: 'hello' });
  agent.send(END);
}

async function again(): Promise<FakeAgent> {
  const agent = await workshop.dial();
  const welcome = await agent.hello({ holding: [{ ...HELD, reportSeq: 2 }] });
  expect(welcome.attempts).toMatchObject([{ attemptId: ATTEMPT, reportSeq: 1, terminal: 0 }]);
  return agent;
}

async function endsWith(agent: FakeAgent): Promise<void> {
  print(agent);
  agent.report(2, FAILED);
  expect(await agent.frame('report_ack')).toMatchObject({ seq: 2 });
  expect(workshop.recordings.finished).toContain(ATTEMPT);
  expect(workshop.journal.attempt(ATTEMPT)?.state).toBe('failed');
}

test('a full disk: the end of the attempt waits until its recording was sent again', async () => {
  const agent = await startWork(workshop);
  workshop.recordings.full = true;
  print(agent);
  agent.report(2, FAILED);
  // Answered in order: by now the report was looked at.
  agent.send({ type: 'heartbeat', n: 1, vitals: VITALS, conditions: [] });
  await agent.frame('heartbeat');
  expect(workshop.journal.attempt(ATTEMPT)?.state).toBe('running');
  workshop.recordings.full = false;
  const closed = once(agent.socket, 'close');
  workshop.fleet.renewLinks('there is room again');
  await closed;
  await endsWith(await again());
});

test('a recording that comes short is asked for again, and not for ever', async () => {
  let agent = await startWork(workshop);
  for (let tries = 0; tries < 3; tries++) {
    const closed = once(agent.socket, 'close');
    agent.send(END);
    agent.report(2, FAILED);
    await closed;
    expect(workshop.journal.attempt(ATTEMPT)?.state).toBe('running');
    agent = await again();
  }
  agent.send(END);
  agent.report(2, FAILED);
  await agent.frame('report_ack');
  expect(workshop.recordings.abandoned).toContain(ATTEMPT);
  expect(workshop.journal.agent(LOCAL)?.running).toEqual([]);
});
