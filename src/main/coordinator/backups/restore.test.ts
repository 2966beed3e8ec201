/** A restore gives exactly the state of the moment, no number twice, and is never half done. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync, cpSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { State } from '../../../shared/domain/state.ts';
import { isEnd, isHeld, type Task } from '../../../shared/domain/task.ts';
import { pickFrom } from '../../../shared/domain/testing.ts';
import { taskNumberOf } from '../../../shared/ids.ts';
import {
  mustCreate,
  mustQueue,
  openTestJournal,
  testClock,
  testFolder,
  must,
  connect,
  ALICE,
} from '../journal/testing.ts';
import { verifyJournal } from '../journal/verify.ts';
import { databaseOf, foldOf, live, mustBackUp, mustRestore, restoreTo } from './testing.ts';

const SLOW = 120_000;
const RESTORER = fileURLToPath(new URL('testing-restorer.ts', import.meta.url));
const soon = (): Promise<void> => Promise.resolve();

describe('a moment', () => {
  it(
    'is brought back as it was, with what ran then lost, and no number given out twice',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.nat(), { minLength: 40, maxLength: 120 }),
          fc.nat({ max: 99 }),
          fc.nat({ max: 2 }),
          async (numbers, percent, backups) => {
            using folder = testFolder();
            const { dir } = folder;
            const clock = testClock();
            const pick = pickFrom(numbers);
            const journal = openTestJournal(dir, clock);
            for (let n = 0; n <= backups; n++) {
              await live(journal, pick, clock, 30);
              if (n < backups) await mustBackUp(journal, dir, clock.now);
            }
            const events = journal.eventsAfter(0, 1_000_000);
            const before = foldOf(events);
            await journal.close();

            const at = events[Math.floor((events.length * percent) / 100)]?.at ?? 0;
            const kept = events.filter((stored) => stored.at <= at);
            const restored = await mustRestore(dir, { at });
            expect(restored).toMatchObject({ seq: kept.length, at: kept.at(-1)?.at, notes: [] });

            const again = openTestJournal(dir, clock);
            expect(again.eventsAfter(0, kept.length)).toEqual(kept);
            const then = foldOf(kept);
            for (const task of then.tasks.values()) {
              expect(pastOf(again.task(task.id))).toEqual(pastOf(expected(task, before)));
            }
            expect(again.tasks({ limit: 1_000_000 })).toHaveLength(then.tasks.size);
            expect(again.workshop()).toEqual({
              ...then.workshop(),
              lastTask: before.workshop().lastTask,
              lastFence: before.workshop().lastFence,
            });
            const created = await mustCreate(again);
            expect(taskNumberOf(created)).toBe(before.workshop().lastTask + 1);
            await again.close();
            expect(await verifyJournal(databaseOf(dir), soon)).toMatchObject({ ok: true });
          },
        ),
        { numRuns: 12 },
      );
    },
    SLOW,
  );
});

/** How a task that stood as `task` is restored, when it had become what it is in `before`. */
function expected(task: Task, before: State): Task {
  if (isEnd(task.state)) return task;
  const attempts = before.tasks.get(task.id)?.attempts ?? 0;
  if (!isHeld(task.state)) return { ...task, attempts };
  const message = 'the workshop was restored to a moment at which this attempt ran';
  const failure = { code: 'agent_lost', message, attemptId: task.attemptId, retryAt: 0 } as const;
  return { ...task, attempts, state: 'failed', failure, losses: task.losses + 1, kills: 0 };
}

/** Without the times of the restore itself. */
function pastOf(task: Task | undefined): unknown {
  if (!task?.failure || task.state !== 'failed') return { ...task, updatedAt: 0 };
  return { ...task, updatedAt: 0, failure: { ...task.failure, retryAt: 0 }, kills: 0 };
}

/** A workshop with a backup, and with more after it: task 2 is assigned, and 5 tasks are new. */
async function workshop(dir: string): Promise<{ name: string; seq: number; at: number }> {
  const clock = testClock();
  const journal = openTestJournal(dir, clock);
  await must(journal, connect());
  for (let n = 0; n < 3; n++) await mustQueue(journal);
  const backup = await mustBackUp(journal, dir, clock.now);
  clock.advance(60_000);
  const [task] = journal.inState('queued', 1);
  if (!task) throw new Error('nothing is queued');
  await must(journal, { type: 'task.assign', taskId: task.id, agentId: ALICE, reasons: [] });
  for (let n = 0; n < 5; n++) await mustQueue(journal);
  await journal.close();
  return backup;
}

