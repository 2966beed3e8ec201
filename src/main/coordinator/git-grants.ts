/**
 * What an attempt may do over git: fetch its repository; push its change while it is its task's current attempt; and push its
 * work in progress, to a branch that no other attempt has, for as long as somebody may go on with it.
 */
import { isAttemptEnd, type Attempt } from '../../shared/domain/attempt.ts';
import { branchOf, workBranchOf } from '../../shared/domain/branch.ts';
import { isEnd, type Task } from '../../shared/domain/task.ts';
import { AttemptId } from '../../shared/ids.ts';
import { repoKeyOf } from './forge/repo-key.ts';
import type { Grant } from './gateway/git-http.ts';
import { gitToken, isSameToken } from './gateway/tokens.ts';
import type { Journal } from './journal/port.ts';

/** Answers `null` for a wrong token, and for an attempt that nobody needs anything of. */
export function grantsOf(
  journal: Pick<Journal, 'attempt' | 'task'>,
  secret: string,
): (user: string, token: string) => Grant | null {
  return (user, token) => {
    const id = AttemptId.safeParse(user);
    const attempt = id.success ? journal.attempt(id.data) : undefined;
    if (!attempt || !isSameToken(gitToken(secret, attempt.id, attempt.fence), token)) return null;
    const task = journal.task(attempt.taskId);
    const branches = task ? branchesOf(task, attempt) : [];
    if (!task || branches.length === 0) return null;
    return { agentId: attempt.agentId, key: repoKeyOf(task.repo.url), branches };
  };
}

function branchesOf(task: Task, { id, state }: Attempt): string[] {
  const isCurrent = task.attemptId === id && !isAttemptEnd(state);
  if (isCurrent) return [branchOf(task), workBranchOf(id)];
  // What succeeded is pushed as a whole.
  return isEnd(task.state) || state === 'succeeded' ? [] : [workBranchOf(id)];
}
