/** The queue inside a coordinator keeps the contract, where its journal says who holds a task. */
import {
  connect,
  create,
  must,
  openTestJournal,
  testClock,
  testFolder,
} from '../../src/main/coordinator/journal/testing.ts';
import type { OpenJournal } from '../../src/main/coordinator/journal/open.ts';
import { createEmbeddedQueue } from '../../src/main/coordinator/queue/embedded.ts';
import type { AttemptReport } from '../../src/shared/domain/attempt.ts';
import type { Command, CommandOf } from '../../src/shared/domain/command.ts';
import { isHeld } from '../../src/shared/domain/task.ts';
import { changeOf } from '../../src/shared/domain/testing.ts';
import { AgentId, taskIdOf, type AttemptId, type TaskId } from '../../src/shared/ids.ts';
import { sharedQueueContract, type Hands, type Held, type Taker } from './shared-queue.ts';

interface HeldHere extends Held {
  readonly attemptId: AttemptId;
  readonly agentId: AgentId;
}

sharedQueueContract<HeldHere>('embedded queue', async (test) => {
  using folder = testFolder();
  const open = async (): Promise<OpenJournal> => {
    const journal = openTestJournal(folder.dir, testClock());
    for (const id of ['first', 'second']) await must(journal, connect(AgentId.parse(id), 20));
    return journal;
  };
  let journal = await open();
  const restart = async (): Promise<void> => {
    await journal.close();
    journal = await open();
  };
  try {
    await test(handsOn(() => journal, restart));
  } finally {
    await journal.close();
  }
});

function handsOn(journal: () => OpenJournal, restart: () => Promise<void>): Hands<HeldHere> {
  /** What comes too late is refused, and changes nothing. */
  const attemptIt = async (command: Command): Promise<boolean> =>
    (await journal().submit(command, { actor: 'test' })).ok;
  const giveUp = async (
    { attemptId, task }: HeldHere,
    code: CommandOf<'attempt.give_up'>['code'],
  ): Promise<void> => {
    await must(journal(), { type: 'attempt.give_up', attemptId, code, message: 'gone' });
    await attemptIt({ type: 'task.due', taskId: task });
  };
  const holds = ({ task, attemptId }: Pick<HeldHere, 'task' | 'attemptId'>): boolean => {
    const now = journal().task(task);
    return now !== undefined && isHeld(now.state) && now.attemptId === attemptId;
  };
  const made = new Map<TaskId, Command>();
  /** As a caller does who got no answer: under the same key. */
  const queueIt = async (id: TaskId): Promise<void> => {
    const command = made.get(id);
    if (!command) throw new Error('it was never put');
    const receipt = { key: id, hash: id };
    const result = await journal().submit(command, { actor: 'test', receipt });
    if (!result.ok) throw new Error(result.error.message);
    for (const { id: taskId } of journal().tasks({ state: 'pending', limit: 9 }))
      await must(journal(), { type: 'task.analyse', taskId, specialty: 'general' });
  };
  return {
    async put({ priority = 'normal', needs = [] } = {}) {
      const command = create({ priority, needs });
      const id = taskIdOf(made.size + 1);
      made.set(id, command);
      await queueIt(id);
      return id;
    },
    putAgain: async (task) => await queueIt(task),
    take: async (who, count, words = []) => await take(journal(), who, count, words),
    lose: async (held) => await giveUp(held, 'agent_lost'),
    isHeld: (held) => Promise.resolve(holds(held)),
    async settle({ attemptId, agentId, fence }) {
      const reports: AttemptReport[] = [
        { kind: 'started' },
        { kind: 'phase_started', phase: 'test' },
        { kind: 'succeeded', change: changeOf(attemptId) },
      ];
      for (const [index, report] of reports.entries())
        await attemptIt({
          type: 'attempt.report',
          agentId,
          attemptId,
          fence,
          seq: index + 1,
          report,
        });
    },
    giveBack: async (held) => await giveUp(held, 'agent_refused'),
    async withdraw(taskId) {
      const state = journal().task(taskId)?.state;
      if (state !== undefined && isHeld(state)) return 'taken';
      if (state !== 'queued') return 'gone';
      await must(journal(), { type: 'task.cancel', taskId, reason: 'no', onlyIn: ['queued'] });
      return 'withdrawn';
    },
    restart,
  };
}

/** As the scheduler does it, with the first ones of the lanes that fit. */
async function take(
  journal: OpenJournal,
  who: Taker,
  count: number,
  words: readonly string[],
): Promise<HeldHere[]> {
  const queue = createEmbeddedQueue(journal.db);
  const agentId = AgentId.parse(who);
  const ready = queue
    .lanes()
    .filter(({ lane }) => lane.demand.needs.every((need) => words.includes(need)))
    .flatMap(({ key }) => queue.head(key, count))
    .toSorted((a, b) => a.rank - b.rank || a.number - b.number)
    .slice(0, count);
  const held: HeldHere[] = [];
  for (const { id } of ready) {
    const command: Command = { type: 'task.assign', taskId: id, agentId, reasons: [] };
    const result = await journal.submit(command, { actor: 'test' });
    const attemptId = result.ok ? journal.task(id)?.attemptId : null;
    const attempt = attemptId ? journal.attempt(attemptId) : undefined;
    if (attempt) held.push({ task: id, fence: attempt.fence, attemptId: attempt.id, agentId });
  }
  return held;
}
