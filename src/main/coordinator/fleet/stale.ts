/**
 * Attempts that count no more, and what their agents still say of them. Their output is taken and their work is kept; what
 * would have changed the task is refused, and the first refusal of each is recorded.
 */
import type { Logger } from 'pino';
import { isAttemptEnd, type Attempt } from '../../../shared/domain/attempt.ts';
import { workBranchOf } from '../../../shared/domain/branch.ts';
import type { Command } from '../../../shared/domain/command.ts';
import { isEnd } from '../../../shared/domain/task.ts';
import type { AgentId, AttemptId } from '../../../shared/ids.ts';
import type { Holding, ToAgent } from '../../../shared/protocol/agent.ts';
import type { Journal } from '../journal/port.ts';
import type { Recordings } from '../terminal/port.ts';

type Over = Extract<ToAgent, { type: 'welcome' }>['over'][number];

export interface OverDeps {
  readonly journal: Pick<Journal, 'attempt' | 'task'>;
  readonly recordings: Pick<Recordings, 'end'>;
  readonly gitToken: (attemptId: AttemptId, fence: number) => string;
  /** The key of a repository's mirror, from its URL. */
  readonly repoKey: (url: string) => string;
}

/** What an agent is to know of those that are over, of all that it holds. Nothing of what is not known, or not its own. */
export function overOf(deps: OverDeps, agentId: AgentId, holding: readonly Holding[]): Over[] {
  const { journal, recordings, gitToken, repoKey } = deps;
  return holding.flatMap(({ attemptId, fence }) => {
    const attempt = journal.attempt(attemptId);
    const task = attempt && journal.task(attempt.taskId);
    if (!task || !isHolder(attempt, agentId, fence)) return [];
    if (!isAttemptEnd(attempt.state)) return [];
    return [
      {
        attemptId,
        fence,
        terminal: recordings.end(attemptId, 'terminal'),
        transcript: recordings.end(attemptId, 'transcript'),
        repoPath: repoPathOf(repoKey(task.repo.url)),
        workBranch: workBranchOf(attemptId),
        gitToken: gitToken(attemptId, fence),
        // What succeeded is pushed as a whole: nothing of it is only there.
        unwanted: isEnd(task.state) || attempt.state === 'succeeded',
      },
    ];
  });
}

/** Path of a repository on the coordinator's own address. */
export function repoPathOf(key: string): string {
  return `/git/${key}.git`;
}

/** Told of a message that was refused because its attempt is over. `what`: `report 7 (succeeded)`. */
export type Fence = (attemptId: AttemptId, what: string) => void;

/**
 * Records what a lost attempt would have done. Not what comes late from one that was cancelled, or ended with its own
 * report: there is nobody who could have taken its place without knowing of it.
 */
export function createFence(
  journal: Pick<Journal, 'attempt' | 'submit'>,
  log: Pick<Logger, 'warn' | 'error'>,
): Fence {
  return (attemptId, what) => {
    const attempt = journal.attempt(attemptId);
    if (!attempt || attempt.state !== 'lost') return;
    const { agentId, fence } = attempt;
    log.warn(
      { agent: agentId, attempt: attemptId, what },
      'an attempt that counts no more was fenced off',
    );
    if (attempt.fenced !== null) return;
    void record({ type: 'attempt.fence_off', agentId, attemptId, fence, what });
  };

  async function record(command: Command): Promise<void> {
    const result = await journal.submit(command, { actor: 'fleet' });
    if (!result.ok) log.error({ code: result.error.code }, result.error.message);
  }
}

/** True when the agent holds, or held, exactly this attempt. */
export function isHolder(
  attempt: Attempt | undefined,
  agentId: AgentId,
  fence: number,
): attempt is Attempt {
  return attempt?.agentId === agentId && attempt.fence === fence;
}
