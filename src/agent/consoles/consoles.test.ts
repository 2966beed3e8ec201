/** Consoles on a real agent: an attempt that is taken over and handed back, shells, and what ends them. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ConsoleId } from '../../shared/console.ts';
import { AttemptId } from '../../shared/ids.ts';
import type { FromAgent } from '../../shared/protocol/agent.ts';
import { CONSOLE_WINDOW } from '../../shared/protocol/console.ts';
import type { Agent } from '../agent.ts';
import { readEnvironment } from '../config.ts';
import { openFixture, type Fixture } from '../testing/fixture.ts';

const ATTEMPT = AttemptId.parse('task-1.1');
const ONE = ConsoleId.parse('console-000000000001');
const TWO = ConsoleId.parse('console-000000000002');
const KEY = 'sk-not-to-be-shown';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let fixture: Fixture;
let go: string;
let looks: string;

beforeEach(async () => {
  fixture = await openFixture();
  fixture.repo({ 'notes.txt': 'first\n', '.koubou.yaml': 'test: cat notes.txt\n' });
  go = path.join(fixture.scratch, 'go');
  looks = path.join(fixture.scratch, 'looks');
});

afterEach(async () => {
  await fixture.close();
});

async function connect(): Promise<Agent> {
  // A home of its own: what the shell of whoever runs the tests does at its start may take any time.
  const person = { HOME: fixture.scratch, SHELL: '/bin/bash' };
  return await fixture.agent({}, { ...readEnvironment(), ...person, TEST_API_KEY: KEY });
}

/** An engine that works until it is let go, and counts how often it looked. */
async function startAttempt(): Promise<void> {
  const { coordinator } = fixture;
  const engine = `echo changed >> notes.txt; until [ -e ${go} ]; do echo tick; echo . >> ${looks}; sleep 0.02; done`;
  coordinator.assign(fixture.spec(ATTEMPT, engine));
  await fixture.until(() => existsSync(looks));
}

function open(consoleId = ONE, changes: { kind?: 'shell' | 'engine'; own?: boolean } = {}): void {
  const { fence } = fixture.spec(ATTEMPT, '');
  const attempt = changes.own ? null : { attemptId: ATTEMPT, fence };
  const { kind = 'shell' } = changes;
  fixture.coordinator.send({
    type: 'console_open',
    ...{ consoleId, attempt, kind, by: 'user', cols: 100, rows: 30 },
  });
}

/** A process that nobody has collected yet is none. */
function isAlive(pid: string): boolean {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && !/\) Z /.test(readFileSync(stat, 'latin1'));
}

type Told = Extract<FromAgent, { type: 'console_opened' | 'console_ended' }>;

async function told(type: Told['type'], id = ONE): Promise<Told> {
  const { coordinator } = fixture;
  const find = (): Told | undefined =>
    coordinator.frames.find(
      (frame): frame is Told =>
        frame.type === type && 'consoleId' in frame && frame.consoleId === id,
    );
  await coordinator.until(() => find() !== undefined);
  const found = find();
  if (!found) throw new Error('not told');
  return found;
}

async function why(id: ConsoleId): Promise<string> {
  const end = await told('console_ended', id);
  return end.type === 'console_ended' ? end.why : '';
}

async function shown(words: string, id = ONE): Promise<void> {
  await fixture.coordinator.until(() => fixture.coordinator.screen(id).includes(words));
}

function reports(): string[] {
  return (fixture.coordinator.attempts.get(ATTEMPT)?.reports ?? []).map(({ kind }) => kind);
}

test('an attempt stands still while it is taken over, and what a person did goes in with its work', async () => {
  await connect();
  await startAttempt();
  open();
  await told('console_opened');
  const { coordinator } = fixture;
  await coordinator.until(() => reports().includes('taken_over'));
  await coordinator.until(() => coordinator.text(ATTEMPT).includes('taken over by user'));
  // Not what it printed, the last of which may come after the word that it stands still.
  const stood = readFileSync(looks, 'utf8');
  coordinator.type(
    ONE,
    'echo by-hand >> notes.txt; stty size; echo "key=[$TEST_API_KEY]" d\\one\r',
  );
  await shown('done');
  expect(coordinator.screen(ONE)).toContain('30 100');
  expect(coordinator.screen(ONE)).toContain('key=[] done');
  // Wherever it stands: values of keys that the agent knows are not shown.
  writeFileSync(path.join(fixture.scratch, 'found'), `TEST_API_KEY=${KEY}\n`);
  coordinator.type(ONE, `cat ${fixture.scratch}/found; echo lo\\oked\r`);
  await shown('looked');
  expect(coordinator.screen(ONE)).toContain(`TEST_API_KEY=${'*'.repeat(KEY.length)}`);
  expect(coordinator.screen(ONE)).not.toContain(KEY);
  coordinator.send({ type: 'console_resize', consoleId: ONE, cols: 80, rows: 24 });
  coordinator.type(ONE, 'stty size; sleep 1000 & echo sleep=$!.\r');
  await shown('24 80');
  await coordinator.until(() => /sleep=\d+\./.test(coordinator.screen(ONE)));
  const sleeper = /sleep=(\d+)\./.exec(coordinator.screen(ONE))?.[1] ?? '';
  expect(readFileSync(looks, 'utf8')).toBe(stood);

  coordinator.send({ type: 'console_close', consoleId: ONE, why: 'handed back' });
  expect(await told('console_ended')).toMatchObject({ why: 'handed back', exit: null });
  expect(isAlive(sleeper)).toBe(false);
  await coordinator.until(
    () => coordinator.text(ATTEMPT).split('handed back')[1]?.includes('tick') ?? false,
  );
  writeFileSync(go, '');
  expect((await coordinator.end(ATTEMPT)).kind).toBe('succeeded');
  expect(coordinator.git('notes-1a2b', 'show', 'koubou/task-1-change-the-notes:notes.txt')).toBe(
    'first\nchanged\nby-hand',
  );
  expect(reports().filter((kind) => kind === 'taken_over' || kind === 'handed_back')).toEqual([
    'taken_over',
    'handed_back',
  ]);
  expect(coordinator.faults).toEqual([]);
});

