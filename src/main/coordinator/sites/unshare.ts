/**
 * Ends the sharing: everything that this coordinator leads is its own alone again, and what others lead is put away here. Each
 * step can be repeated, so that a break in between costs nothing.
 */
import { isLedElsewhere } from '../../../shared/domain/led-elsewhere.ts';
import { isEnd, TASK_STATES, type Task } from '../../../shared/domain/task.ts';
import { rejection } from '../../../shared/errors.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Journal } from '../journal/port.ts';
import type { Engine } from './engine.ts';
import { ACTOR } from './port.ts';

const PAGE = 500;

/** Throws `SharedQueueError` when the shared queue goes away meanwhile. */
export async function unshareAll(
  { shared, offers, hand, publisher }: Engine,
  { journal }: { readonly journal: Journal },
): Promise<Result<void>> {
  const { site } = journal.workshop();
  if (shared.state().kind === 'away' || !(await publisher.flush()))
    return fail(rejection('not_connected', 'the shared queue is away: it is left when it is back'));
  await hand.letGo();
  await offers.close();
  for (const task of led(journal)) {
    if (!site || task.site !== site.id) continue;
    const { id: taskId, leadFence } = task;
    await offers.withdraw(taskId);
    await shared.unclaim(taskId, leadFence);
    // Another one took it in this moment: it is that one's.
    if (await shared.leadOf(taskId)) continue;
    await journal.submit({ type: 'task.share', taskId, site: null, leadFence }, { actor: ACTOR });
  }
  await publisher.flush();
  await shared.leave();
  await journal.submit({ type: 'site.leave' }, { actor: ACTOR });
  await putAway(journal);
  return ok(undefined);
}

function led(journal: Journal): Task[] {
  return TASK_STATES.filter((state) => !isEnd(state)).flatMap((state) =>
    journal.inState(state, Number.MAX_SAFE_INTEGER),
  );
}

/** What others lead and have is heard of no more. */
async function putAway(journal: Journal): Promise<void> {
  for (const { id: agentId, site } of journal.agents())
    if (site !== null) await journal.submit({ type: 'agent.remove', agentId }, { actor: ACTOR });
  for (let before: number | undefined; ;) {
    const page = journal.tasks({ limit: PAGE, before });
    for (const task of page) {
      if (!isLedElsewhere(task) || isEnd(task.state)) continue;
      const reason = `"${task.site ?? ''}" leads it, with which this coordinator shares no queue any more`;
      await journal.submit({ type: 'task.cancel', taskId: task.id, reason }, { actor: ACTOR });
    }
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    before = Number(last.id.slice('task-'.length));
  }
}
