/**
 * The dispatcher: every task in state `assigned` is an intent, "tell the agent". It is carried out when the assignment
 * is committed and again whenever the agent connects, until the agent's first report moves the task on. Attempts
 * that ended without their agent (cancelled, given up) are told to it as `cancel`.
 */
import type { Logger } from 'pino';
import type { Attempt } from '../../../shared/domain/attempt.ts';
import { wordsOf } from '../../../shared/domain/review-comment.ts';
import { branchOf, workBranchOf } from '../../../shared/domain/branch.ts';
import type { Command } from '../../../shared/domain/command.ts';
import { engineOf } from '../../../shared/domain/engine.ts';
import type { EventOf } from '../../../shared/domain/event.ts';
import { wasInterrupted } from '../../../shared/domain/retry.ts';
import { isEnd, type Task } from '../../../shared/domain/task.ts';
import type { AgentId, AttemptId } from '../../../shared/ids.ts';
import type { AttemptLimits, AttemptSpec, ToAgent } from '../../../shared/protocol/agent.ts';
import type { GrantModels } from '../gateway/models/grants.ts';
import type { Forge, PreparedRepo, RepoProblem } from '../forge/port.ts';
import type { Journal } from '../journal/port.ts';
import { repoPathOf } from './stale.ts';
import { bodyFor, commentFor, markOf } from './untrusted.ts';

/** Who commits an agent's changes; the engine and the issue are told in the message. */
const AUTHOR = { name: 'Koubou', email: 'koubou@localhost' };

export interface DispatchDeps {
  readonly journal: Journal;
  readonly forge: Pick<Forge, 'prepare' | 'hasCommit'>;
  /** Asked for each attempt: they may be changed while we run. */
  readonly limits: () => AttemptLimits;
  readonly gitToken: (attemptId: AttemptId, fence: number) => string;
  readonly grantModels: GrantModels;
  /** Whether the agent's build knows what to do with a way to models. */
  readonly knowsModels: (agentId: AgentId) => boolean;
  /** False when the agent is not connected: it is told when it comes. */
  readonly send: (agentId: AgentId, frame: ToAgent) => boolean;
  readonly isConnected: (agentId: AgentId) => boolean;
  readonly abandonRecording: (attemptId: AttemptId) => void;
  readonly log: Logger;
}

export interface Dispatcher {
  /** The agent was welcomed: sends what is assigned to it and not among what it already holds. */
  connected(agentId: AgentId, holding: ReadonlySet<AttemptId>): void;
  /** Ends the subscription and waits for preparations under way. */
  close(): Promise<void>;
}

export function startDispatcher(deps: DispatchDeps): Dispatcher {
  const { journal, log } = deps;
  const underWay = new Map<AttemptId, Promise<void>>();
  let closed = false;

  function offer(attemptId: AttemptId): void {
    if (closed || underWay.has(attemptId)) return;
    const work = assign(attemptId)
      .catch((error: unknown) => {
        log.error({ err: error, attempt: attemptId }, 'an attempt could not be sent to its agent');
        return giveUp(
          deps,
          attemptId,
          'internal',
          'the coordinator could not prepare the attempt; its log has more',
        );
      })
      .finally(() => underWay.delete(attemptId));
    underWay.set(attemptId, work);
  }

  async function assign(attemptId: AttemptId): Promise<void> {
    const before = openAssignment(journal, attemptId);
    if (!before || !deps.isConnected(before.attempt.agentId) || isStopped(journal)) return;
    const repo = await deps.forge.prepare(before.task.repo);
    if (!repo.ok) return await giveUp(deps, attemptId, repo.error.code, repo.error.message);
    const kept = keptWork(before.task, before.attempt);
    const work = kept && (await deps.forge.hasCommit(repo.value.key, kept.commit)) ? kept : null;
    // Preparing took time: what was assigned may be cancelled, or its agent gone.
    const still = openAssignment(journal, attemptId);
    if (!still || closed || isStopped(journal)) return;
    deps.send(still.attempt.agentId, {
      type: 'assign',
      spec: { ...specOf(still.task, still.attempt, repo.value, deps), work },
    });
  }

  const unsubscribe = journal.subscribe((events) => {
    for (const { event } of events) {
      if (event.type === 'task.assigned') offer(event.attemptId);
      // `reportSeq` is null when the coordinator ended it: the agent does not know yet.
      if (event.type === 'attempt.ended' && event.reportSeq === null) tellEnded(deps, event);
    }
  });

  return {
    connected(agentId, holding) {
      for (const id of journal.agent(agentId)?.running ?? []) if (!holding.has(id)) offer(id);
    },
    async close() {
      closed = true;
      unsubscribe();
      await Promise.all(underWay.values());
    },
  };
}

