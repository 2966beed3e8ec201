/**
 * What a coordinator's own journal adds to the shared queue: from the order to make a task until all may take it, that is made and
 * analysed in one commit, led here in one more, and then offered on Redis with AOF always. One after the other.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SiteId, taskIdOf } from '../../src/shared/ids.ts';
import { isConnected, openQueue, until } from '../support/redis/shared-queue.ts';
import { row, type Print } from './measure.ts';
import { openWorkshopJournal } from './open-journal.ts';
import { putIn, submitTo } from './queue-koubou.ts';
import { PAYLOAD } from './queue-rival.ts';

const TASKS = 300;
const SITE = SiteId.parse('share');
/** Numbers that no other part of the bench gives out. */
const ABOVE = 64_000_000;
const DOCUMENT = JSON.stringify(PAYLOAD);

export async function benchJournalShare(print: Print, url: string): Promise<void> {
  const dir = mkdtempSync(path.join(tmpdir(), 'koubou-bench-share-'));
  const journal = openWorkshopJournal(dir);
  const queue = await openQueue(url, SITE);
  try {
    await until(queue, isConnected);
    await queue.join();
    const first = await queue.fences(TASKS);
    let [commits, redis] = [0, 0];
    for (let n = 0; n < TASKS; n++) {
      const begun = performance.now();
      await putIn(journal, 1);
      const number = journal.workshop().lastTask;
      const lead = { site: SITE, leadFence: first + n };
      await submitTo(journal, [{ type: 'task.share', taskId: taskIdOf(number), ...lead }]);
      const committed = performance.now();
      const task = taskIdOf(ABOVE + number);
      const place = { task, queueing: 1, demandKey: 'share', level: 3, queuedAt: n };
      await Promise.all([
        queue.lead(task, task, lead.leadFence),
        queue.offer([{ ...place, document: DOCUMENT }]),
      ]);
      commits += committed - begun;
      redis += performance.now() - committed;
    }
    const share = `${((commits / (commits + redis)) * 100).toFixed(0)} % the journal's`;
    const each = `${(commits / TASKS).toFixed(2)} + ${(redis / TASKS).toFixed(2)} ms`;
    print(row('made until all may take it: journal + Redis', each, share));
  } finally {
    await queue.close();
    await journal.close();
    rmSync(dir, { recursive: true, force: true });
  }
}
