/** What an agent's reports, and the loss of an attempt, lead to. */
import { FAILURES, rejection, type FailureCode } from '../errors.ts';
import { attemptIdOf } from '../ids.ts';
import { fail, ok, type Result } from '../result.ts';
import { isAttemptEnd, type Attempt, type AttemptFailure } from './attempt.ts';
import type { CommandOf, DecideContext } from './command.ts';
import type { Event } from './event.ts';
import { isLedElsewhere } from './led-elsewhere.ts';
import { isOfEngine, KILL_LIMIT, retryAt } from './retry.ts';
import type { StateReader } from './state.ts';
import { isEnd, type Task } from './task.ts';

/**
 * Applies a report exactly once. One that was applied before is answered with no events, so that the
 * agent may resend after any break; one from a stale attempt is refused, whatever it says.
 */
export function decideReport(
  state: StateReader,
  command: CommandOf<'attempt.report'>,
  ctx: DecideContext,
): Result<Event[]> {
  const attempt = state.attempt(command.attemptId);
  if (!attempt || attempt.agentId !== command.agentId || attempt.fence !== command.fence) {
    return fail(
      rejection(
        'stale_attempt',
        `${command.attemptId} is not held by ${command.agentId} under fence ${command.fence}`,
        {
          attemptId: command.attemptId,
        },
      ),
    );
  }
  if (command.seq <= attempt.reportSeq) return ok([]);
  const task = state.task(attempt.taskId);
  if (isAttemptEnd(attempt.state) || !task || task.attemptId !== attempt.id) {
    return fail(
      rejection('stale_attempt', `${attempt.id} is ${attempt.state}; its reports count no more`, {
        attemptId: attempt.id,
      }),
    );
  }
  if (command.seq > attempt.reportSeq + 1) {
    return fail(
      rejection('report_gap', `report ${attempt.reportSeq + 1} of ${attempt.id} is missing`, {
        attemptId: attempt.id,
        expected: attempt.reportSeq + 1,
        received: command.seq,
      }),
    );
  }
  return outOfOrder(task, attempt, command) ?? ok(consequences(state, task, attempt, command, ctx));
}

/** Reports that make no sense in the task's state: an agent that misbehaves, told so. */
function outOfOrder(
  task: Task,
  attempt: Attempt,
  { report }: CommandOf<'attempt.report'>,
): Result<never> | null {
  const wrong =
    (report.kind === 'started') !== (attempt.state === 'assigned') &&
    report.kind !== 'failed' &&
    report.kind !== 'cancelled';
  const untested = report.kind === 'succeeded' && task.state !== 'testing';
  const twice =
    report.kind === 'phase_started' && report.phase === 'test' && task.state === 'testing';
  if (!wrong && !untested && !twice) return null;
  return fail(
    rejection(
      'illegal_transition',
      `${attempt.id} is ${attempt.state} (${task.id} ${task.state}); "${report.kind}" does not follow`,
      {
        attemptId: attempt.id,
      },
    ),
  );
}

function consequences(
  state: StateReader,
  task: Task,
  attempt: Attempt,
  { report, seq }: CommandOf<'attempt.report'>,
  ctx: DecideContext,
): Event[] {
  const about = { taskId: task.id, attemptId: attempt.id, reportSeq: seq };
  switch (report.kind) {
    case 'started':
      return [
        { type: 'attempt.started', ...about },
        { type: 'task.started', taskId: task.id },
      ];
    case 'phase_started': {
      const started: Event = { type: 'attempt.phase_started', ...about, phase: report.phase };
      return report.phase === 'test'
        ? [started, { type: 'task.testing_started', taskId: task.id }]
        : [started];
    }
    case 'phase_ended': {
      const { phase, outcome, detail } = report;
      return [{ type: 'attempt.phase_ended', ...about, phase, outcome, detail }];
    }
    case 'usage':
      return [{ type: 'attempt.usage_reported', ...about, usage: report.usage }];
    case 'checkpointed':
      return [{ type: 'attempt.checkpointed', ...about, commit: report.commit }];
    case 'paused':
      return [{ type: 'attempt.paused', ...about }];
    case 'resumed':
      return [{ type: 'attempt.resumed', ...about }];
    case 'taken_over':
      return [{ type: 'attempt.taken_over', ...about, by: report.by }];
    case 'handed_back':
      return [{ type: 'attempt.handed_back', ...about }];
    case 'succeeded': {
      const { change } = report;
      return [
        { type: 'attempt.ended', ...about, state: 'succeeded', failure: null, tests: change.tests },
        { type: 'task.review_opened', taskId: task.id, change },
      ];
    }
    case 'failed': {
      const { code, message, tests, until } = report;
      const failure = { code, message };
      return [
        { type: 'attempt.ended', ...about, state: endOf(code), failure, tests },
        failedTask(state, task, attempt, { ...failure, until }, ctx.now),
      ];
    }
    case 'cancelled': {
      // The agent stopped by itself (a shutdown, say); a cancel by a person ended the attempt before.
      const failure = { code: 'agent_lost', message: 'the agent stopped the attempt' } as const;
      return [
        { type: 'attempt.ended', ...about, state: 'cancelled', failure: null, tests: null },
        failedTask(state, task, attempt, failure, ctx.now),
      ];
    }
  }
}