/** Then it is offered again when the workshop goes on. */
function isStopped(journal: Journal): boolean {
  return journal.workshop().stopped !== null;
}

async function giveUp(
  { journal, log }: DispatchDeps,
  attemptId: AttemptId,
  code: RepoProblem['code'] | 'internal',
  message: string,
): Promise<void> {
  const command: Command = { type: 'attempt.give_up', attemptId, code, message };
  const result = await journal.submit(command, { actor: 'dispatcher' });
  if (!result.ok) log.error({ attempt: attemptId, code: result.error.code }, result.error.message);
}

function tellEnded(deps: DispatchDeps, event: EventOf<'attempt.ended'>): void {
  const { journal, send, abandonRecording } = deps;
  const attempt = journal.attempt(event.attemptId);
  if (!attempt) return;
  const { id: attemptId, agentId, fence } = attempt;
  const reason = event.failure?.message ?? journal.task(event.taskId)?.cancelReason ?? 'cancelled';
  const state = journal.task(event.taskId)?.state;
  const unwanted = state === undefined || isEnd(state);
  // An agent that is away is told when it comes back with the attempt.
  send(agentId, { type: 'cancel', attemptId, fence, reason, unwanted });
  // One that never said that it began may never have been told: nobody else would end the recording.
  if (attempt.reportSeq === 0) abandonRecording(attemptId);
}

/** The attempt and its task, while the agent is still to be told. */
function openAssignment(
  journal: Journal,
  attemptId: AttemptId,
): { task: Task; attempt: Attempt } | undefined {
  const attempt = journal.attempt(attemptId);
  const task = attempt && journal.task(attempt.taskId);
  if (
    !task ||
    attempt.state !== 'assigned' ||
    task.state !== 'assigned' ||
    task.attemptId !== attemptId
  )
    return undefined;
  return { task, attempt };
}

/** What an earlier attempt had done: gone on with when that was interrupted, shown to the engine when it failed. */
function keptWork(task: Task, { resumedFrom }: Attempt): AttemptSpec['work'] {
  const use = resumedFrom ? 'continue' : 'context';
  // What was sent back stands whole on its branch, where this attempt starts.
  const failed = task.failure !== null && task.failure.code !== 'changes_requested';
  const from = resumedFrom ?? (failed ? task.checkpoint : null);
  if (!from) return null;
  return {
    attemptId: from.attemptId,
    branch: workBranchOf(from.attemptId),
    commit: from.commit,
    use,
  };
}

function specOf(
  task: Task,
  attempt: Attempt,
  repo: PreparedRepo,
  deps: Pick<DispatchDeps, 'limits' | 'gitToken' | 'grantModels' | 'knowsModels'>,
): Omit<AttemptSpec, 'work'> {
  const { failure } = task;
  const engine = engineOf(task, attempt);
  if (engine.kind === 'auto') throw new Error(`${attempt.id} was assigned without an engine`);
  const gitToken = deps.gitToken(attempt.id, attempt.fence);
  const mark = markOf(gitToken);
  // That a machine was lost, or somebody wants it otherwise, is nothing that the engine did wrong.
  const isOwn =
    failure !== null && failure.code !== 'changes_requested' && !wasInterrupted(failure.code);
  return {
    attemptId: attempt.id,
    fence: attempt.fence,
    taskId: task.id,
    ordinal: attempt.ordinal,
    title: task.title,
    body: bodyFor(task, mark),
    // As one text, which agents of every version know.
    feedback: task.feedback.map(({ comments, ...said }) => ({
      ...said,
      comment: commentFor({ ...said, comment: wordsOf({ ...said, comments }) }, mark),
    })),
    lastFailure: isOwn ? failure.message : null,
    repo: {
      key: repo.key,
      path: repoPathOf(repo.key),
      base: repo.base,
      baseCommit: repo.baseCommit,
      startFrom: task.change?.branch ?? null,
    },
    workBranch: workBranchOf(attempt.id),
    branch: branchOf(task),
    gitToken,
    engine,
    ...(deps.knowsModels(attempt.agentId) && {
      models: deps.grantModels(attempt.id, attempt.fence, engine.kind),
    }),
    author: AUTHOR,
    limits: deps.limits(),
  };
}
