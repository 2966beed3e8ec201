/** An attempt that makes room for an urgent one: on a real agent, with a real supervisor and real processes. */
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AttemptId } from '../shared/ids.ts';
import { openFixture, type Fixture } from './testing/fixture.ts';

const LOW = AttemptId.parse('task-1.1');
const URGENT = AttemptId.parse('task-2.1');
const THIRD = AttemptId.parse('task-3.1');
const QUICK = 'echo changed >> notes.txt';
/** Says that it works, and ends when it may. */
const PATIENT = `echo work""ing; while [ ! -e go ]; do sleep 0.05; done; ${QUICK}`;

// Real processes on a machine that may have much else to do.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openFixture();
  fixture.repo({ 'notes.txt': 'first\n' });
});
afterEach(async () => await fixture.close());

async function shows(id: AttemptId, text: string): Promise<void> {
  await fixture.coordinator.until(() => fixture.coordinator.text(id).includes(text));
}

/** Its supervisor says so only when all of it stands still. */
const STILL = 'makes room for an urgent task';

test('it stands still, its slot is free for one other, and it goes on and completes', async () => {
  const { coordinator } = fixture;
  await fixture.agent({ slots: 1 });
  const low = fixture.spec(LOW, 'echo work""ing; sleep 0.2; echo changed >> notes.txt');
  coordinator.assign(low);
  await shows(LOW, 'working');
  coordinator.send({ type: 'make_room', attemptId: LOW, fence: low.fence, on: true });
  await shows(LOW, STILL);
  coordinator.assign(fixture.spec(URGENT, PATIENT));
  await shows(URGENT, 'working');
  coordinator.assign(fixture.spec(THIRD, QUICK));
  await coordinator.until(() => coordinator.frames.some(({ type }) => type === 'declined'));
  expect(coordinator.attempts.get(LOW)?.reports.some(({ kind }) => kind === 'succeeded')).toBe(
    false,
  );
  expect(coordinator.text(LOW)).not.toContain('goes on');
  coordinator.send({ type: 'make_room', attemptId: LOW, fence: low.fence, on: false });
  expect(await coordinator.end(LOW)).toMatchObject({ kind: 'succeeded' });
  expect(coordinator.text(LOW)).toContain('goes on');
});

test('the slots that the coordinator says count, whatever the agent was configured with', async () => {
  const { coordinator } = fixture;
  await fixture.agent({ slots: 1 });
  coordinator.send({ type: 'slots', slots: 2 });
  coordinator.assign(fixture.spec(LOW, PATIENT));
  coordinator.assign(fixture.spec(URGENT, PATIENT));
  await Promise.all([shows(LOW, 'working'), shows(URGENT, 'working')]);
  expect(coordinator.frames.some(({ type }) => type === 'declined')).toBe(false);
});

test('a machine goes to rest with the command of its owner, and stays on without one', async () => {
  const { coordinator } = fixture;
  const file = `${fixture.scratch}/rested`;
  await fixture.agent({ restCommand: ['/bin/sh', '-c', `echo rests > ${file}`] });
  coordinator.send({ type: 'rest', why: 'little to do' });
  await vi.waitFor(() => expect(readFileSync(file, 'utf8')).toBe('rests\n'), 10_000);
});
