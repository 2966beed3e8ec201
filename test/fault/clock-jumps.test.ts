/** Clocks that are set forward and back by a day, at either end, while an attempt runs: nobody is lost, and nothing stands still. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeHost, type Host } from '../faults/host.ts';
import { startAgentPc, type AgentPc } from '../support/agent-pc.ts';
import { patientEngine, readPatient } from '../support/patient-engine.ts';
import { makeRepo } from '../support/small-repo.ts';
import { startWorkshop, type Workshop } from '../support/workshop.ts';

const DAY_S = 86_400;
/** Work that goes on for longer than it takes any of the programs to look at its clocks. */
const SHORT_WORK = {
  kind: 'command',
  run: 'sleep 2; echo "$KOUBOU_TASK_TITLE" > new.txt',
} as const;

const scratch = mkdtempSync(path.join(tmpdir(), 'koubou-clock-jumps-'));
const [here, there] = ['coordinator', 'pc'].map((name) =>
  makeHost({ name, dir: path.join(scratch, name), disk: null, network: null, env: {} }),
) as [Host, Host];
let workshop: Workshop;
let pc: AgentPc;

beforeAll(async () => {
  workshop = await startWorkshop({ args: ['--agents', '0'], env: here.env });
  pc = await startAgentPc({ workshop, id: 'pc', slots: 2, env: there.env });
});
afterAll(async () => {
  await pc?.close();
  await workshop?.close();
  rmSync(scratch, { recursive: true, force: true });
});

// Without libfaketime (Debian: package libfaketime) there are no clocks of their own.
test.skipIf(here.clock === null)(
  'a day forward and back, at either end, changes nothing',
  async () => {
    const repo = makeRepo(path.join(scratch, 'repo'), { 'a.txt': 'a\n' });
    const engine = patientEngine(scratch);
    const { id } = await workshop.call('tasks.create', {
      repo,
      title: 'Long',
      engine: engine.spec,
    });
    const pid = await engine.working();
    for (const { name, clock } of [here, there]) {
      for (const seconds of [DAY_S, -DAY_S, 0]) {
        clock?.set(seconds);
        const title = `${name} ${seconds}`;
        const short = await workshop.call('tasks.create', { repo, title, engine: SHORT_WORK });
        const task = await workshop.until(short.id, 'review');
        expect([title, task.attempts, task.losses]).toEqual([title, 1, 0]);
      }
    }
    engine.letGo();

    const task = await workshop.until(id, 'review');
    expect([task.attempts, task.losses, task.failures]).toEqual([1, 0, 0]);
    const { events } = await workshop.call('events.list', { limit: 500 });
    const times = events.map(({ at }) => at);
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(DAY_S * 1_000);
    const types = events.map(({ event }) => event.type);
    for (const never of ['attempt.paused', 'attempt.fenced', 'agent.disconnected', 'task.failed'])
      expect(types).not.toContain(never);
    const printed = readPatient(await workshop.call('tasks.terminal', { id, format: 'text' }));
    expect(printed).toEqual({ pids: [pid], isWhole: true });
  },
);
