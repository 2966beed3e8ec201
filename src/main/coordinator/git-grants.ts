/** What an attempt may do over git: fetch its repository and push its branch, while it is its task's current attempt. */
import { isAttemptEnd } from '../../shared/domain/attempt.ts';
import { branchOf } from '../../shared/domain/branch.ts';
import type { AttemptId } from '../../shared/ids.ts';
import { repoKeyOf } from './forge/repo-key.ts';
import type { Grant } from './gateway/git-http.ts';
import { gitToken, isSameToken } from './gateway/tokens.ts';
import type { Journal } from './journal/port.ts';

/** Answers `null` for a wrong token and for an attempt that is over. */
export function grantsOf(
  journal: Pick<Journal, 'attempt' | 'task'>,
  secret: string,
): (attemptId: AttemptId, token: string) => Grant | null {
  return (attemptId, token) => {
    const attempt = journal.attempt(attemptId);
    if (!attempt || !isSameToken(gitToken(secret, attemptId, attempt.fence), token)) return null;
    const task = journal.task(attempt.taskId);
    if (task?.attemptId !== attemptId || isAttemptEnd(attempt.state)) return null;
    return { key: repoKeyOf(task.repo.url), branch: branchOf(task) };
  };
}
