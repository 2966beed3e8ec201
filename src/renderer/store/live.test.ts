/** The window's copy against the state it is a copy of, over random histories. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredEvent } from '../../shared/domain/event.ts';
import { emptyState, type State } from '../../shared/domain/state.ts';
import type { Task } from '../../shared/domain/task.ts';
import { carryOut, nextCommand, pickFrom } from '../../shared/domain/testing.ts';
import { taskIdOf } from '../../shared/ids.ts';
import type { Snapshot } from '../../shared/protocol/client.ts';
import {
  EMPTY_LIVE,
  fold,
  fromSnapshot,
  MOST_TASKS,
  remember,
  withVitals,
  type Live,
} from './live.ts';

/** Random histories; `take` says which events come before the snapshot. */
const histories = fc.record({
  numbers: fc.array(fc.nat(), { minLength: 40, maxLength: 200 }),
  share: fc.nat(100),
  batch: fc.integer({ min: 1, max: 9 }),
});

interface History {
  readonly snapshot: Snapshot;
  /** The events after the snapshot. */
  readonly rest: StoredEvent[];
  readonly state: State;
}

function historyOf({ numbers, share }: { numbers: number[]; share: number }): History {
  const state = emptyState();
  const pick = pickFrom(numbers);
  const events: StoredEvent[] = [];
  let snapshot = snapshotOf(state, 0);
  let now = 1_000_000;
  for (let i = 0; i < 100; i++) {
    if (i === share) snapshot = snapshotOf(state, events.length);
    now += pick(400);
    events.push(...carryOut(state, nextCommand(state, pick, now), now, events.length));
  }
  return { snapshot, rest: events.slice(snapshot.seq), state };
}

function snapshotOf(state: State, seq: number): Snapshot {
  return {
    seq,
    tasks: [...state.tasks.values()],
    attempts: [...state.attempts.values()],
    agents: [...state.agents.values()],
    recurring: [...state.recurrings.values()],
    workshop: state.workshop(),
    counts: countsOf(state),
  };
}

function countsOf(state: State): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const task of state.tasks.values()) counts[task.state] = (counts[task.state] ?? 0) + 1;
  return counts;
}

function nonZero(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, n]) => n > 0));
}

/** Both as plain values, to be compared. */
function pictureOf(live: Live) {
  const { tasks, attempts, agents, workshop, counts } = live;
  return {
    tasks: new Map(tasks),
    attempts: new Map(attempts),
    agents: new Map(agents),
    workshop,
    counts: nonZero(counts),
  };
}

function pictureOfState(state: State): ReturnType<typeof pictureOf> {
  const { tasks, attempts, agents } = state;
  return { tasks, attempts, agents, workshop: state.workshop(), counts: countsOf(state) };
}

function inBatches(events: readonly StoredEvent[], size: number): StoredEvent[][] {
  return Array.from({ length: Math.ceil(events.length / size) }, (_, index) =>
    events.slice(index * size, (index + 1) * size),
  );
}

describe('the live copy', () => {
  it('is the state itself, wherever the snapshot was taken and however events were batched', () => {
    fc.assert(
      fc.property(histories, (input) => {
        const { snapshot, rest, state } = historyOf(input);
        let live = fromSnapshot(EMPTY_LIVE, snapshot);
        for (const batch of inBatches(rest, input.batch)) {
          const folded = fold(live, batch);
          expect(folded.gaps).toEqual({ tasks: new Set(), needsSnapshot: false });
          live = folded.live;
        }
        expect(pictureOf(live)).toEqual(pictureOfState(state));
      }),
      { numRuns: 60 },
    );
  });

  it('skips events that come twice', () => {
    fc.assert(
      fc.property(histories, (input) => {
        const { snapshot, rest, state } = historyOf(input);
        let live = fromSnapshot(EMPTY_LIVE, snapshot);
        for (const [index, batch] of inBatches(rest, input.batch).entries()) {
          const from = Math.max(0, (index - 1) * input.batch);
          live = fold(live, [...rest.slice(from, index * input.batch), ...batch]).live;
        }
        expect(pictureOf(live)).toEqual(pictureOfState(state));
      }),
      { numRuns: 30 },
    );
  });

  it('asks for the tasks it was not given, and is right again when it has them', () => {
    fc.assert(
      fc.property(histories, (input) => {
        const { snapshot, rest, state } = historyOf(input);
        const left = snapshot.tasks.filter((_, index) => index % 2 === 0);
        const kept = new Set(left.map(({ id }) => id));
        let live = fromSnapshot(EMPTY_LIVE, {
          ...snapshot,
          tasks: left,
          attempts: snapshot.attempts.filter(({ taskId }) => kept.has(taskId)),
        });
        const missing = new Set<string>();
        for (const batch of inBatches(rest, input.batch)) {
          const folded = fold(live, batch);
          for (const id of folded.gaps.tasks) missing.add(id);
          live = folded.live;
        }
        const asked = [...state.tasks.values()].filter(({ id }) => missing.has(id));
        const attempts = [...state.attempts.values()].filter(({ taskId }) => missing.has(taskId));
        live = remember(live, { tasks: asked, attempts }, live.seq ?? 0);
        for (const task of asked) expect(live.tasks.get(task.id)).toEqual(task);
        // Whatever is held is as it should be.
        for (const task of live.tasks.values()) expect(task).toEqual(state.task(task.id));
        for (const attempt of live.attempts.values()) {
          expect(attempt).toEqual(state.attempt(attempt.id));
        }
      }),
      { numRuns: 60 },
    );
  });

  it('asks for a snapshot when events are missing', () => {
    const { snapshot, rest } = historyOf({ numbers: [5, 8, 13, 21, 34, 55], share: 3 });
    const live = fromSnapshot(EMPTY_LIVE, snapshot);
    const folded = fold(live, rest.slice(1));
    expect(folded.gaps.needsSnapshot).toBe(true);
    expect(folded.live).toBe(live);
    expect(fold(EMPTY_LIVE, rest).gaps.needsSnapshot).toBe(true);
  });

  it('asks again for a task whose answer may or may not have an event', () => {
    const { snapshot, rest } = historyOf({ numbers: [3, 1, 4, 1, 5, 9, 2, 6], share: 0 });
    const first = rest.find(({ event }) => event.type === 'task.created');
    const next = rest.find(
      ({ event, seq }) =>
        seq > (first?.seq ?? 0) &&
        'taskId' in event &&
        first &&
        'taskId' in first.event &&
        event.taskId === first.event.taskId,
    );
    if (!first || !next || !('taskId' in next.event)) throw new Error('the history is too short');
    let live = fold(fromSnapshot(EMPTY_LIVE, snapshot), rest.slice(0, next.seq - 1)).live;
    const task = live.tasks.get(next.event.taskId);
    live = remember(live, { tasks: task ? [task] : [] }, next.seq);
    expect(fold(live, [next]).gaps.tasks).toEqual(new Set([next.event.taskId]));
  });

  it('counts an event once that the counts of an answer have already', () => {
    const { snapshot, rest } = historyOf({ numbers: [5, 8, 13, 21, 34, 55], share: 3 });
    const before = fromSnapshot(EMPTY_LIVE, snapshot);
    const after = fold(before, rest).live;
    const counted = remember(before, { counts: after.counts }, snapshot.seq + rest.length);
    expect(counted.counts).toEqual(after.counts);
    expect(fold(counted, rest).live.counts).toEqual(after.counts);
    // One that is older than what was folded is no news.
    expect(remember(after, { counts: before.counts }, snapshot.seq).counts).toBe(after.counts);
  });

  it('keeps the maps that an event does not touch, so that nothing redraws in vain', () => {
    const { snapshot } = historyOf({ numbers: [1, 2, 3, 4], share: 60 });
    const live = fromSnapshot(EMPTY_LIVE, snapshot);
    const paused: StoredEvent = {
      seq: snapshot.seq + 1,
      at: 1,
      actor: 'user',
      event: { type: 'queue.paused', by: 'user' },
    };
    const after = fold(live, [paused]).live;
    expect(after.workshop.queuePaused).toBe(true);
    expect(after.tasks).toBe(live.tasks);
    expect(after.attempts).toBe(live.attempts);
    expect(after.agents).toBe(live.agents);
    expect(withVitals(live, [], 0).tasks).toBe(live.tasks);
  });
});

