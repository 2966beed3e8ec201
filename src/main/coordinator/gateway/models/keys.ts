/** Whose key it is that an engine shows, and whether it is good: while its attempt is its task's current one, and no longer. */
import { engineOf } from '../../../../shared/domain/engine.ts';
import { isAttemptEnd, type Attempt } from '../../../../shared/domain/attempt.ts';
import { AttemptId, type AgentId } from '../../../../shared/ids.ts';
import { fail, ok, type Result } from '../../../../shared/result.ts';
import { createCache } from '../../journal/cache.ts';
import type { Journal } from '../../journal/port.ts';
import { isSameToken, modelKey } from '../tokens.ts';
import type { Asker } from './port.ts';

/** Why a key is not taken. */
export interface KeyRefusal {
  /** The attempt that the key names, whether or not it is its own; `null`: it names none. */
  readonly attemptId: AttemptId | null;
  readonly message: string;
}

/** @param member the agent that a certificate has shown it to be: then only keys of its own attempts count */
export type Authorize = (key: string | null, member?: AgentId) => Result<Asker, KeyRefusal>;

/** Attempts that are under way at once; of more, the oldest is reckoned again. */
const MOST_KEYS = 512;
const NAMED = /^kbm_(?<attempt>[^_]+)_/;

export function authorizerOf(
  journal: Pick<Journal, 'attempt' | 'task'>,
  secret: string,
): Authorize {
  // Attempts ask again and again, and what their keys are takes longer to reckon than all else here.
  const expected = createCache<string, string>(MOST_KEYS);
  const keyOf = ({ id, fence }: Attempt): string => {
    const name = `${id}:${fence}`;
    const known = expected.get(name);
    if (known !== undefined) return known;
    const key = modelKey(secret, id, fence);
    expected.set(name, key);
    return key;
  };
  return (key, member) => {
    const named = AttemptId.safeParse(NAMED.exec(key ?? '')?.groups?.['attempt']);
    if (key === null || !named.success) return refused(null, 'show the key of an attempt');
    const attempt = journal.attempt(named.data);
    if (!attempt || !isSameToken(keyOf(attempt), key))
      return refused(named.data, 'the attempt is not known, or the key is not its own');
    const task = journal.task(attempt.taskId);
    if (!task || task.attemptId !== attempt.id || isAttemptEnd(attempt.state))
      return refused(attempt.id, `${attempt.id} is over, and its key with it`);
    if (member !== undefined && member !== attempt.agentId)
      return refused(attempt.id, `${attempt.id} is the work of another agent than ${member}`);
    const { kind: engine } = engineOf(task, attempt);
    if (engine === 'auto') return refused(attempt.id, `${attempt.id} works with no engine`);
    return ok({
      attemptId: attempt.id,
      taskId: task.id,
      agentId: attempt.agentId,
      priority: task.priority,
      repo: task.repo.url,
      engine,
    });
  };
}

function refused(attemptId: AttemptId | null, message: string): Result<never, KeyRefusal> {
  return fail({ attemptId, message });
}
