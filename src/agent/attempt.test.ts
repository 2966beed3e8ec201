/** Whole attempts on a real agent: real git over HTTP, real terminals, real frames; and everything that can go wrong. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AttemptReport } from '../shared/domain/attempt.ts';
import { AttemptId } from '../shared/ids.ts';
import { GIT_TOKEN, TOKEN } from './testing/coordinator.ts';
import { KEY, openFixture, type Fixture } from './testing/fixture.ts';

const FIRST = AttemptId.parse('task-1.1');

let fixture: Fixture;

beforeEach(async () => {
  fixture = await openFixture();
  fixture.repo({ 'notes.txt': 'first\n', '.koubou.yaml': 'test: cat notes.txt\n' });
});

afterEach(async () => {
  await fixture.close();
});

async function connect(): Promise<void> {
  await fixture.agent();
  await fixture.coordinator.until(() =>
    fixture.coordinator.frames.some(({ type }) => type === 'heartbeat'),
  );
}

/** Runs one attempt to its last report. */
async function run(
  engine: string,
  changes: Parameters<Fixture['spec']>[2] = {},
  id: AttemptId = FIRST,
): Promise<AttemptReport> {
  fixture.coordinator.assign(fixture.spec(id, engine, changes));
  return await fixture.coordinator.end(id);
}

function phases(id: AttemptId): string[] {
  const reports = fixture.coordinator.attempts.get(id)?.reports ?? [];
  return reports.flatMap((report) =>
    report.kind === 'phase_ended' ? [`${report.phase} ${report.outcome}`] : [],
  );
}

test('goes through the seven steps to a pushed branch', async () => {
  await connect();
  const { coordinator, dir } = fixture;
  const report = await run(
    'cat; echo changed >> notes.txt; echo "$KOUBOU_TASK_ID: $KOUBOU_TASK_TITLE"',
  );
  const commit = coordinator.commitOf(KEY, 'koubou/task-1-change-the-notes');
  expect(report).toMatchObject({
    kind: 'succeeded',
    change: {
      attemptId: FIRST,
      branch: 'koubou/task-1-change-the-notes',
      commit,
      base: 'main',
      baseCommit: coordinator.commitOf(KEY, 'main'),
      stats: { files: 1, insertions: 1, deletions: 0 },
      tests: { outcome: 'passed', command: 'cat notes.txt', exitCode: 0 },
    },
  });
  expect(phases(FIRST)).toEqual(
    ['prepare', 'analyse', 'implement', 'apply', 'test', 'push', 'report'].map(
      (phase) => `${phase} passed`,
    ),
  );
  expect(coordinator.git(KEY, 'log', '-1', '--format=%an <%ae> %s', commit)).toBe(
    'Koubou <koubou@localhost> Change the notes',
  );
  const text = coordinator.text(FIRST);
  expect(text).toContain('Please.');
  expect(text).toContain('task-1: Change the notes');
  expect(text).toContain('first\r\nchanged\r\n');
  expect(coordinator.attempts.get(FIRST)?.ended).toBe(true);
  expect(coordinator.faults).toEqual([]);
  expect(coordinator.gitUsers).toEqual(new Set([`${FIRST}:${GIT_TOKEN}`]));
  expect(filesWith(dir, GIT_TOKEN)).toEqual([]);
  expect(filesWith(dir, TOKEN)).toEqual([]);
});

/** Files under `dir` that hold `text`. */
function filesWith(dir: string, text: string): string[] {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return files
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(text));
}
