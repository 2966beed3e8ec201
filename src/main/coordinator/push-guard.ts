/**
 * Keeps what is pushed in step with the journal: a push under way is killed with the event that ends its attempt, before
 * anybody can be told to take its place; and work in progress is removed when its task has ended.
 */
import type { Logger } from 'pino';
import { isEnd } from '../../shared/domain/task.ts';
import { taskIdOfAttempt, type TaskId } from '../../shared/ids.ts';
import type { Forge } from './forge/port.ts';
import type { GitGateway } from './gateway/git-http.ts';
import type { Journal } from './journal/port.ts';

export interface PushGuardDeps {
  readonly journal: Pick<Journal, 'task' | 'attemptsOf' | 'subscribe'>;
  readonly gateway: Pick<GitGateway, 'endPushes'>;
  readonly forge: Pick<Forge, 'keptWork' | 'dropWork'>;
  /** The key of a repository's mirror, from its URL. */
  readonly repoKey: (url: string) => string;
  readonly log: Logger;
}

export interface PushGuard {
  /** Waits for removals under way. */
  close(): Promise<void>;
}

export function startPushGuard({
  journal,
  gateway,
  forge,
  repoKey,
  log,
}: PushGuardDeps): PushGuard {
  let closed = false;
  let last = sweep();

  async function sweep(): Promise<void> {
    try {
      const kept = await forge.keptWork();
      const tasks = new Map(kept.map(({ key, attemptId }) => [taskIdOfAttempt(attemptId), key]));
      for (const [taskId, key] of tasks) {
        const task = journal.task(taskId);
        if (!closed && task && isEnd(task.state)) await forge.dropWork(key, taskId);
      }
    } catch (error) {
      log.warn({ err: error }, 'work in progress of ended tasks could not be looked for');
    }
  }

  async function drop(key: string, taskId: TaskId): Promise<void> {
    try {
      if (!closed) await forge.dropWork(key, taskId);
    } catch (error) {
      // It takes room and does no harm; the next start finds it.
      log.warn({ err: error, task: taskId }, 'work in progress could not be removed');
    }
  }

  function onTaskEnd(taskId: TaskId): void {
    for (const { id } of journal.attemptsOf(taskId)) gateway.endPushes(id);
    const task = journal.task(taskId);
    // One after the other: git locks what it removes.
    if (task) last = last.then(() => drop(repoKey(task.repo.url), taskId));
  }

  const unsubscribe = journal.subscribe((events) => {
    for (const { event } of events) {
      if (event.type === 'attempt.ended') gateway.endPushes(event.attemptId);
      if (event.type === 'task.completed' || event.type === 'task.cancelled')
        onTaskEnd(event.taskId);
    }
  });

  return {
    async close() {
      closed = true;
      unsubscribe();
      await last;
    },
  };
}
