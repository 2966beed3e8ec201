/**
 * Taking an attempt over, through the built program: a console in its work tree, two who look at it, floods, and what
 * becomes of it when a part of the workshop dies.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openClient, type Client } from '../support/console-client.ts';
import { patientEngine, type PatientEngine } from '../support/patient-engine.ts';
import { makeRepo } from '../support/small-repo.ts';
import { startWorkshop, type Workshop } from '../support/workshop.ts';
import { CONSOLE_FRAME_MAX, CONSOLE_WINDOW } from '../../src/shared/protocol/console.ts';
import type { ConsoleId } from '../../src/shared/console.ts';
import type { StoredEvent } from '../../src/shared/domain/event.ts';
import type { TaskId } from '../../src/shared/ids.ts';

let scratch: string;
let workshop: Workshop;
let engine: PatientEngine;
const clients: Client[] = [];

beforeEach(() => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-takeover-'));
  engine = patientEngine(scratch);
});

afterEach(async () => {
  for (const one of clients.splice(0)) one.close();
  await workshop.close();
  rmSync(scratch, { recursive: true, force: true });
});

const KEY = 'sk-ant-a-key-for-tests-0123456789';

async function begin(): Promise<TaskId> {
  writeFileSync(path.join(scratch, 'key.txt'), `${KEY}\n`);
  workshop = await startWorkshop({
    dir: path.join(scratch, 'data'),
    env: { HOME: scratch, SHELL: '/bin/bash', ANTHROPIC_API_KEY: KEY },
  });
  return await createTask();
}

async function createTask(): Promise<TaskId> {
  const files = { 'notes.txt': 'first\n', '.koubou.yaml': 'test: cat by-hand.txt\n' };
  const repo = makeRepo(path.join(scratch, 'notes'), files);
  const { id } = await workshop.call('tasks.create', { repo, title: 'Wait', engine: engine.spec });
  await engine.working();
  return id;
}

async function client(): Promise<Client> {
  const opened = await openClient(workshop);
  clients.push(opened);
  return opened;
}

async function event(id: TaskId, type: string): Promise<void> {
  await workshop.untilEvent(
    (stored) =>
      stored.event.type === type && 'taskId' in stored.event && stored.event.taskId === id,
  );
}

test('two people look, one writes; a flood is cut off at once; handed back, the attempt completes', async () => {
  const id = await begin();
  const { id: consoleId } = await workshop.call('consoles.take_over', { id });
  await event(id, 'attempt.taken_over');
  const [first, second] = [await client(), await client()];
  first.watch(consoleId, true);
  await first.writes(consoleId, true);
  second.watch(consoleId, true);
  first.type(consoleId, 'echo from-\\first\r');
  await Promise.all([first.shows('from-first\r\n'), second.shows('from-first\r\n')]);
  second.type(consoleId, 'echo from-\\second\r');
  second.takePen(consoleId);
  await second.writes(consoleId, true);
  await first.writes(consoleId, false);
  second.type(consoleId, 'echo its-\\turn\r');
  await first.shows('its-turn\r\n');
  expect(first.text()).not.toContain('from-second\r\n');

  second.resize(consoleId, 90, 20);
  second.type(consoleId, 'stty size\r');
  await first.shows('20 90\r\n');
  // The first one reads nothing any more; nobody else is held up by that.
  first.stopReading();
  second.type(consoleId, 'yes\r');
  await second.reads(1_000_000);
  second.type(consoleId, '\u0003');
  second.type(consoleId, 'echo cut-\\off; echo mine > by-hand.txt\r');
  await second.shows('cut-off\r\n');
  expect(first.unread()).toBeLessThanOrEqual(CONSOLE_WINDOW + CONSOLE_FRAME_MAX);

  // Another request joins the one that is open.
  expect((await workshop.call('consoles.take_over', { id })).id).toBe(consoleId);
  await workshop.call('consoles.hand_back', { id });
  await second.closed(consoleId, 'handed back by user');
  await event(id, 'attempt.handed_back');
  engine.letGo();
  await recordedAs(id, consoleId);
  const task = await workshop.until(id, 'review');
  const { files } = await workshop.call('tasks.diff', { id });
  expect(files.map((file) => file.path).toSorted()).toEqual([
    'by-hand.txt',
    'half.txt',
    'whole.txt',
  ]);
  expect(task.change?.tests).toMatchObject({ outcome: 'passed' });
});

/** What the first saw before the flood is in the recording, which ends with the flood. */
async function recordedAs(id: TaskId, consoleId: ConsoleId): Promise<void> {
  const { takeOvers } = await workshop.call('consoles.recorded', { id });
  expect(takeOvers).toMatchObject([
    { id: consoleId, by: 'user', kind: 'shell', cols: 90, rows: 20 },
  ]);
  const text = await textOf(id, consoleId);
  expect(text).toContain('from-first\n');
  expect(text).toContain('20 90\n');
  const { last } = await workshop.call('terminal.seek', { id, takeOver: consoleId });
  expect(last?.offset).toBe(takeOvers[0]?.bytes);
}

