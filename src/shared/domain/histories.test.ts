/** What must hold in every history, whatever is asked in whatever order. */
import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AttemptId, TaskId } from '../ids.ts';
import { agentState } from './agent.ts';
import { ATTEMPT_TRANSITIONS, isAttemptEnd, type AttemptState } from './attempt.ts';
import { stateAfter } from './describe.ts';
import { StoredEvent } from './event.ts';
import { emptyState, type State } from './state.ts';
import { canMove, isHeld, TASK_STATES, type TaskState } from './task.ts';
import { carryOut, nextCommand, pickFrom, slotsOf } from './testing.ts';

const COMMANDS = 150;

/** Looks at the events of one command, and at the state after it; says what is wrong. */
type Rule = (state: State, events: StoredEvent[]) => Iterable<string>;

/**
 * What a rule finds in the smallest history that breaks it; nothing when none does. `rule` makes one per history. Half of
 * them are the same each time, so that a test can say what they must have come by; the others are new each time.
 */
function violations(rule: () => Rule, runs = 150): string[] {
  const histories = fc.array(fc.nat(), { minLength: 40, maxLength: 400 });
  const sound = fc.property(histories, (numbers) => findings(numbers, rule()).length === 0);
  const numRuns = runs / 2;
  const { counterexample } = [{ numRuns, seed: 1 }, { numRuns }]
    .map((half) => fc.check(sound, half))
    .find(({ failed }) => failed) ?? { counterexample: null };
  return counterexample ? findings(counterexample[0], rule()) : [];
}

function findings(numbers: readonly number[], rule: Rule): string[] {
  const found: string[] = [];
  const state = emptyState();
  const pick = pickFrom(numbers);
  let now = 1_000_000;
  let seq = 0;
  for (let i = 0; i < COMMANDS; i++) {
    now += pick(400);
    const events = carryOut(state, nextCommand(state, pick, now), now, seq);
    seq += events.length;
    found.push(...rule(state, events));
  }
  return found;
}

describe('histories', () => {
  it('move a task, step by step, only as its table says', () => {
    const seen = new Set<TaskState>();
    const found = violations(() => {
      const states = new Map<TaskId, TaskState>();
      return function* (_, events) {
        for (const { event } of events) {
          const to = stateAfter(event);
          if (to === null || !('taskId' in event)) continue;
          const from = states.get(event.taskId);
          if (from !== undefined && !canMove(from, to)) yield `${event.type}: ${from} → ${to}`;
          states.set(event.taskId, to);
          seen.add(to);
        }
      };
    });
    expect(found).toEqual([]);
    // Histories that never left the queue would prove nothing.
    expect(seen).toEqual(new Set(TASK_STATES));
  });

  it('move an attempt only as its table says', () => {
    const seen = new Set<AttemptState>();
    const found = violations(() => {
      const states = new Map<AttemptId, AttemptState>();
      return function* (state) {
        for (const { id, state: to } of state.attempts.values()) {
          const from = states.get(id);
          if (from !== undefined && from !== to && !ATTEMPT_TRANSITIONS[from].includes(to)) {
            yield `${id}: ${from} → ${to}`;
          }
          states.set(id, to);
          seen.add(to);
        }
      };
    });
    expect(found).toEqual([]);
    expect(seen).toEqual(
      new Set(['assigned', 'running', 'succeeded', 'failed', 'cancelled', 'lost']),
    );
  });

  it('never put more on an agent than it has slots, and know what it holds', () => {
    const found = violations(() => {
      return function* (state) {
        for (const agent of state.agents.values()) {
          if (agent.running.length > slotsOf(agent.id))
            yield `${agent.id} holds ${agent.running.length}`;
          if (agent.state !== agentState(agent)) yield `${agent.id} is shown as ${agent.state}`;
        }
        const open = [...state.attempts.values()].filter(({ state: of }) => !isAttemptEnd(of));
        const held = open.map(({ agentId, id }) => `${agentId} ${id}`).toSorted();
        const known = [...state.agents.values()].flatMap(({ id, running }) =>
          running.map((attempt) => `${id} ${attempt}`),
        );
        if (held.join() !== known.toSorted().join())
          yield `held ${held.join()}, known ${known.join()}`;
      };
    });
    expect(found).toEqual([]);
  });

  it('have one attempt under way for each held task, and none for others', () => {
    const found = violations(() => {
      return function* (state) {
        const open = new Map<TaskId, AttemptId[]>();
        for (const attempt of state.attempts.values()) {
          if (!isAttemptEnd(attempt.state)) {
            open.set(attempt.taskId, [...(open.get(attempt.taskId) ?? []), attempt.id]);
          }
        }
        for (const task of state.tasks.values()) {
          const expected = isHeld(task.state) ? [task.attemptId] : [];
          const current = open.get(task.id) ?? [];
          if (current.join() !== expected.join())
            yield `${task.id} is ${task.state} with ${current.join()}`;
        }
      };
    });
    expect(found).toEqual([]);
  });

  it('give fences that only grow', () => {
    const found = violations(() => {
      let last = 0;
      return function* (_, events) {
        for (const { event } of events) {
          if (event.type !== 'task.assigned') continue;
          if (event.fence <= last) yield `${event.fence} after ${last}`;
          last = event.fence;
        }
      };
    });
    expect(found).toEqual([]);
  });

  it('give nothing out and approve nothing while the workshop is stopped', () => {
    const seen = new Set<string>();
    const found = violations(() => {
      let stopped = '';
      return function* (_, events) {
        for (const { event } of events) {
          if (event.type === 'workshop.stopped') stopped = event.how;
          if (event.type === 'workshop.restarted') stopped = '';
          if (stopped === '') continue;
          seen.add(stopped);
          const approves = event.type === 'task.merge_changed' && event.merge.state === 'requested';
          if (event.type === 'task.assigned' || approves) yield `${event.type} (${stopped})`;
        }
      };
    });
    expect(found).toEqual([]);
    expect(seen).toEqual(new Set(['freeze', 'end']));
  });

  it('leave nothing to do for a task that ended', () => {
    const found = violations(() => {
      const ended = new Set<TaskId>();
      return function* (_, events) {
        for (const { event } of events) {
          // A request to a model that was under way counts, whatever became of its task.
          if (!('taskId' in event) || event.type === 'attempt.model_called') continue;
          if (ended.has(event.taskId)) yield `${event.type} after the end of ${event.taskId}`;
          if (event.type === 'task.completed' || event.type === 'task.cancelled')
            ended.add(event.taskId);
        }
      };
    });
    expect(found).toEqual([]);
  });

  it('consist of events that read back as they were written', () => {
    const found = violations(() => {
      return function* (_, events) {
        for (const stored of events) {
          const text = JSON.stringify(stored);
          const read = StoredEvent.safeParse(JSON.parse(text));
          if (!isDeepStrictEqual(read.data, stored)) yield text;
        }
      };
    }, 30);
    expect(found).toEqual([]);
  });
});