describe('the numbers', () => {
  it('of an attempt that is taken back are not given to another', async () => {
    using folder = testFolder();
    const { name } = await workshop(folder.dir);
    await mustRestore(folder.dir, { name });
    const journal = openTestJournal(folder.dir);
    const [task] = journal.inState('queued', 1);
    if (!task) throw new Error('nothing is queued');
    await must(journal, connect());
    await must(journal, { type: 'task.assign', taskId: task.id, agentId: ALICE, reasons: [] });
    const attemptId = journal.task(task.id)?.attemptId;
    expect(attemptId).toBe(`${task.id}.2`);
    expect(attemptId && journal.attempt(attemptId)?.fence).toBe(2);
    expect(journal.attemptsOf(task.id)).toHaveLength(1);
    await journal.close();
    expect(await verifyJournal(folder.file, soon)).toMatchObject({ ok: true });
  });

  it('are far beyond all when the present database cannot say what it gave out', async () => {
    using folder = testFolder();
    await workshop(folder.dir);
    writeFileSync(folder.file, 'not a database at all');
    const restored = await mustRestore(folder.dir);
    expect(restored.notes.join()).toContain('nothing after the backup could be added');
    const journal = openTestJournal(folder.dir);
    expect(journal.workshop().lastFence).toBeGreaterThan(100_000);
    expect(taskNumberOf(await mustCreate(journal))).toBeGreaterThan(10_000);
    await journal.close();
    expect(readFileSync(path.join(folder.dir, restored.aside ?? ''), 'utf8')).toBe(
      'not a database at all',
    );
  });
});

describe('without a time', () => {
  it('all that can be read of a damaged log is added to the newest sound backup', async () => {
    using folder = testFolder();
    const { dir, file } = folder;
    const first = await workshop(dir);
    // In the middle of the file: some page of log or tables.
    const whole = openTestJournal(dir);
    const total = whole.seq();
    const newer = await mustBackUp(whole, dir, () => first.at + 1_000_000);
    whole.db.exec(`UPDATE events SET body = replace(body, 'Fix', 'Fox') WHERE seq = ${total - 3}`);
    await whole.close();
    const damagedCopy = path.join(dir, 'backups', newer.name, 'koubou.db');
    writeFileSync(damagedCopy, 'rotten');
    expect(await verifyJournal(file, soon)).toMatchObject({ ok: false });
    const restored = await mustRestore(dir);
    expect(restored.backup).toBe(first.name);
    expect(restored.seq).toBeGreaterThanOrEqual(first.seq);
    expect(restored.seq).toBeLessThan(total);
    expect(restored.notes.join()).toMatch(/rotten|is damaged/);
    expect(await verifyJournal(file, soon)).toMatchObject({ ok: true });
  });
});

describe('a history that a restore has ended', () => {
  it('is not where a later restore starts from', async () => {
    using folder = testFolder();
    const { dir } = folder;
    const first = await workshop(dir);
    const journal = openTestJournal(dir, testClock());
    const abandoned = await mustBackUp(journal, dir, () => first.at + 100_000);
    await journal.close();
    await mustRestore(dir, { name: first.name, now: first.at + 200_000 });
    const restored = await mustRestore(dir, { at: first.at + 300_000, now: first.at + 400_000 });
    expect(restored.backup).toBe(first.name);
    // Yet a moment before that restore is in the history that was ended.
    const back = await mustRestore(dir, { at: first.at + 150_000, now: first.at + 500_000 });
    expect(back.backup).toBe(abandoned.name);
    expect(back.seq).toBe(abandoned.seq);
  });
});

describe('a restore', () => {
  it('is refused while somebody works on the folder', async () => {
    using folder = testFolder();
    const journal = openTestJournal(folder.dir);
    expect(await restoreTo(folder.dir)).toMatchObject({ ok: false });
    await journal.close();
  });

  it('says what there is when a name is unknown, and leaves all as it is', async () => {
    using folder = testFolder();
    await workshop(folder.dir);
    const before = readFileSync(folder.file);
    const result = await restoreTo(folder.dir, { name: '2000-01-01T00-00-00Z' });
    expect(result).toMatchObject({ ok: false });
    expect(readFileSync(folder.file)).toEqual(before);
  });

  it(
    'that is killed before any of its steps leaves the old state or the new one, whole',
    async () => {
      using folder = testFolder();
      const { name, seq } = await workshop(folder.dir);
      const old = openTestJournal(folder.dir);
      for (let n = 0; n < 5; n++) await mustCreate(old);
      const oldSeq = old.seq();
      // As a kill leaves it: with a write-ahead log beside the file.
      using killed = testFolder();
      cpSync(folder.dir, killed.dir, { recursive: true });
      await old.close();
      const outcomes: string[] = [];
      for (let step = 1; ; step++) {
        using copy = testFolder();
        cpSync(killed.dir, copy.dir, { recursive: true });
        const child = spawn(process.execPath, [RESTORER, copy.dir, String(step), name], {
          stdio: ['ignore', 'ignore', 'inherit'],
        });
        const [, signal] = (await once(child, 'close')) as [unknown, string | null];
        const journal = openTestJournal(copy.dir);
        const newest = journal.seq();
        await journal.close();
        expect(await verifyJournal(copy.file, soon)).toMatchObject({ ok: true });
        expect(existsSync(path.join(copy.dir, 'restore.json'))).toBe(false);
        expect(readdirSync(copy.dir).filter((file) => file.includes('restoring'))).toEqual([]);
        if (newest === oldSeq) outcomes.push('old');
        else if (newest > seq && newest < oldSeq) outcomes.push('new');
        else outcomes.push(`neither: ${newest}`);
        if (signal === null) break;
        rmSync(copy.dir, { recursive: true });
      }
      const turn = outcomes.indexOf('new');
      expect(outcomes.length).toBeGreaterThan(6);
      expect(outcomes.slice(0, turn).every((outcome) => outcome === 'old')).toBe(true);
      expect(outcomes.slice(turn).every((outcome) => outcome === 'new')).toBe(true);
    },
    SLOW,
  );
});
