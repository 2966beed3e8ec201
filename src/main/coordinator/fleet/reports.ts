/**
 * Reports of agents, into the journal: in order per attempt, acknowledged after they are durable. A refusal that
 * can heal (the disk is full, a report was skipped) ends the link: the agent comes back and sends again from where the
 * journal stands. One that cannot is said once, and the attempt is given up where it still counts.
 */
import type { Logger } from 'pino';
import { isAttemptEnd } from '../../../shared/domain/attempt.ts';
import { branchOf } from '../../../shared/domain/branch.ts';
import type { Command } from '../../../shared/domain/command.ts';
import { rejection, type Rejection, type RejectionCode } from '../../../shared/errors.ts';
import type { AttemptId } from '../../../shared/ids.ts';
import type { Forge } from '../forge/port.ts';
import type { Journal } from '../journal/port.ts';
import { CLOSE, type Link, type Report } from './link.ts';
import { isHolder, type Fence } from './stale.ts';

const HEALS: ReadonlySet<RejectionCode> = new Set([
  'report_gap',
  'storage_full',
  'storage_damaged',
  'shutting_down',
  'internal',
]);

export interface ReportDeps {
  readonly journal: Journal;
  readonly forge: Pick<Forge, 'pushedCommit'>;
  /** The key of a repository's mirror, from its URL. */
  readonly repoKey: (url: string) => string;
  readonly fence: Fence;
  readonly log: Logger;
}

/** Answers the function that takes a report; it resolves when the report was answered. */
export function createReportTaker(deps: ReportDeps): (link: Link, frame: Report) => Promise<void> {
  // The last report in work of each attempt; entries go when nothing follows.
  const tails = new Map<AttemptId, Promise<void>>();

  return (link, frame) => {
    const before = tails.get(frame.attemptId);
    const work = (before ?? Promise.resolve()).then(() => take(deps, link, frame));
    // The next report must come after this one whether it went well or not; its failure is the caller's.
    const settled = work.catch(() => {});
    tails.set(frame.attemptId, settled);
    void settled.then(() => {
      if (tails.get(frame.attemptId) === settled) tails.delete(frame.attemptId);
    });
    return work;
  };
}

async function take(deps: ReportDeps, link: Link, frame: Report): Promise<void> {
  if (link.isClosed()) return;
  const unproved = await checkPushed(deps, frame);
  if (link.isClosed()) return;
  if (unproved) return await refuse(deps, link, frame, unproved);
  const { attemptId, fence, seq, report } = frame;
  const { agentId } = link;
  const command: Command = { type: 'attempt.report', agentId, attemptId, fence, seq, report };
  const result = await deps.journal.submit(command, { actor: `agent:${agentId}` });
  if (link.isClosed()) return;
  if (result.ok) return link.send({ type: 'report_ack', attemptId, seq });
  if (HEALS.has(result.error.code)) return link.close(CLOSE.notNow, result.error.message);
  await refuse(deps, link, frame, result.error);
}

/** A success counts only when the branch it names is really here, at the commit it names. */
async function checkPushed(
  deps: ReportDeps,
  { attemptId, fence, seq, report }: Report,
): Promise<Rejection | null> {
  if (report.kind !== 'succeeded') return null;
  const attempt = deps.journal.attempt(attemptId);
  // The journal refuses a stale one and answers a repeated one by itself.
  if (!attempt || attempt.fence !== fence || isAttemptEnd(attempt.state)) return null;
  if (seq <= attempt.reportSeq) return null;
  const task = deps.journal.task(attempt.taskId);
  if (!task) return null;
  const { change } = report;
  const branch = branchOf(task);
  if (change.attemptId !== attemptId || change.branch !== branch) {
    const message = `the change of ${attemptId} must be on its branch ${branch}, not on ${change.branch}`;
    return rejection('invalid_input', message);
  }
  const pushed = await deps.forge.pushedCommit(deps.repoKey(task.repo.url), branch);
  if (pushed === change.commit) return null;
  const found = pushed === undefined ? 'was not pushed' : `stands at ${pushed}`;
  const message = `${branch} ${found}, and not at the reported commit ${change.commit}`;
  return rejection('branch_not_found', message);
}

async function refuse(
  { journal, log, fence: fenceOff }: ReportDeps,
  link: Link,
  { attemptId, fence, seq, report }: Report,
  { code, message }: Rejection,
): Promise<void> {
  log.warn({ agent: link.agentId, attempt: attemptId, seq, code }, message);
  link.send({ type: 'report_refused', attemptId, seq, code, message });
  const attempt = journal.attempt(attemptId);
  if (!isHolder(attempt, link.agentId, fence)) return;
  if (isAttemptEnd(attempt.state)) return fenceOff(attemptId, `report ${seq} (${report.kind})`);
  const why = `a report of the agent was refused: ${message}`;
  const command: Command = { type: 'attempt.give_up', attemptId, code: 'internal', message: why };
  const result = await journal.submit(command, { actor: 'fleet' });
  if (!result.ok) log.error({ attempt: attemptId, code: result.error.code }, result.error.message);
}