async function textOf(id: TaskId, takeOver: ConsoleId): Promise<string> {
  const url = `${workshop.url}/api/v1/tasks/${id}/terminal?format=text&takeOver=${takeOver}`;
  const answer = await fetch(url, { headers: { authorization: `Bearer ${workshop.token}` } });
  return await answer.text();
}

test('a killed coordinator closes its consoles, and nothing stays paused', async () => {
  const id = await begin();
  const { id: consoleId } = await workshop.call('consoles.take_over', { id });
  await event(id, 'attempt.taken_over');
  const early = await client();
  early.watch(consoleId, true);
  await early.writes(consoleId, true);
  early.type(consoleId, 'cat ~/key.txt; echo be-\\fore\r');
  await early.shows('be-fore\r\n');
  workshop.child.kill('SIGKILL');
  await once(workshop.child, 'exit');
  // Where it was before: else its agent would be ended, and the attempt with it.
  const { port } = new URL(workshop.url);
  workshop = await startWorkshop({ dir: path.join(scratch, 'data'), args: ['--port', port] });
  await event(id, 'attempt.handed_back');
  expect(await workshop.call('consoles.list', {})).toEqual({ consoles: [] });
  const kept = await textOf(id, consoleId);
  expect(kept).toContain('be-fore\n');
  expect(kept).toContain('*'.repeat(KEY.length));
  expect(kept).not.toContain(KEY);
  const late = await client();
  late.watch(consoleId, true);
  expect(await late.refused()).toMatchObject({ code: 'not_found' });
  const again = await workshop.call('consoles.take_over', { id });
  late.watch(again.id, true);
  await late.writes(again.id, true);
  late.type(again.id, 'echo mine > by-hand.txt; exit\r');
  await late.closed(again.id, 'it ended by itself');
  engine.letGo();
  await workshop.until(id, 'review');
});

test('a killed agent closes its consoles, and the attempt goes on under its supervisor', async () => {
  const id = await begin();
  const [agent] = (await workshop.call('agents.list', {})).agents;
  const { id: consoleId } = await workshop.call('consoles.take_over', { id });
  await event(id, 'attempt.taken_over');
  const watcher = await client();
  watcher.watch(consoleId, true);
  await watcher.writes(consoleId, true);
  watcher.type(consoleId, 'echo mine > by-hand.txt; echo wri\\tten agent=$PPID.\r');
  await watcher.shows('written agent=');
  await watcher.shows('.\r\n');
  const pid = Number(/agent=(\d+)\./.exec(watcher.text())?.[1]);
  process.kill(pid, 'SIGKILL');
  await watcher.closed(consoleId, 'the agent was started anew');
  await event(id, 'attempt.handed_back');
  engine.letGo();
  await workshop.until(id, 'review');
  expect(agent?.agent.id).toBeDefined();
});

test('a shell on an agent is not about any task; what cannot be taken over says why', async () => {
  const id = await begin();
  const { agents } = await workshop.call('agents.list', {});
  const agentId = agents[0]?.agent.id;
  if (!agentId) throw new Error('no agent');
  const shell = await workshop.call('consoles.shell', { id: agentId });
  const person = await client();
  person.watch(shell.id, true);
  await person.writes(shell.id, true);
  person.type(shell.id, 'echo here-\\$((40 + 2))\r'.replace('\\', ''));
  await person.shows('here-42\r\n');
  await workshop.call('consoles.close', { id: shell.id });
  await person.closed(shell.id, 'closed by user');
  const isOfIt = (type: string) => (stored: StoredEvent) =>
    stored.event.type === type &&
    'consoleId' in stored.event &&
    stored.event.consoleId === shell.id;
  const opened = await workshop.untilEvent(isOfIt('agent.shell_opened'));
  expect(opened.event).toMatchObject({ agentId, by: 'user' });
  const closed = await workshop.untilEvent(isOfIt('agent.shell_closed'));
  expect(closed.event).toMatchObject({ agentId, why: 'closed by user' });
  const engineOf = workshop.call('consoles.take_over', { id, kind: 'engine' });
  await expect(engineOf).rejects.toThrow('take over with a shell');
  await expect(workshop.call('consoles.hand_back', { id })).rejects.toThrow('not taken over');
  engine.letGo();
});