test('what is changed by hand while the tests run is committed, and tested again', async () => {
  await connect();
  const flag = path.join(fixture.scratch, 'testing');
  fixture.repo(
    {
      'notes.txt': 'first\n',
      '.koubou.yaml': `test: 'touch ${flag}; grep -q by-hand notes.txt || { until [ -e ${go} ]; do sleep 0.02; done; exit 1; }'\n`,
    },
    'other-1a2b',
  );
  const { coordinator } = fixture;
  const repo = {
    ...fixture.spec(ATTEMPT, '').repo,
    key: 'other-1a2b',
    path: '/git/other-1a2b.git',
    baseCommit: coordinator.commitOf('other-1a2b', 'main'),
  };
  coordinator.assign(fixture.spec(ATTEMPT, 'echo changed >> notes.txt', { repo }));
  await fixture.until(() => existsSync(flag));
  open();
  await told('console_opened');
  coordinator.type(ONE, `echo by-hand >> notes.txt; touch ${go}; exit 3\r`);
  expect(await told('console_ended')).toMatchObject({ why: 'it ended by itself', exit: 3 });
  expect((await coordinator.end(ATTEMPT)).kind).toBe('succeeded');
  const text = coordinator.git('other-1a2b', 'show', 'koubou/task-1-change-the-notes:notes.txt');
  expect(text).toBe('first\nchanged\nby-hand');
});

test('no second one takes over, a command has no session, and one that is over hands nothing out', async () => {
  await connect();
  await startAttempt();
  open(TWO, { kind: 'engine' });
  expect(await why(TWO)).toContain('no session of its own');
  open();
  await told('console_opened');
  const THREE = ConsoleId.parse('console-000000000003');
  open(THREE);
  expect(await told('console_ended', THREE)).toMatchObject({
    why: 'somebody has taken it over already',
  });
  const { fence } = fixture.spec(ATTEMPT, '');
  fixture.coordinator.send({
    type: 'cancel',
    attemptId: ATTEMPT,
    fence,
    reason: 'enough',
    unwanted: true,
  });
  expect(await told('console_ended')).toMatchObject({ why: 'the attempt is over' });
  const FOUR = ConsoleId.parse('console-000000000004');
  open(FOUR);
  expect(await why(FOUR)).toContain('not on this agent now');
});

test('an agent that leaves closes its consoles first, and the attempt goes on without it', async () => {
  const agent = await connect();
  await startAttempt();
  open();
  await told('console_opened');
  await fixture.coordinator.until(() => reports().includes('taken_over'));
  await agent.leave();
  expect(await told('console_ended')).toMatchObject({ why: 'the agent was stopped' });
  await connect();
  await fixture.coordinator.until(() => reports().includes('handed_back'));
  writeFileSync(go, '');
  expect((await fixture.coordinator.end(ATTEMPT)).kind).toBe('succeeded');
});

test('what prints more than anybody reads is made to wait, and is whole when it is read', async () => {
  await connect();
  open(ONE, { own: true });
  await told('console_opened');
  const { coordinator } = fixture;
  const began = path.join(fixture.scratch, 'began');
  const ended = path.join(fixture.scratch, 'ended');
  const most = 4 * CONSOLE_WINDOW;
  coordinator.slow = true;
  coordinator.type(
    ONE,
    `stty -echo; echo > ${began}; head -c ${most} /dev/zero | tr '\\0' x; echo > ${ended}\r`,
  );
  await fixture.until(() => existsSync(began));
  const length = (): number => coordinator.printed.get(ONE)?.length ?? 0;
  await coordinator.until(() => length() >= CONSOLE_WINDOW);
  const beats = coordinator.frames.length;
  await coordinator.until(() => coordinator.frames.length >= beats + 2);
  expect(existsSync(ended)).toBe(false);
  coordinator.slow = false;
  coordinator.send({ type: 'console_ack', consoleId: ONE, offset: length() });
  await fixture.until(() => existsSync(ended));
  await coordinator.until(() => length() >= most);
  expect(coordinator.faults).toEqual([]);
});

test('a shell that floods stops at the window, answers Ctrl-C, and goes on over a new link', async () => {
  await connect();
  open(ONE, { own: true });
  await told('console_opened');
  const { coordinator } = fixture;
  coordinator.slow = true;
  coordinator.type(ONE, 'yes\r');
  const length = (): number => coordinator.printed.get(ONE)?.length ?? 0;
  await coordinator.until(() => length() >= CONSOLE_WINDOW);
  const beats = coordinator.frames.length;
  await coordinator.until(() => coordinator.frames.length >= beats + 2);
  expect(length()).toBeLessThanOrEqual(CONSOLE_WINDOW);
  const here = (): number =>
    coordinator.frames.filter(({ type }) => type === 'consoles_here').length;
  const before = here();
  coordinator.cut();
  await coordinator.until(() => here() > before);
  coordinator.slow = false;
  coordinator.send({ type: 'console_ack', consoleId: ONE, offset: length() });
  coordinator.type(ONE, '\u0003');
  coordinator.type(ONE, 'echo pro\\mpt\r');
  await shown('prompt\n');
  expect(coordinator.faults).toEqual([]);
  coordinator.send({ type: 'console_close', consoleId: ONE, why: 'enough' });
  await told('console_ended');
  expect(await fixture.processes()).toEqual([]);
});
