/**
 * What an attempt may do over git: fetch its repository; push its change while it is its task's current attempt; and push its
 * work in progress, to a branch that no other attempt has, for as long as somebody may go on with it.
 */
import { isAttemptEnd, type Attempt } from '../../shared/domain/attempt.ts';
import { branchOf, workBranchOf } from '../../shared/domain/branch.ts';
import { isEnd, type Task } from '../../shared/domain/task.ts';
import type { AttemptId } from '../../shared/ids.ts';
import { repoKeyOf } from './forge/repo-key.ts';
import type { Grant } from './gateway/git-http.ts';
import { gitToken, isSameToken } from './gateway/tokens.ts';
import type { Journal } from './journal/port.ts';

/** Answers `null` for a wrong token, and for an attempt that nobody needs anything of. */
export function grantsOf(
  journal: Pick<Journal, 'attempt' | 'task'>,
  secret: string,
): (attemptId: AttemptId, token: string) => Grant | null {
  return (attemptId, token) => {
    const attempt = journal.attempt(attemptId);
    if (!attempt || !isSameToken(gitToken(secret, attemptId, attempt.fence), token)) return null;
    const task = journal.task(attempt.taskId);
    const branches = task ? branchesOf(task, attempt) : [];
    if (!task || branches.length === 0) return null;
    return { key: repoKeyOf(task.repo.url), branches };
  };
}

function branchesOf(task: Task, { id, state }: Attempt): string[] {
  const isCurrent = task.attemptId === id && !isAttemptEnd(state);
  if (isCurrent) return [branchOf(task), workBranchOf(id)];
  // What succeeded is pushed as a whole.
  return isEnd(task.state) || state === 'succeeded' ? [] : [workBranchOf(id)];
}
