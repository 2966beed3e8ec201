/**
 * How soon a new task starts while many wait: from the order to make it until an agent has it, through the scheduler as it runs in
 * the product (made, analysed, queued, assigned: three commits). Those that wait need what the one free agent lacks.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { OpenJournal } from '../../src/main/coordinator/journal/open.ts';
import { createEmbeddedQueue } from '../../src/main/coordinator/queue/embedded.ts';
import {
  NO_LOAD,
  NO_SOURCES,
  NO_SPARES,
  NO_SUPPLY,
  placingFor,
} from '../../src/main/coordinator/scheduler/testing.ts';
import { startScheduler } from '../../src/main/coordinator/scheduler/scheduler.ts';
import { systemClock } from '../../src/main/coordinator/system-clock.ts';
import { Settings } from '../../src/shared/settings.ts';
import { percentile, row, type Print } from './measure.ts';
import { openWorkshopJournal } from './open-journal.ts';
import { connect, endingOf, NEW_TASK, putIn, submitTo } from './queue-koubou.ts';

const BACKLOGS = [10_000, 100_000];
const STARTS = 200;
const AT_ONCE = 1_000;

export async function benchStart(print: Print): Promise<void> {
  const dir = mkdtempSync(path.join(tmpdir(), 'koubou-bench-start-'));
  const journal = openWorkshopJournal(dir);
  try {
    let waiting = 0;
    for (const backlog of BACKLOGS) {
      for (; waiting < backlog; waiting += AT_ONCE) await putIn(journal, AT_ONCE, ['gpu']);
      const times = await starts(journal);
      const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)];
      const figure = `${p50.toFixed(2)} / ${p99.toFixed(2)} ms`;
      const what = `made until assigned, ${backlog.toLocaleString('en')} waiting: p50 / p99`;
      print(row(what, figure, 'three commits on disk'));
    }
  } finally {
    await journal.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function starts(journal: OpenJournal): Promise<number[]> {
  const fixed = Settings.parse({});
  const scheduler = startScheduler({
    ...{ journal, queue: createEmbeddedQueue(journal.db), clock: systemClock },
    ...{ fleet: NO_LOAD, supply: NO_SUPPLY, sources: NO_SOURCES, placing: placingFor(journal) },
    spares: NO_SPARES,
    settings: { current: () => fixed },
    repoKey: (url) => url,
  });
  try {
    await submitTo(journal, [connect(1)]);
    const times: number[] = [];
    for (let n = 0; n < STARTS; n++) times.push(await startOne(journal));
    return times;
  } finally {
    scheduler.close();
  }
}

/** In ms. The task is done at once afterwards, unmeasured. */
async function startOne(journal: OpenJournal): Promise<number> {
  const assigned = Promise.withResolvers<number>();
  const end = journal.subscribe((events) => {
    if (events.some(({ event }) => event.type === 'task.assigned'))
      assigned.resolve(performance.now());
  });
  const begun = performance.now();
  await submitTo(journal, [NEW_TASK]);
  const ms = (await assigned.promise) - begun;
  end();
  const newest = journal.tasks({ limit: 1 })[0];
  if (!newest) throw new Error('there is no task');
  await submitTo(journal, [endingOf(journal, newest.id)]);
  return ms;
}