describe('the bounds of the live copy', () => {
  it('hold: what ended longest ago goes first', () => {
    const { snapshot, state } = historyOf({ numbers: [2, 7, 1, 8, 2, 8], share: 100 });
    const [sample] = state.tasks.values();
    if (!sample) throw new Error('the history has no task');
    const ended = Array.from({ length: MOST_TASKS + 5 }, (_, index): Task => ({
      ...sample,
      id: taskIdOf(1_000 + index),
      state: 'completed',
      updatedAt: index,
    }));
    const live = remember(fromSnapshot(EMPTY_LIVE, snapshot), { tasks: ended }, snapshot.seq);
    expect(live.tasks.size).toBeLessThanOrEqual(MOST_TASKS);
    expect(live.tasks.has(taskIdOf(1_000))).toBe(false);
    expect(live.tasks.has(taskIdOf(1_000 + MOST_TASKS + 4))).toBe(true);
    const waiting = snapshot.tasks.filter((task) => task.state === 'queued');
    for (const { id } of waiting) expect(live.tasks.has(id)).toBe(true);
  });

  it('hold when nothing ended, too: what has waited longest goes', () => {
    const { snapshot, state } = historyOf({ numbers: [2, 7, 1, 8, 2, 8], share: 100 });
    const [sample] = state.tasks.values();
    if (!sample) throw new Error('the history has no task');
    const tasks = Array.from({ length: MOST_TASKS + 5 }, (_, index): Task => ({
      ...sample,
      id: taskIdOf(1_000 + index),
      state: index === 0 ? 'in_progress' : 'queued',
      updatedAt: index,
    }));
    const live = remember(EMPTY_LIVE, { tasks }, snapshot.seq);
    expect(live.tasks.size).toBeLessThanOrEqual(MOST_TASKS);
    expect(live.tasks.has(taskIdOf(1_000))).toBe(true);
    expect(live.tasks.has(taskIdOf(1_001))).toBe(false);
    expect(live.tasks.has(taskIdOf(1_000 + MOST_TASKS + 4))).toBe(true);
  });

  it('keep the newest of what ended, however much waits', () => {
    const { snapshot, state } = historyOf({ numbers: [2, 7, 1, 8, 2, 8], share: 100 });
    const [sample] = state.tasks.values();
    if (!sample) throw new Error('the history has no task');
    const tasks = Array.from({ length: MOST_TASKS + 5 }, (_, index): Task => ({
      ...sample,
      id: taskIdOf(1_000 + index),
      state: index < 520 ? 'completed' : 'queued',
      updatedAt: index,
    }));
    const live = remember(EMPTY_LIVE, { tasks }, snapshot.seq);
    expect(live.tasks.size).toBeLessThanOrEqual(MOST_TASKS);
    const ended = [...live.tasks.values()].filter(({ state: now }) => now === 'completed');
    expect(ended.map(({ updatedAt }) => updatedAt)).toEqual(
      Array.from({ length: 500 }, (_, index) => 20 + index),
    );
    expect(live.tasks.has(taskIdOf(1_000 + 520))).toBe(false);
  });
});
