/**
 * The embedded queue for the bench: the whole journal with its rules, hash chain and tables, one fsync per commit. To put a task in is to create and to
 * analyse it, in one commit; to claim it is to look at the head of its lane and to assign it; to complete it is the report that ends its attempt.
 */
import { AgentId, attemptIdOf, taskIdOf, type TaskId } from '../../src/shared/ids.ts';
import type { Command, CommandOf } from '../../src/shared/domain/command.ts';
import { createEmbeddedQueue } from '../../src/main/coordinator/queue/embedded.ts';
import { openWorkshopJournal } from './open-journal.ts';
import { PAYLOAD, type Rival } from './queue-rival.ts';

const AGENT = AgentId.parse('bench');
const SLOTS = 256;
const REASON = {
  agentId: AGENT,
  score: 9,
  parts: { freeSlots: 4, idleCpu: 3, cached: 2 },
  why: 'free slots, idle processor, repository in cache',
};

export function openKoubou(dir: string): Rival {
  const journal = openWorkshopJournal(dir);
  const queue = createEmbeddedQueue(journal.db);
  let connected = false;

  async function submit(commands: readonly Command[]): Promise<void> {
    const results = await Promise.all(
      commands.map((command) => journal.submit(command, { actor: 'bench' })),
    );
    const refused = results.find((result) => !result.ok);
    if (refused && !refused.ok) throw new Error(refused.error.message);
  }

  async function put(count: number, create: () => readonly Command[]): Promise<void> {
    const first = journal.workshop().lastTask + 1;
    const analyse = Array.from({ length: count }, (_, index): Command => {
      const taskId = taskIdOf(first + index);
      return { type: 'task.analyse', taskId, specialty: 'backend' };
    });
    await submit([...create(), ...analyse]);
  }

  const together = (count: number): Promise<void> =>
    put(count, () => Array.from({ length: count }, () => NEW_TASK));

  async function claim(count: number): Promise<TaskId[]> {
    if (!connected) await submit([connect()]);
    connected = true;
    const [lane] = queue.lanes();
    const ids = (lane ? queue.head(lane.key, count) : []).map(({ id }) => id);
    if (ids.length < count) throw new Error('nothing waits');
    const about = { agentId: AGENT, reasons: [REASON] };
    await submit(ids.map((taskId) => ({ type: 'task.assign', taskId, ...about })));
    return ids;
  }

  const complete = (ids: readonly TaskId[]): Promise<void> =>
    submit(
      ids.map((id) => {
        const attemptId = attemptIdOf(id, 1);
        const fence = journal.attempt(attemptId)?.fence ?? 0;
        const held = { agentId: AGENT, attemptId, fence, seq: 1 };
        return { type: 'attempt.report', ...held, report: NOTHING_TO_DO };
      }),
    );

  return {
    ...{ name: 'Koubou', durability: 'FULL', together },
    async one(count) {
      for (let n = 0; n < count; n++) await together(1);
    },
    bulk: (count) =>
      put(count, () => [
        { type: 'task.create_all', tasks: Array.from({ length: count }, () => TASK) },
      ]),
    hands: {
      async work(count, workers) {
        for (let done = 0; done < count; done += workers)
          await complete(await claim(Math.min(workers, count - done)));
      },
      async claim() {
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

const { title, body, repo } = PAYLOAD;
const TASK = {
  ...{ title, body, repo, priority: 'normal' as const },
  ...{ engine: { kind: 'command' as const, run: 'true' }, needs: [], after: [], at: null },
};
const NEW_TASK: CommandOf<'task.create'> = { type: 'task.create', ...TASK };

/** How an attempt ends that had nothing to change. */
const NOTHING_TO_DO = {
  ...{ kind: 'failed' as const, code: 'no_changes' as const },
  ...{ message: 'nothing was changed', tests: null },
};

function connect(): Command {
  const capabilities = {
    ...{ os: 'linux', arch: 'x64', hostname: 'bench', cpus: 1, memoryBytes: 0, diskFreeBytes: 0 },
    ...{ tools: [], specialties: [], labels: [] },
    engines: [{ kind: 'command', version: '1', ready: true, why: null } as const],
  };
  const from = { version: '0', address: '127.0.0.1', slots: SLOTS, capabilities };
  return { type: 'agent.connect', agentId: AGENT, name: 'bench', ...from };
}
