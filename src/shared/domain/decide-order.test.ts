/** What an agent may order: nothing without leave, nothing that runs elsewhere, and no end of another's work. */
import { beforeEach, expect, test } from 'vitest';
import { AgentId, attemptIdOf, taskIdOf, type TaskId } from '../ids.ts';
import { AgentProfile, type Capabilities } from './agent.ts';
import type { CommandOf } from './command.ts';
import { decide } from './decide.ts';
import { lacking, needFor } from './demand.ts';
import { emptyState, type State } from './state.ts';
import { carryOut } from './testing.ts';

const [LOOM, MILL] = [AgentId.parse('loom'), AgentId.parse('mill')];
const CAPABILITIES: Capabilities = {
  ...{ os: 'linux', arch: 'x64', hostname: 'h', cpus: 1, memoryBytes: 1, diskFreeBytes: 1 },
  engines: [{ kind: 'command', version: '1', ready: true, why: null }],
  ...{ tools: [], specialties: [], labels: [needFor(LOOM), needFor(MILL)] },
};

let state: State;
let seq: number;
beforeEach(() => {
  [state, seq] = [emptyState(), 0];
  for (const agentId of [LOOM, MILL]) {
    const about = { name: agentId, version: '1', address: '::1', slots: 2 };
    submit({ type: 'agent.connect', agentId, ...about, capabilities: CAPABILITIES });
  }
});

function submit(command: Parameters<typeof carryOut>[1]): void {
  const events = carryOut(state, command, 1_000, seq);
  expect(events).not.toEqual([]);
  seq += events.length;
}

function allow(agentId: AgentId, mayOrder: boolean): void {
  submit({ type: 'agent.change', agentId, profile: AgentProfile.parse({ mayOrder }) });
}

function creation(needs: string[], orderedBy?: AgentId): CommandOf<'task.create'> {
  return {
    ...{ type: 'task.create', title: 'T', body: '', repo: { url: '/srv/a', base: 'main' } },
    ...{ priority: 'normal', engine: { kind: 'command', run: 'true' }, after: [], at: null },
    ...{ needs, orderedBy },
  };
}

function codeOf(command: Parameters<typeof carryOut>[1], by: AgentId = LOOM): string {
  const decided = decide(state, command, { now: 1_000, actor: `agent:${by}` });
  return decided.ok ? 'ok' : decided.error.code;
}

function cancellation(taskId: TaskId, orderedBy: AgentId): string {
  return codeOf({ type: 'task.cancel', taskId, reason: 'r', orderedBy }, orderedBy);
}

test('without leave nothing is ordered; with it what runs on that very agent', () => {
  const own = creation([needFor(LOOM), 'git'], LOOM);
  expect(codeOf(own)).toBe('not_allowed');
  allow(MILL, true);
  expect(codeOf(own)).toBe('not_allowed');
  allow(LOOM, true);
  expect(codeOf(own)).toBe('ok');
  expect(codeOf(creation([], LOOM))).toBe('not_allowed');
  expect(codeOf(creation([needFor(MILL)], LOOM))).toBe('not_allowed');
  expect(codeOf(creation([needFor(LOOM), needFor(MILL)], LOOM))).toBe('not_allowed');
  allow(LOOM, false);
  expect(codeOf(own)).toBe('not_allowed');
  expect(codeOf(creation([]))).toBe('ok');
});

test('what an agent says of itself does not make it another one', () => {
  const agent = { id: LOOM, capabilities: CAPABILITIES, profile: AgentProfile.parse({}) };
  expect(lacking(agent, { engine: 'command', needs: [needFor(LOOM)] })).toBeNull();
  expect(lacking(agent, { engine: 'command', needs: [needFor(MILL)] })).toBe('lacks agent.mill');
});

test('it cancels what it ordered or holds, and nothing of others', () => {
  for (const id of [LOOM, MILL]) allow(id, true);
  submit(creation([]));
  submit(creation([needFor(MILL)]));
  const [first, second] = [taskIdOf(1), taskIdOf(2)];
  for (const id of [LOOM, MILL]) expect(cancellation(first, id)).toBe('not_allowed');
  submit({ type: 'task.analyse', taskId: first, specialty: 'general' });
  submit({ type: 'task.assign', taskId: first, agentId: LOOM, reasons: [] });
  expect(cancellation(first, MILL)).toBe('not_allowed');
  expect(cancellation(first, LOOM)).toBe('ok');
  expect(cancellation(second, LOOM)).toBe('not_allowed');
  expect(cancellation(taskIdOf(9), LOOM)).toBe('not_found');
  // Held no more: what others may hold next is not its to cancel.
  const why = { code: 'agent_refused', message: 'm' } as const;
  submit({ type: 'attempt.give_up', attemptId: attemptIdOf(first, 1), ...why });
  expect(cancellation(first, LOOM)).toBe('not_allowed');
  allow(LOOM, false);
  expect(cancellation(first, LOOM)).toBe('not_allowed');
});
