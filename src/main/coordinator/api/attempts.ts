/** One attempt from near, over the API: its tests, when its engine said what, and how long it may still take. */
import { OPERATIONS } from '../../../shared/contract.ts';
import { isAttemptEnd, type Attempt } from '../../../shared/domain/attempt.ts';
import { laneKey, laneOf } from '../../../shared/domain/lane.ts';
import type { Task, TestSummary } from '../../../shared/domain/task.ts';
import type { Outlook } from '../../../shared/contract-attempts.ts';
import type { AttemptLimits } from '../../../shared/protocol/agent.ts';
import { ok } from '../../../shared/result.ts';
import type { ModelSupply } from '../gateway/models/port.ts';
import type { Journal } from '../journal/port.ts';
import type { ReadyQueue } from '../queue/port.ts';
import type { History } from '../scheduler/analysis/history.ts';
import type { Flow } from '../scheduler/flow.ts';
import type { WorkshopSettings } from '../settings/settings.ts';
import type { Recordings } from '../terminal/port.ts';
import { readTestOutput } from '../terminal/test-output.ts';
import { waitsFor } from './queue.ts';
import type { Routes } from './rest.ts';
import { route } from './route.ts';
import { eventsOf } from './task-events.ts';
import { existing } from './existing.ts';
import { recordedAttempt } from './terminal-times.ts';

export interface AttemptDeps {
  readonly journal: Journal;
  readonly queue: ReadyQueue;
  readonly history: Pick<History, 'past'>;
  readonly flow: Pick<Flow, 'gates'>;
  readonly supply: Pick<ModelSupply, 'of'>;
  readonly recordings: Pick<Recordings, 'transcriptTimes' | 'times' | 'watch' | 'end'>;
  readonly settings: Pick<WorkshopSettings, 'current'>;
}

type AttemptRoutes = Pick<Routes, Extract<keyof Routes, `attempts.${string}`>>;

export function attemptRoutes(deps: AttemptDeps): AttemptRoutes {
  const { journal, recordings } = deps;
  return {
    'attempts.tests': route(OPERATIONS['attempts.tests'], async ({ id, attempt }) => {
      const found = recordedAttempt(journal, id, attempt);
      if (!found.ok) return found;
      const of = found.value === null ? undefined : journal.attempt(found.value);
      const began = of?.phases.findLast(({ phase }) => phase === 'test')?.startedAt;
      if (!of || began === undefined) {
        return ok({ attemptId: found.value, summary: null, report: null });
      }
      const summary = summaryOf(journal, of);
      const command = summary && summary.outcome !== 'skipped' ? summary.command : null;
      const report = await readTestOutput(recordings, of.id, { began, command });
      return ok({ attemptId: of.id, summary, report });
    }),
    'attempts.transcript_times': route(
      OPERATIONS['attempts.transcript_times'],
      async ({ id, attempt }) => {
        const found = recordedAttempt(journal, id, attempt);
        if (!found.ok) return found;
        const times = found.value === null ? [] : await recordings.transcriptTimes(found.value);
        return ok({ times });
      },
    ),
    'attempts.outlook': route(OPERATIONS['attempts.outlook'], ({ id }) => {
      const task = existing(journal, id);
      return task.ok ? ok(outlookOf(deps, task.value)) : task;
    }),
  };
}

function summaryOf(journal: Journal, { id, taskId }: Attempt): TestSummary | null {
  let found: TestSummary | null = null;
  for (const { event } of eventsOf(journal, taskId)) {
    if (event.type === 'attempt.ended' && event.attemptId === id) found ??= event.tests;
    if (event.type === 'task.review_opened' && event.change.attemptId === id) {
      found = event.change.tests;
    }
  }
  return found;
}

function outlookOf(deps: AttemptDeps, task: Task): Outlook {
  const { journal, settings, history } = deps;
  const attempt = task.attemptId === null ? undefined : journal.attempt(task.attemptId);
  const runs = attempt && !isAttemptEnd(attempt.state) ? attempt : undefined;
  return {
    limitAt: runs ? limitOf(runs, settings.current().limits) : null,
    usual: usualOf(history, task),
    wait: waitOf(deps, task),
  };
}

/** Time in which an attempt stands still does not count, so that nothing is known while it does. */
function limitOf({ phases, pausedAt, takenOver }: Attempt, limits: AttemptLimits): number | null {
  const phase = phases.at(-1);
  if (!phase || phase.endedAt !== null || pausedAt !== null || takenOver !== null) return null;
  if (phase.phase === 'implement') return phase.startedAt + limits.engineMs;
  return phase.phase === 'test' ? phase.startedAt + limits.setupMs + limits.testMs : null;
}

/** What a person said it takes, else what such tasks took. */
function usualOf(history: AttemptDeps['history'], task: Task): Outlook['usual'] {
  const said = task.analysis?.durationMs;
  if (said?.from === 'person' && said.value !== null) return { ms: said.value, of: 0 };
  const past = history.past(task);
  return past && { ms: past.ms, of: past.of };
}

const MOST_AHEAD = 500;

function waitOf(deps: AttemptDeps, task: Task): Outlook['wait'] {
  if (task.state !== 'queued') return null;
  const lane = laneOf(task);
  const place = deps.queue.head(laneKey(lane), MOST_AHEAD).findIndex(({ id }) => id === task.id);
  const waits = waitsFor(deps, lane, deps.flow.gates.now());
  const since = task.queuedAt ?? task.updatedAt;
  // Nobody counts a place as far behind.
  const ahead = place === -1 ? null : place;
  return { since, why: waits?.words ?? null, reason: waits?.wait ?? null, ahead };
}
