/** What agents are known by: the same from the table, after a start, as from the events before it. */
import { expect, it } from 'vitest';
import { AgentId, attemptIdOf, type TaskId } from '../../../shared/ids.ts';
import { endedIn } from '../db/ended.ts';
import type { OpenJournal } from '../journal/open.ts';
import {
  ALICE,
  connect,
  must,
  mustComplete,
  mustCreate,
  openTestJournal,
  testClock,
  testFolder,
} from '../journal/testing.ts';
import { startRecords } from './records.ts';

const BOB = AgentId.parse('bob');

it('knows after a start what it knew before', async () => {
  using folder = testFolder();
  const clock = testClock();
  const journal = openTestJournal(folder.dir, clock);
  const live = startRecords({ journal, past: () => [] });
  await must(journal, connect(ALICE));
  await must(journal, connect(BOB));
  await mustComplete(journal, await backend(journal, ALICE));
  await mustComplete(journal, await backend(journal, ALICE));
  const lost = attemptIdOf(await backend(journal, BOB), 1);
  const gone = { code: 'agent_lost', message: 'gone' } as const;
  await must(journal, { type: 'attempt.give_up', attemptId: lost, ...gone });
  const again = startRecords({ journal, past: endedIn(journal.db) });
  for (const agentId of [ALICE, BOB]) {
    const record = live.of(agentId, 'backend');
    expect(Math.sign(record?.success ?? 0)).toBe(agentId === ALICE ? 1 : -1);
    expect(again.of(agentId, 'backend')).toEqual(record);
  }
  expect(live.of(ALICE, 'frontend')).toBeNull();
  live.close();
  again.close();
  await journal.close();
});

async function backend(journal: OpenJournal, agentId: AgentId): Promise<TaskId> {
  const taskId = await mustCreate(journal);
  await must(journal, { type: 'task.analyse', taskId, specialty: 'backend' });
  await must(journal, { type: 'task.assign', taskId, agentId, reasons: [] });
  return taskId;
}
