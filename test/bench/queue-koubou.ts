/**
 * The embedded queue for the bench: the whole journal with its rules, hash chain and tables, one fsync per commit. To put a task in is to create and to
 * analyse it, in one commit; to claim is what a round of the scheduler's loop does, all of its assignments in one commit (64 at most); to complete
 * is the report that ends an attempt.
 */
import { AgentId, attemptIdOf, taskIdOf, type TaskId } from '../../src/shared/ids.ts';
import type { Command, CommandOf } from '../../src/shared/domain/command.ts';
import { place } from '../../src/shared/domain/place.ts';
import { Settings } from '../../src/shared/settings.ts';
import type { OpenJournal } from '../../src/main/coordinator/journal/open.ts';
import { createEmbeddedQueue } from '../../src/main/coordinator/queue/embedded.ts';
import { createGates } from '../../src/main/coordinator/scheduler/gates.ts';
import { openRound } from '../../src/main/coordinator/scheduler/round.ts';
import { NO_SUPPLY, placingFor } from '../../src/main/coordinator/scheduler/testing.ts';
import { systemClock } from '../../src/main/coordinator/system-clock.ts';
import { openWorkshopJournal } from './open-journal.ts';
import { PAYLOAD, type Rival } from './queue-rival.ts';

const AGENT = AgentId.parse('bench');

export function openKoubou(dir: string): Rival {
  const journal = openWorkshopJournal(dir);
  const round = roundOn(journal);
  const together = (count: number): Promise<void> => putIn(journal, count, [], 'one by one');
  let slots = 0;

  /** As many slots as workers: a round takes no more tasks than could start. */
  async function staff(workers: number): Promise<void> {
    if (slots !== workers) await submitTo(journal, [connect(workers)]);
    slots = workers;
  }

  async function claim(count: number): Promise<TaskId[]> {
    const ids: TaskId[] = [];
    while (ids.length < count) {
      const commands = round(count - ids.length);
      if (commands.length === 0) throw new Error('nothing waits');
      await submitTo(journal, commands);
      ids.push(...commands.map(({ taskId }) => taskId));
    }
    return ids;
  }

  const complete = (ids: readonly TaskId[]): Promise<void> =>
    submitTo(
      journal,
      ids.map((id) => endingOf(journal, id)),
    );

  return {
    ...{ name: 'Koubou', durability: 'FULL', together },
    async one(count) {
      for (let n = 0; n < count; n++) await together(1);
    },
    bulk: (count) => putIn(journal, count),
    hands: {
      async work(count, workers) {
        await staff(workers);
        for (let done = 0; done < count; done += workers)
          await complete(await claim(Math.min(workers, count - done)));
      },
      async claim() {
        await staff(1);
        const begun = performance.now();
        const ids = await claim(1);
        const ms = performance.now() - begun;
        await complete(ids);
        return ms;
      },
    },
    close: () => journal.close(),
  };
}

/** What a round of the scheduler's loop submits, but for no more than `most`. */
function roundOn(journal: OpenJournal): (most: number) => CommandOf<'task.assign'>[] {
  const fixed = Settings.parse({});
  const deps = {
    ...{ journal, queue: createEmbeddedQueue(journal.db), clock: systemClock, supply: NO_SUPPLY },
    settings: { current: () => fixed },
  };
  const gates = createGates(deps);
  const placing = placingFor(journal);
  return (most) => {
    const { ready } = openRound(deps, gates.now(), new Set());
    const inOrder = ready.slice(0, most).map((task, rank) => ({ ...task, rank }));
    const given = place(inOrder, placing.candidates(journal.agents()), placing.policy());
    return given.map((assignment) => ({ type: 'task.assign', ...assignment }));
  };
}

/** @throws when one of them is refused */
export async function submitTo(journal: OpenJournal, commands: readonly Command[]): Promise<void> {
  const results = await Promise.all(
    commands.map((command) => journal.submit(command, { actor: 'bench' })),
  );
  const refused = results.find((result) => !result.ok);
  if (refused && !refused.ok) throw new Error(refused.error.message);
}

/** Creates and analyses so many, in one commit. @param how by one order, or by one each */
export async function putIn(
  journal: OpenJournal,
  count: number,
  needs: readonly string[] = [],
  how: 'all' | 'one by one' = 'all',
): Promise<void> {
  const first = journal.workshop().lastTask + 1;
  const tasks = Array.from({ length: count }, () => ({ ...TASK, needs: [...needs] }));
  const create: Command[] =
    how === 'all'
      ? [{ type: 'task.create_all', tasks }]
      : tasks.map((task) => ({ type: 'task.create', ...task }));
  const analyse = tasks.map((_, index): Command => {
    return { type: 'task.analyse', taskId: taskIdOf(first + index), specialty: 'backend' };
  });
  await submitTo(journal, [...create, ...analyse]);
}

/** The report that ends a task's first attempt. */
export function endingOf(journal: OpenJournal, id: TaskId): Command {
  const attemptId = attemptIdOf(id, 1);
  const fence = journal.attempt(attemptId)?.fence ?? 0;
  const held = { agentId: AGENT, attemptId, fence, seq: 1 };
  return { type: 'attempt.report', ...held, report: NOTHING_TO_DO };
}

const { title, body, repo } = PAYLOAD;
const TASK = {
  ...{ title, body, repo, priority: 'normal' as const },
  ...{ engine: { kind: 'command' as const, run: 'true' }, needs: [], after: [], at: null },
};
export const NEW_TASK: CommandOf<'task.create'> = { type: 'task.create', ...TASK };

/** How an attempt ends that had nothing to change. */
const NOTHING_TO_DO = {
  ...{ kind: 'failed' as const, code: 'no_changes' as const },
  ...{ message: 'nothing was changed', tests: null },
};

/** An agent with so many slots. */
export function connect(slots: number): Command {
  const capabilities = {
    ...{ os: 'linux', arch: 'x64', hostname: 'bench', cpus: 1, memoryBytes: 0, diskFreeBytes: 0 },
    ...{ tools: [], specialties: [], labels: [] },
    engines: [{ kind: 'command', version: '1', ready: true, why: null } as const],
  };
  const from = { version: '0', address: '127.0.0.1', slots, capabilities };
  return { type: 'agent.connect', agentId: AGENT, name: 'bench', ...from };
}
