/**
 * What is the matter with a task or an agent just now, from the live copy and the time: one of a few troubles, each with
 * what is needed to say it. Pure.
 */
import { FAILURES } from '../../shared/errors.ts';
import type { Agent } from '../../shared/domain/agent.ts';
import { isAttemptEnd, type Attempt } from '../../shared/domain/attempt.ts';
import type { Checkpoint } from '../../shared/domain/checkpoint.ts';
import { wasInterrupted } from '../../shared/domain/retry.ts';
import { isHeld, type Task } from '../../shared/domain/task.ts';
import { AGENT_LOST_MS, HEARTBEAT_MS } from '../../shared/protocol/timing.ts';

export type TaskTrouble =
  /** Its agent cannot be reached; at `givenAwayAt` (epoch ms) another one gets it. */
  | { readonly kind: 'reconnecting'; readonly givenAwayAt: number }
  | { readonly kind: 'paused'; readonly since: number }
  /** An attempt at work that began with what an earlier one had done. */
  | { readonly kind: 'resuming'; readonly from: Checkpoint }
  /** Nobody has it yet; whoever gets it goes on from there. */
  | { readonly kind: 'interrupted'; readonly from: Checkpoint }
  | { readonly kind: 'parked'; readonly evidence: string }
  /** The surroundings are at fault; tried again by itself. */
  | { readonly kind: 'waiting'; readonly retryAt: number };

/** So many heartbeats in a row may be missing before an agent counts as silent. */
const SILENT_MS = 3 * HEARTBEAT_MS;

/**
 * When the work of an agent is given away (epoch ms), or `null` while it is well. One whose connection is whole but
 * silent counts as away too.
 *
 * @param heardAt the last heartbeat that this window was told of, `undefined` when there was none
 */
export function givenAwayAt(
  agent: Pick<Agent, 'connected' | 'since'>,
  heardAt: number | undefined,
  now: number,
): number | null {
  if (!agent.connected) return agent.since + AGENT_LOST_MS;
  if (heardAt === undefined) return null;
  // What was heard over an earlier connection says nothing about this one.
  const last = Math.max(heardAt, agent.since);
  return now - last < SILENT_MS ? null : last + AGENT_LOST_MS;
}

/** True while the work of an agent hangs on its coming back. One that left with nothing in hand is just offline. */
export function isReconnecting(
  agent: Pick<Agent, 'connected' | 'since' | 'running'>,
  heardAt: number | undefined,
  now: number,
): boolean {
  if (givenAwayAt(agent, heardAt, now) === null) return false;
  return agent.connected || agent.running.length > 0;
}

export interface Around {
  readonly attempt: Attempt | undefined;
  readonly agent: Pick<Agent, 'connected' | 'since'> | undefined;
  readonly heardAt: number | undefined;
}

/** The one trouble of a task that matters most, if any. */
export function troubleOf(
  task: Pick<Task, 'state' | 'failure' | 'checkpoint'>,
  { attempt, agent, heardAt }: Around,
  now: number,
): TaskTrouble | null {
  return troubleWith(task, attempt, agent ? givenAwayAt(agent, heardAt, now) : null);
}

/** The same, for those who know when its agent's work is given away (epoch ms). */
export function troubleWith(
  task: Pick<Task, 'state' | 'failure' | 'checkpoint'>,
  attempt: Attempt | undefined,
  awayAt: number | null,
): TaskTrouble | null {
  if (isHeld(task.state) && attempt && !isAttemptEnd(attempt.state)) {
    if (awayAt !== null) return { kind: 'reconnecting', givenAwayAt: awayAt };
    if (attempt.pausedAt !== null) return { kind: 'paused', since: attempt.pausedAt };
    return attempt.resumedFrom && { kind: 'resuming', from: attempt.resumedFrom };
  }
  return waitOf(task);
}

function waitOf({
  state,
  failure,
  checkpoint,
}: Pick<Task, 'state' | 'failure' | 'checkpoint'>): TaskTrouble | null {
  if (!failure || (state !== 'failed' && state !== 'queued')) return null;
  if (state === 'failed' && failure.code === 'kills_agents') {
    return { kind: 'parked', evidence: failure.message };
  }
  if (state === 'failed' && FAILURES[failure.code] === 'later' && failure.retryAt !== null) {
    return { kind: 'waiting', retryAt: failure.retryAt };
  }
  const goesOn = state === 'queued' || failure.retryAt !== null;
  if (!checkpoint || !goesOn || !wasInterrupted(failure.code)) return null;
  return { kind: 'interrupted', from: checkpoint };
}

/** What is left of an attempt that ended early: what was saved at its end, or else its last checkpoint. */
export function keptOf({
  state,
  kept,
  checkpoint,
}: Pick<Attempt, 'state' | 'kept' | 'checkpoint'>): Checkpoint | null {
  if (!isAttemptEnd(state) || state === 'succeeded') return null;
  return kept ?? checkpoint;
}

/** Whole seconds until `at`, never less than 0. Rounded down: the time may be that of the last tick. */
export function secondsUntil(at: number, now: number): number {
  return Math.max(0, Math.floor((at - now) / 1_000));
}

/** The lines of a parked task's evidence, without their bullets: what it says first, where it died, what to do. */
export function evidenceOf(message: string): {
  readonly places: readonly string[];
  readonly words: readonly string[];
} {
  const lines = message.split('\n').filter((line) => line.trim() !== '');
  const isPlace = (line: string): boolean => line.startsWith('- ');
  return {
    places: lines.filter(isPlace).map((line) => line.slice(2)),
    words: lines.filter((line) => !isPlace(line)),
  };
}
