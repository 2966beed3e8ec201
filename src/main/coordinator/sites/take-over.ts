/**
 * Keeps this coordinator's lease, and takes over what those lead whose lease ran out. When it comes back itself, it learns
 * first what others took over meanwhile.
 */
import type { SiteId, TaskId } from '../../../shared/ids.ts';
import { isEnd, TASK_STATES } from '../../../shared/domain/task.ts';
import { isLedElsewhere } from '../../../shared/domain/led-elsewhere.ts';
import { LEASE_RENEW_MS } from '../queue/shared-port.ts';
import type { Follower } from './follower.ts';
import { markOf } from './offers.ts';
import { ACTOR, repeat, whileThere, type SiteDeps } from './port.ts';
import { readText, TaskDocument } from './telling.ts';

const LOOK_MS = 5_000;

export interface TakeOverDeps extends SiteDeps {
  readonly follower: Pick<Follower, 'readAll'>;
  /** Something may be had now that another coordinator held. */
  readonly onFound: () => void;
}

export function startTakeOver(deps: TakeOverDeps): { close(): void } {
  const { shared, clock } = deps;
  const parts = [
    repeat(clock, LEASE_RENEW_MS, async () => {
      await whileThere(deps, async () => await shared.renewLease());
    }),
    repeat(clock, LOOK_MS, async () => {
      await whileThere(deps, async () => {
        await shared.sweep();
        for (const site of await shared.lostSites()) await takeOver(site, deps);
        deps.onFound();
      });
    }),
  ];
  return {
    close() {
      for (const part of parts) part.close();
    },
  };
}

/**
 * Brings who leads what here to what all know: before agents are heard, so that none goes on with what is another one's by
 * now. Throws `SharedQueueError` while nobody can be asked.
 */
export async function reconcile(deps: TakeOverDeps): Promise<void> {
  const { shared, journal, site } = deps;
  const leads = new Map((await shared.ledBy(site)).map((one) => [one.task, one.leadFence]));
  const missing = TASK_STATES.filter((one) => !isEnd(one))
    .flatMap((state) => journal.inState(state, Number.MAX_SAFE_INTEGER))
    .filter(({ id, site: of, leadFence }) => of === site && leads.get(id) !== leadFence);
  if (missing.length > 0) await deps.follower.readAll();
  for (const { id } of missing) await claimAgain(id, deps);
  for (const [taskId, leadFence] of leads) {
    const task = journal.task(taskId);
    if (task && !isLedElsewhere(task) && task.leadFence >= leadFence) continue;
    await adopt(taskId, leadFence, deps);
  }
}

/** Redis may have forgotten what it had not written. */
async function claimAgain(id: TaskId, { shared, journal, site }: TakeOverDeps): Promise<void> {
  const task = journal.task(id);
  if (!task || isLedElsewhere(task) || (await shared.leadOf(id))) return;
  const lead = await shared.claim(id, markOf(task, site));
  if (lead?.site !== site) return;
  await journal.submit({ type: 'task.share', taskId: id, ...lead }, { actor: ACTOR });
}

async function takeOver(lost: SiteId, deps: TakeOverDeps): Promise<void> {
  const { shared, journal, log } = deps;
  for (const { id, site, connected } of journal.agents()) {
    if (site !== lost || !connected) continue;
    const why = `its coordinator "${lost}" is gone`;
    await journal.submit({ type: 'agent.disconnect', agentId: id, why }, { actor: ACTOR });
  }
  const led = await shared.ledBy(lost);
  if (led.length === 0 || !(await shared.claimTakeOver(lost))) return;
  const documents = new Map((await shared.documents()).map((one) => [one.task, one]));
  for (const { task, leadFence } of led) {
    const kept = documents.get(task);
    const known = kept && readText(TaskDocument, kept.text);
    // What it says is known to the lost one alone, which goes on with it when it is back.
    if (!kept || !known || known.task.security === 'confidential') continue;
    const lead = await shared.adopt(task, { site: lost, leadFence });
    const told = { ...known, task: { ...known.task, told: kept.seq } };
    if (lead) await adopt(task, lead.leadFence, deps, told);
    if (lead) log.info({ task, site: lost }, 'taken over from a coordinator that is gone');
  }
}

async function adopt(
  taskId: TaskId,
  leadFence: number,
  { journal, site, shared, log }: TakeOverDeps,
  known?: TaskDocument,
): Promise<void> {
  const why = 'site_lost';
  const about = { taskId, site, leadFence, why, ...(known && { known }) } as const;
  const command = { type: 'task.adopt', ...about } as const;
  const answer = await journal.submit(command, { actor: ACTOR });
  const task = journal.task(taskId);
  if (!answer.ok) log.warn({ task: taskId }, `cannot be led here: ${answer.error.message}`);
  else if (task && isEnd(task.state)) await shared.end(taskId, leadFence);
}