/** Ends an attempt without its agent: lost, refused, or never sent because the repository is gone. */
export function giveUp(
  state: StateReader,
  command: CommandOf<'attempt.give_up'>,
  ctx: DecideContext,
): Result<Event[]> {
  const attempt = state.attempt(command.attemptId);
  const task = attempt && state.task(attempt.taskId);
  if (!attempt || !task || isAttemptEnd(attempt.state) || isLedElsewhere(task)) return ok([]);
  const { code, message } = command;
  const failure = { code, message };
  return ok([
    {
      type: 'attempt.ended',
      taskId: task.id,
      attemptId: attempt.id,
      reportSeq: null,
      state: endOf(code),
      failure,
      tests: null,
    },
    failedTask(state, task, attempt, failure, ctx.now),
  ]);
}

/** What was used counts, whatever became of the attempt meanwhile: it was paid for. */
export function callModel(
  state: StateReader,
  { attemptId, call }: CommandOf<'attempt.call_model'>,
): Result<Event[]> {
  const attempt = state.attempt(attemptId);
  if (!attempt) return fail(rejection('not_found', `there is no attempt ${attemptId}`));
  return ok([{ type: 'attempt.model_called', taskId: attempt.taskId, attemptId, call }]);
}

/** Records the first message that came from an attempt after it ended; what was refused later says nothing new. */
export function fenceOff(
  state: StateReader,
  { agentId, attemptId, fence, what }: CommandOf<'attempt.fence_off'>,
): Result<Event[]> {
  const attempt = state.attempt(attemptId);
  if (attempt?.agentId !== agentId || attempt.fence !== fence) return ok([]);
  if (!isAttemptEnd(attempt.state) || attempt.fenced !== null || isOver(state, attempt))
    return ok([]);
  return ok([{ type: 'attempt.fenced', taskId: attempt.taskId, attemptId, agentId, what }]);
}

export function keepWork(
  state: StateReader,
  { agentId, attemptId, fence, commit }: CommandOf<'attempt.keep_work'>,
): Result<Event[]> {
  const attempt = state.attempt(attemptId);
  if (attempt?.agentId !== agentId || attempt.fence !== fence) {
    return fail(rejection('stale_attempt', `${attemptId} is not an attempt of ${agentId}`));
  }
  if (!isAttemptEnd(attempt.state) || attempt.kept?.commit === commit || isOver(state, attempt))
    return ok([]);
  return ok([{ type: 'attempt.work_kept', taskId: attempt.taskId, attemptId, commit }]);
}

/** Nothing happens to a task that ended: what comes of it then is history that nobody can use. */
function isOver(state: StateReader, { taskId }: Attempt): boolean {
  const task = state.task(taskId);
  return !task || isEnd(task.state) || isLedElsewhere(task);
}

function endOf(code: FailureCode): 'lost' | 'failed' | 'cancelled' {
  if (code === 'emergency_stopped') return 'cancelled';
  return code === 'agent_lost' || code === 'supervisor_died' ? 'lost' : 'failed';
}

function failedTask(
  state: StateReader,
  task: Task,
  attempt: Attempt,
  { code, message, until }: AttemptFailure & { readonly until?: number | undefined },
  now: number,
): Event {
  const about = { type: 'task.failed', taskId: task.id, attemptId: attempt.id } as const;
  const retry = fallsBack(state, task, attempt, code) ? now : retryAt(code, task, now, until);
  if (code === 'supervisor_died' && retry === null) {
    const evidence = evidenceOf(state, task, attempt, message);
    return { ...about, code: 'kills_agents', message: evidence, retryAt: null };
  }
  return { ...about, code, message, retryAt: retry };
}

/**
 * True when another engine is to take over at once, because the task leaves the choice open and this one would only wait or
 * fail again. The first failure of each engine counts; what comes after waits as ever, so that there is an end.
 */
function fallsBack(state: StateReader, task: Task, last: Attempt, code: FailureCode): boolean {
  const isOpen = task.engine.kind === 'auto' && !task.localOnly;
  if (!isOpen || !isOfEngine(code) || FAILURES[code] === 'yes') return false;
  for (let n = last.ordinal - 1; n > 0; n--) {
    const before = state.attempt(attemptIdOf(task.id, n));
    const failed = before?.failure && isOfEngine(before.failure.code);
    if (failed && before.engine?.kind === last.engine?.kind) return false;
  }
  return true;
}

/** What is known about the attempts that were killed, for whoever has to find out why. */
function evidenceOf(state: StateReader, task: Task, last: Attempt, message: string): string {
  const killed = [];
  for (let n = last.ordinal - 1; n > 0 && killed.length < KILL_LIMIT - 1; n--) {
    const attempt = state.attempt(attemptIdOf(task.id, n));
    if (attempt?.failure?.code === 'supervisor_died') killed.unshift(attempt);
  }
  const lines = killed.map((attempt) => whereItDied(attempt, attempt.failure?.message ?? ''));
  return [
    `the processes of this task were killed ${KILL_LIMIT} times, so it is parked:`,
    ...lines,
    whereItDied(last, message),
    'See what the engine or the tests use up (memory first), then retry.',
  ].join('\n');
}

function whereItDied({ id, agentId, phases }: Attempt, message: string): string {
  const phase = phases.at(-1)?.phase;
  return `- ${id} on ${agentId}${phase ? ` in "${phase}"` : ''}: ${message}`;
}
