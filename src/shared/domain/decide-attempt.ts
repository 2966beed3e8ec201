/** What an agent's reports, and the loss of an attempt, lead to. */
import { rejection } from '../errors.ts';
import { fail, ok, type Result } from '../result.ts';
import { isAttemptEnd, type Attempt } from './attempt.ts';
import type { CommandOf, DecideContext } from './command.ts';
import type { Event } from './event.ts';
import { retryAt } from './retry.ts';
import type { StateReader } from './state.ts';
import type { Task } from './task.ts';

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
  return outOfOrder(task, attempt, command) ?? ok(consequences(task, attempt, command, ctx));
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
    case 'succeeded': {
      const { change } = report;
      return [
        { type: 'attempt.ended', ...about, state: 'succeeded', failure: null, tests: change.tests },
        { type: 'task.review_opened', taskId: task.id, change },
      ];
    }
    case 'failed': {
      const { code, message, tests } = report;
      return [
        { type: 'attempt.ended', ...about, state: 'failed', failure: { code, message }, tests },
        failedTask(task, attempt, code, message, ctx.now),
      ];
    }
    case 'cancelled':
      // The agent stopped by itself (a shutdown, say); a cancel by a person ended the attempt before.
      return [
        { type: 'attempt.ended', ...about, state: 'cancelled', failure: null, tests: null },
        failedTask(task, attempt, 'agent_lost', 'the agent stopped the attempt', ctx.now),
      ];
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
  if (!attempt || !task || isAttemptEnd(attempt.state)) return ok([]);
  const { code, message } = command;
  return ok([
    {
      type: 'attempt.ended',
      taskId: task.id,
      attemptId: attempt.id,
      reportSeq: null,
      state: code === 'agent_lost' ? 'lost' : 'failed',
      failure: { code, message },
      tests: null,
    },
    failedTask(task, attempt, code, message, ctx.now),
  ]);
}

function failedTask(
  task: Task,
  attempt: Attempt,
  code: Extract<Event, { type: 'task.failed' }>['code'],
  message: string,
  now: number,
): Event {
  return {
    type: 'task.failed',
    taskId: task.id,
    code,
    message,
    attemptId: attempt.id,
    retryAt: retryAt(code, task.failures, task.losses, now),
  };
}
