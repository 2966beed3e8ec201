/** Reports of an attempt are applied exactly once, in order, however often and in whatever order they come. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { AgentId, attemptIdOf, taskIdOf } from '../ids.ts';
import type { AttemptReport } from './attempt.ts';
import type { Command } from './command.ts';
import { decide } from './decide.ts';
import { emptyState, type State } from './state.ts';
import { carryOut, changeOf } from './testing.ts';

const TASK = taskIdOf(1);
const ATTEMPT = attemptIdOf(TASK, 1);
const ALICE = AgentId.parse('alice');
const NOW = 1_000;

const REPORTS: AttemptReport[] = [
  { kind: 'started' },
  { kind: 'phase_started', phase: 'prepare' },
  { kind: 'phase_ended', phase: 'prepare', outcome: 'passed', detail: null },
  {
    kind: 'usage',
    usage: { inputTokens: 5, outputTokens: 7, cachedInputTokens: 0, costUsd: 0.25 },
  },
  { kind: 'phase_started', phase: 'test' },
  { kind: 'phase_ended', phase: 'test', outcome: 'skipped', detail: 'no tests' },
  { kind: 'succeeded', change: changeOf(ATTEMPT) },
];

function assigned(): State {
  const state = emptyState();
  const submit = (command: Command): void => void carryOut(state, command, NOW, 0);
  submit({
    type: 'agent.connect',
    agentId: ALICE,
    name: 'alice',
    version: '1',
    address: '::1',
    slots: 1,
    capabilities: {
      os: 'linux',
      arch: 'x64',
      hostname: 'alice',
      cpus: 1,
      memoryBytes: 1,
      diskFreeBytes: 1,
      tools: [],
      engines: [{ kind: 'command', version: '1', ready: true, why: null }],
      specialties: [],
      labels: [],
    },
  });
  submit({
    type: 'task.create',
    title: 'A task',
    body: '',
    repo: { url: '/srv/shop', base: 'main' },
    priority: 'normal',
    engine: { kind: 'command', run: 'true' },
    needs: [],
    after: [],
    at: null,
  });
  submit({ type: 'task.analyse', taskId: TASK, specialty: 'general' });
  submit({ type: 'task.assign', taskId: TASK, agentId: ALICE, reasons: [] });
  return state;
}

function reportOf(seq: number, fence = 1): Command {
  const report = REPORTS[seq - 1];
  if (!report) throw new Error(`there is no report ${seq}`);
  return { type: 'attempt.report', agentId: ALICE, attemptId: ATTEMPT, fence, seq, report };
}

const order = fc.array(fc.integer({ min: 1, max: REPORTS.length }), { maxLength: 60 });

it('are applied once each, in order, in any pattern of resending', () => {
  fc.assert(
    fc.property(order, (sent) => {
      const state = assigned();
      const applied: number[] = [];
      let expected = 0;
      for (const seq of sent) {
        const events = carryOut(state, reportOf(seq), NOW, 0);
        const numbers = events.flatMap(({ event }) =>
          'reportSeq' in event ? [event.reportSeq] : [],
        );
        for (const number of new Set(numbers)) if (number !== null) applied.push(number);
        if (seq === expected + 1) expected = seq;
        expect(state.attempt(ATTEMPT)?.reportSeq).toBe(expected);
      }
      expect(applied).toEqual(Array.from({ length: expected }, (_, index) => index + 1));
    }),
  );
});

it('say which one is missing when there is a gap', () => {
  const state = assigned();
  const answer = decide(state, reportOf(3), { now: NOW, actor: 'agent:alice' });
  expect(answer).toMatchObject({
    ok: false,
    error: { code: 'report_gap', details: { expected: 1, received: 3 } },
  });
});

it('count nothing under another fence, even when they are the next ones', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 1, max: 3 }), (fence, seq) => {
      const answer = decide(assigned(), reportOf(seq, fence), { now: NOW, actor: 'agent:alice' });
      expect(answer).toMatchObject({ ok: false, error: { code: 'stale_attempt' } });
    }),
  );
});

it('count nothing after the attempt was given up, but a resent one is still acknowledged', () => {
  const state = assigned();
  carryOut(state, reportOf(1), NOW, 0);
  carryOut(
    state,
    { type: 'attempt.give_up', attemptId: ATTEMPT, code: 'agent_lost', message: 'gone' },
    NOW,
    0,
  );
  const ctx = { now: NOW, actor: 'agent:alice' };
  expect(decide(state, reportOf(1), ctx)).toEqual({ ok: true, value: [] });
  expect(decide(state, reportOf(2), ctx)).toMatchObject({
    ok: false,
    error: { code: 'stale_attempt' },
  });
});

it('a change is sent back with a word, or with comments on its lines, and not without either', () => {
  const state = assigned();
  for (const seq of REPORTS.keys()) carryOut(state, reportOf(seq + 1), NOW, 0);
  const back = { type: 'task.send_back', taskId: TASK, comment: ' ' } as const;
  const ctx = { now: NOW, actor: 'ada' };
  expect(decide(state, back, ctx)).toMatchObject({ error: { code: 'invalid_input' } });
  const comments = [{ path: 'a.ts', line: 3, side: 'after', text: 'Why?' }] as const;
  expect(decide(state, { ...back, comments }, ctx)).toMatchObject({
    value: [
      { type: 'task.feedback_given', feedback: { attemptId: ATTEMPT, comments } },
      { type: 'task.failed', code: 'changes_requested', message: 'a.ts:3 Why?' },
      { type: 'task.queued' },
    ],
  });
});
