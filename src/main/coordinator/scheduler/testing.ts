/** For tests of this folder: the reactors on a real journal and queue, with a clock moved by hand. */
import type { TaskState } from '../../../shared/domain/task.ts';
import { taskIdOf, type TaskId } from '../../../shared/ids.ts';
import { Settings } from '../../../shared/settings.ts';
import type { OpenJournal } from '../journal/open.ts';
import { openTestJournal, testClock, testFolder, type TestClock } from '../journal/testing.ts';
import { createEmbeddedQueue } from '../queue/embedded.ts';
import type { ReadyQueue } from '../queue/port.ts';
import { openPlacing } from './candidates.ts';
import { startScheduler, type SchedulerDeps } from './scheduler.ts';

export interface Workshop extends AsyncDisposable {
  readonly journal: OpenJournal;
  readonly clock: TestClock;
  readonly queue: ReadyQueue;
  /** Starts (or starts again) the reactors. */
  start(deps?: Partial<SchedulerDeps>): { close(): void };
  /** Resolves with the state when the task is in it; now, if it is already. */
  until(id: TaskId, state: TaskState): Promise<TaskState>;
  /** Resolves when the reactors have done all that they were woken for. */
  settled(): Promise<void>;
}

/** Takes a turn like any command, and changes nothing. */
const REFUSED = { type: 'task.retry', taskId: taskIdOf(999_999_999) } as const;

export const NO_LOAD: SchedulerDeps['fleet'] = {
  vitals: () => null,
  repos: () => new Set<string>(),
  onVitals: () => () => {},
  makesRoom: () => true,
  wake: () => {},
};

export const NO_SPARES: SchedulerDeps['spares'] = { open: () => [], add: () => {} };

/** Nothing is known of repositories and earlier tasks, and no model is asked. */
export const NO_SOURCES: SchedulerDeps['sources'] = {
  repositories: { of: () => ({ repository: null, missing: null }) },
  past: () => null,
  model: () => null,
};

/** No account is kept at the gateway. */
export const NO_SUPPLY: SchedulerDeps['supply'] = { of: () => null, onChange: () => () => {} };

/** By the default strategy; nobody did anything before. */
export function placingFor(
  journal: SchedulerDeps['journal'],
  fleet: SchedulerDeps['fleet'] = NO_LOAD,
): SchedulerDeps['placing'] {
  // As in the product, where they are read when they change.
  const fixed = Settings.parse({});
  const settings = { current: () => fixed };
  return openPlacing({ journal, fleet, settings, past: () => [] });
}

export function openWorkshop(): Workshop {
  const folder = testFolder();
  const clock = testClock();
  const journal = openTestJournal(folder.dir, clock);
  const queue = createEmbeddedQueue(journal.db);
  const started: { close(): void }[] = [];
  return {
    journal,
    clock,
    queue,
    start(deps) {
      const repoKey = (url: string): string => `key of ${url}`;
      const own = {
        journal,
        queue,
        clock,
        repoKey,
        fleet: NO_LOAD,
        supply: NO_SUPPLY,
        sources: NO_SOURCES,
        spares: NO_SPARES,
      };
      const settings = { current: () => Settings.parse({}) };
      const placing = placingFor(journal, deps?.fleet);
      const scheduler = startScheduler({ ...own, settings, placing, ...deps });
      started.push(scheduler);
      return scheduler;
    },
    async until(id, state) {
      await new Promise<void>((resolve) => {
        const end = journal.subscribe(look);
        function look(): void {
          if (journal.task(id)?.state !== state) return;
          end();
          resolve();
        }
        look();
      });
      return state;
    },
    async settled() {
      for (let seq = -1; seq !== journal.seq();) {
        seq = journal.seq();
        // What was submitted before these is committed before they are answered; then once more for the answers' answers.
        for (let turn = 0; turn < 2; turn++) await journal.submit(REFUSED, { actor: 'test' });
      }
    },
    async [Symbol.asyncDispose]() {
      for (const scheduler of started) scheduler.close();
      await journal.close();
      folder[Symbol.dispose]();
    },
  };
}
