/** Recordings of take-overs: what is in them, where they end, and what is left of them after a restart. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ConsoleId } from '../../../shared/console.ts';
import { AttemptId } from '../../../shared/ids.ts';
import { openCastLog } from './cast-log.ts';
import { openTakeOvers } from './take-overs.ts';

const attemptId = AttemptId.parse('task-3.1');
const ID = ConsoleId.parse('console-000000000001');
const LATER = ConsoleId.parse('console-000000000000');
const BEGUN = { attemptId, kind: 'shell', by: 'user', startedAt: 5, cols: 90, rows: 20 } as const;

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'koubou-take-overs-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true, force: true });
});

function shelf(mostBytes?: number) {
  let now = 1_000_000;
  const clock = {
    now: () => now,
    monotonic: () => now,
    after: () => () => {},
    advance: (ms: number): void => void (now += ms),
  };
  const problems: string[] = [];
  const onProblem = (error: Error): void => void problems.push(error.message);
  const options = { dir, clock, onProblem, ...(mostBytes !== undefined && { mostBytes }) };
  return { clock, problems, takeOvers: openTakeOvers(options) };
}

async function shown(takeOvers: ReturnType<typeof openTakeOvers>, id = ID): Promise<string> {
  const { file = '' } = takeOvers.find(attemptId, id) ?? {};
  const { clock } = shelf();
  const reader = openCastLog(file, clock).reader(0);
  const bytes = await reader.next(1_000_000);
  await reader.close();
  return Buffer.from(bytes).toString();
}

test('is listed with who and when, oldest first, and has the bytes and every size', async () => {
  const { takeOvers, clock } = shelf();
  const second = takeOvers.record(LATER, { ...BEGUN, startedAt: 9, by: 'ann' });
  second.printed(Buffer.from('two'));
  const first = takeOvers.record(ID, BEGUN);
  first.printed(Buffer.from('$ ls\r\n'));
  first.resized(100, 30);
  first.printed(Buffer.from('done'));
  expect(takeOvers.list(attemptId)[0]).toMatchObject({ id: ID, endedAt: null, isCut: false });
  clock.advance(1_000);
  first.end();
  const listed = takeOvers.list(attemptId);
  expect(listed.map(({ id, by }) => [id, by])).toEqual([
    [ID, 'user'],
    [LATER, 'ann'],
  ]);
  expect(listed[0]).toMatchObject({ cols: 100, rows: 30, endedAt: clock.now() });
  expect(await shown(takeOvers)).toBe('\u001b[8;20;90t$ ls\r\n\u001b[8;30;100tdone');
  const { file = '' } = takeOvers.find(attemptId, ID) ?? {};
  const [header = ''] = readFileSync(file, 'utf8').split('\n');
  expect(JSON.parse(header)).toMatchObject({ version: 3, term: { cols: 90, rows: 20 } });
  // In the folder of its attempt, so that it goes where that goes.
  expect(path.relative(dir, file).startsWith(path.join('task-3', 'task-3.1'))).toBe(true);
});

test('one that showed nothing leaves nothing', () => {
  const { takeOvers } = shelf();
  const record = takeOvers.record(ID, BEGUN);
  record.resized(80, 24);
  record.end();
  expect(takeOvers.list(attemptId)).toEqual([]);
  expect(readdirSync(dir)).toEqual([]);
});

test('ends with a mark where it is as long as one may be, whatever follows', async () => {
  const { takeOvers } = shelf(100);
  const record = takeOvers.record(ID, BEGUN);
  for (let i = 0; i < 50; i += 1) record.printed(Buffer.from('0123456789'));
  record.resized(80, 24);
  record.end();
  const text = await shown(takeOvers);
  expect(text.indexOf('\r\n\u001b[0m[the recording of this take-over ends here')).toBe(100);
  expect(text.match(/ends here/g)).toHaveLength(1);
  expect(takeOvers.list(attemptId)[0]).toMatchObject({ isCut: true, bytes: text.length });
});

test('what a coordinator was recording when it was killed is there when it starts anew', async () => {
  const before = shelf();
  const record = before.takeOvers.record(ID, BEGUN);
  record.printed(Buffer.from('first'));
  before.clock.advance(3_000);
  record.printed(Buffer.from(' last'));
  const lastAt = before.clock.now();
  // Neither ended nor closed.
  const { takeOvers } = shelf();
  expect(await shown(takeOvers)).toContain('first last');
  expect(takeOvers.list(attemptId)[0]).toMatchObject({ id: ID, endedAt: lastAt, isCut: false });
});

test('a disk that does not take it ends the recording, and holds nobody up', () => {
  const { takeOvers, problems } = shelf();
  // Where its folder would be.
  writeFileSync(path.join(dir, 'task-3'), '');
  const record = takeOvers.record(ID, BEGUN);
  record.printed(Buffer.from('first'));
  record.printed(Buffer.from('second'));
  record.end();
  expect(problems).toHaveLength(1);
  expect(takeOvers.list(attemptId)).toEqual([]);
});
