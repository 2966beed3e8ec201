/**
 * Attempts come one after the other: a task has at most one at a time, fences only grow, nothing that an attempt says after its end
 * counts, and its engine has stopped before the engine of the next one starts. What was up for review is what its attempt pushed.
 */
import path from 'node:path';
import { repoKeyOf } from '../../../src/main/coordinator/forge/repo-key.ts';
import type { StoredEvent } from '../../../src/shared/domain/event.ts';
import { attemptIdOf, type AttemptId, type TaskId } from '../../../src/shared/ids.ts';
import { printedBy } from '../printed.ts';
import { git } from '../repos.ts';
import type { Evidence } from './evidence.ts';

export function checkAttempts(evidence: Evidence): void {
  checkLog(evidence);
  checkOverlap(evidence);
  checkBranches(evidence);
}

function checkLog({ events, violations }: Evidence): void {
  const running = new Map<TaskId, AttemptId>();
  const ended = new Set<AttemptId>();
  let fence = 0;
  for (const { seq, event } of events) {
    if (event.type === 'task.assigned') {
      const other = running.get(event.taskId);
      if (other)
        violations.add(
          'one attempt',
          `event ${seq} starts ${event.attemptId} while ${other} counts`,
        );
      if (event.fence <= fence)
        violations.add('one attempt', `event ${seq} has fence ${event.fence} after ${fence}`);
      fence = event.fence;
      running.set(event.taskId, event.attemptId);
    } else if (event.type === 'attempt.ended') {
      if (ended.has(event.attemptId))
        violations.add('one attempt', `event ${seq} ends ${event.attemptId} again`);
      ended.add(event.attemptId);
      running.delete(event.taskId);
    } else if (saysSomething(event) && ended.has(event.attemptId)) {
      violations.add(
        'one attempt',
        `event ${seq}: ${event.attemptId} said ${event.type} after its end`,
      );
    }
  }
}

type Said = Extract<StoredEvent['event'], { attemptId: AttemptId; reportSeq: number | null }>;

function saysSomething(event: StoredEvent['event']): event is Said {
  return 'attemptId' in event && 'reportSeq' in event;
}

function checkOverlap({ tasks, folder, violations }: Evidence): void {
  for (const { id, attempts } of tasks) {
    let before: { id: AttemptId; until: number } | undefined;
    for (let n = 1; n <= attempts; n++) {
      const attempt = attemptIdOf(id, n);
      const printed = printedBy(attempt, folder);
      const [first, last] = [printed[0], printed.at(-1)];
      if (!first || !last) continue;
      if (before && before.until > first.at) {
        const by = (before.until - first.at).toFixed(1);
        violations.add(
          'one attempt',
          `the engine of ${before.id} printed ${by} s longer than the one of ${attempt} had run`,
        );
      }
      before = { id: attempt, until: Math.max(last.at, before?.until ?? 0) };
    }
  }
}

/** A branch that a stale attempt pushed to is not what was reviewed. */
function checkBranches({ tasks, workshop, violations }: Evidence): void {
  for (const { id, repo, change, state } of tasks) {
    if (!change || state !== 'completed') continue;
    const mirror = path.join(workshop.coordinator.data, 'repos', `${repoKeyOf(repo.url)}.git`);
    const commit = git(
      mirror,
      'for-each-ref',
      '--format=%(objectname)',
      `refs/heads/${change.branch}`,
    );
    if (commit !== '' && commit !== change.commit)
      violations.add(
        'one attempt',
        `the branch of ${id} stands at ${commit}, and what was reviewed is ${change.commit}`,
      );
  }
}
