/** Tables are what the log folds to, whatever happened and however it was grouped into commits. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { applyTo } from '../../../shared/domain/apply.ts';
import type { Command } from '../../../shared/domain/command.ts';
import { emptyState, type State } from '../../../shared/domain/state.ts';
import { TASK_STATES } from '../../../shared/domain/task.ts';
import { usageOf } from '../../../shared/domain/usage.ts';
import { nextCommand, pickFrom } from '../../../shared/domain/testing.ts';
import { fillCalls } from '../db/calls.ts';
import { fillUsage, usageSums } from '../db/usage.ts';
import type { OpenJournal } from './open.ts';
import { openTestJournal, testClock, testFolder } from './testing.ts';
import type { Journal } from './port.ts';
import { verifyJournal } from './verify.ts';

const COMMANDS = 120;

/** Submits a random history in random groups; answers the state that the published events fold to. */
async function live(
  journal: Journal,
  numbers: readonly number[],
  clock: ReturnType<typeof testClock>,
): Promise<State> {
  const state = emptyState();
  journal.subscribe((events) => {
    for (const stored of events) applyTo(state, stored);
  });
  const pick = pickFrom(numbers);
  for (let done = 0; done < COMMANDS;) {
    clock.advance(pick(400) * (pick(9) === 0 ? 20_000 : 1));
    const group = Array.from({ length: 1 + pick(6) }, (): Command =>
      nextCommand(state, pick, clock.now()),
    );
    await Promise.all(group.map((command) => journal.submit(command, { actor: 'test' })));
    done += group.length;
  }
  return state;
}

/** The state as the journal reads it from its tables. */
function read(journal: Journal): unknown {
  const tasks = journal.tasks({ limit: 1_000_000 });
  return {
    tasks: new Map(tasks.map((task) => [task.id, task])),
    attempts: new Map(
      tasks.flatMap(({ id }) => journal.attemptsOf(id)).map((attempt) => [attempt.id, attempt]),
    ),
    agents: new Map(journal.agents().map((agent) => [agent.id, agent])),
    recurrings: new Map(journal.recurrings().map((one) => [one.id, one])),
    workshop: journal.workshop(),
    counts: journal.counts(),
  };
}

/** The sums of the hours as they stand, and as the log folds to them. */
function usageRows({ db }: OpenJournal): unknown[] {
  return db.prepare('SELECT * FROM usage_hours ORDER BY hour, repo, agent, engine, model').all();
}

function callRows({ db }: OpenJournal): unknown[] {
  return db.prepare('SELECT * FROM model_calls ORDER BY seq').all();
}

function usageOfLog(journal: Journal): unknown[] {
  const state = emptyState();
  const sums = usageSums();
  for (const stored of journal.eventsAfter(0, 1_000_000)) {
    sums.add(usageOf(state, stored));
    applyTo(state, stored);
  }
  return [...sums.rows()].map(({ amounts, ...key }) => ({ ...key, ...amounts }));
}

function expected(state: State): unknown {
  const { tasks, attempts, agents, recurrings } = state;
  const counts = Object.fromEntries(
    TASK_STATES.map((of) => [of, [...tasks.values()].filter((task) => task.state === of).length]),
  );
  return { tasks, attempts, agents, recurrings, workshop: state.workshop(), counts };
}

it('folding the whole log gives exactly the tables', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(), { minLength: 40, maxLength: 300 }), async (numbers) => {
      using folder = testFolder();
      const clock = testClock();
      const journal = openTestJournal(folder.dir, clock);
      const state = await live(journal, numbers, clock);
      expect(read(journal)).toEqual(expected(state));
      await journal.close();

      // Once more with nothing in memory, and with the log itself.
      const again = openTestJournal(folder.dir, clock);
      expect(read(again)).toEqual(expected(state));
      const folded = emptyState();
      for (const stored of again.eventsAfter(0, 1_000_000)) applyTo(folded, stored);
      expect(expected(folded)).toEqual(expected(state));
      const usage = usageRows(again);
      expect(new Set(usage)).toEqual(new Set(usageOfLog(again)));
      again.db.exec('DELETE FROM usage_hours');
      fillUsage(again.db);
      expect(usageRows(again)).toEqual(usage);
      const calls = callRows(again);
      again.db.exec('DELETE FROM model_calls');
      fillCalls(again.db);
      expect(callRows(again)).toEqual(calls);
      await again.close();
      const verified = await verifyJournal(folder.file, () => Promise.resolve());
      expect(verified).toMatchObject({ ok: true });
    }),
    { numRuns: 12 },
  );
}, 60_000);
