/** Group commits: what shares one, who is told when, and what a refusal costs the others. */
import { describe, expect, it } from 'vitest';
import { NEW_WORKSHOP } from '../../../shared/domain/state.ts';
import type { StoredEvent } from '../../../shared/domain/event.ts';
import { taskIdOf } from '../../../shared/ids.ts';
import { create, must, mustCreate, openTestJournal, testClock, testFolder } from './testing.ts';
import { verifyJournal } from './verify.ts';

const AS = { actor: 'test' };
const nothing = (): Promise<void> => Promise.resolve();

describe('commands of one turn', () => {
  it('are published together, in the order they were submitted, before anyone is answered', async () => {
    using folder = testFolder();
    const journal = openTestJournal(folder.dir);
    const order: string[] = [];
    journal.subscribe((events) => order.push(`published ${events.map(({ seq }) => seq).join()}`));
    await Promise.all(
      [1, 2, 3].map(async (n) => {
        const result = await journal.submit(create({ title: `Task ${n}` }), AS);
        order.push(`answered ${result.ok ? result.value.seq : result.error.code}`);
      }),
    );
    await must(journal, create());
    expect(order).toEqual([
      'published 1,2,3',
      'answered 1',
      'answered 2',
      'answered 3',
      'published 4',
    ]);
    expect(journal.task(taskIdOf(2))?.title).toBe('Task 2');
    await journal.close();
  });

  it('see what the ones before them decided', async () => {
    using folder = testFolder();
    const journal = openTestJournal(folder.dir);
    const [created, waiting, cancelled] = await Promise.all([
      journal.submit(create(), AS),
      journal.submit(create({ after: [taskIdOf(1)] }), AS),
      journal.submit({ type: 'task.cancel', taskId: taskIdOf(2), reason: 'no' }, AS),
    ]);
    expect([created.ok, waiting.ok, cancelled.ok]).toEqual([true, true, true]);
    expect(journal.task(taskIdOf(2))?.state).toBe('cancelled');
    await journal.close();
  });

  it('do not suffer from one that is refused', async () => {
    using folder = testFolder();
    const journal = openTestJournal(folder.dir);
    const [first, refused, last] = await Promise.all([
      journal.submit(create(), AS),
      journal.submit({ type: 'task.retry', taskId: taskIdOf(1) }, AS),
      journal.submit(create(), AS),
    ]);
    expect(first).toMatchObject({ ok: true, value: { seq: 1 } });
    expect(refused).toMatchObject({ ok: false, error: { code: 'illegal_transition' } });
    expect(last).toMatchObject({ ok: true, value: { seq: 2 } });
    await journal.close();
  });

  it('may be more than one transaction takes', async () => {
    using folder = testFolder();
    const journal = openTestJournal(folder.dir);
    const results = await Promise.all(
      Array.from({ length: 2_500 }, () => journal.submit(create(), AS)),
    );
    expect(results.map((result) => result.ok && result.value.seq)).toEqual(
      results.map((_, i) => i + 1),
    );
    expect(journal.counts().pending).toBe(2_500);
    await journal.close();
  });

  it('take along what may wait, in the order in which all was submitted', async () => {
    using folder = testFolder();
    const clock = testClock();
    const journal = openTestJournal(folder.dir, clock);
    const published: number[][] = [];
    journal.subscribe((events) => published.push(events.map(({ seq }) => seq)));
    const waits = journal.submit(create({ title: 'first' }), { ...AS, mayWait: true });
    await must(journal, create({ title: 'second' }));
    expect((await waits).ok).toBe(true);
    expect(journal.task(taskIdOf(1))?.title).toBe('first');
    expect(published).toEqual([[1, 2]]);
    // Alone it waits for the clock, and then not.
    const alone = [1, 2].map(() => journal.submit(create(), { ...AS, mayWait: true }));
    await new Promise(setImmediate);
    expect(published).toHaveLength(1);
    clock.advance(40);
    await Promise.all(alone);
    expect(published).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(clock.waiting).toBe(0);
    await journal.close();
  });

  it('are committed at the end where they may wait', async () => {
    using folder = testFolder();
    const journal = openTestJournal(folder.dir);
    const waits = journal.submit(create(), { ...AS, mayWait: true });
    await journal.close();
    expect((await waits).ok).toBe(true);
    const again = openTestJournal(folder.dir);
    expect(again.counts().pending).toBe(1);
    await again.close();
  });

  it('may come from a listener, and are then the next commit', async () => {
    using folder = testFolder();
    const journal = openTestJournal(folder.dir);
    const analysed: Promise<unknown>[] = [];
    journal.subscribe((events) => {
      for (const { event } of events) {
        if (event.type !== 'task.created') continue;
        const { taskId } = event;
        expect(journal.task(taskId)?.state).toBe('pending');
        analysed.push(must(journal, { type: 'task.analyse', taskId, specialty: 'general' }));
      }
    });
    const id = await mustCreate(journal);
    await Promise.all(analysed);
    expect(journal.task(id)?.state).toBe('queued');
    await journal.close();
  });
});

describe('a command that changes nothing', () => {
  it('is answered with no events and leaves no trace', async () => {
    using folder = testFolder();
    const journal = openTestJournal(folder.dir);
    const published: StoredEvent[] = [];
    journal.subscribe((events) => published.push(...events));
    expect(await must(journal, { type: 'queue.resume' })).toEqual({
      seq: 0,
      events: [],
      repeated: false,
    });
    expect(published).toEqual([]);
    await journal.close();
  });
});

describe('closing', () => {
  it('commits what was submitted, refuses what comes later, and keeps all', async () => {
    using folder = testFolder();
    const journal = openTestJournal(folder.dir);
    const submitted = journal.submit(create(), AS);
    const closed = journal.close();
    const late = await journal.submit(create(), AS);
    await closed;
    expect(await submitted).toMatchObject({ ok: true, value: { seq: 1 } });
    expect(late).toMatchObject({ ok: false, error: { code: 'shutting_down' } });
    const again = openTestJournal(folder.dir);
    expect(again.seq()).toBe(1);
    expect(again.task(taskIdOf(1))?.title).toBe('Fix the total');
    await again.close();
  });
});

describe('a full disk', () => {
  it('refuses the whole commit, keeps nothing of it in memory, and is over when there is space again', async () => {
    using folder = testFolder();
    const journal = openTestJournal(folder.dir);
    const id = await mustCreate(journal);
    // The limit is SQLite's own: it then answers exactly as a full disk would make it.
    journal.db.pragma(
      `max_page_count = ${Number(journal.db.pragma('page_count', { simple: true })) + 2}`,
    );
    const published: StoredEvent[] = [];
    journal.subscribe((events) => published.push(...events));
    const results = await Promise.all([
      journal.submit({ type: 'task.analyse', taskId: id, specialty: 'general' }, AS),
      journal.submit(create({ body: 'x'.repeat(100_000) }), AS),
      journal.submit({ type: 'queue.pause' }, AS),
    ]);
    expect(results.map((result) => !result.ok && result.error.code)).toEqual(
      Array(3).fill('storage_full'),
    );
    expect(published).toEqual([]);
    expect(journal.seq()).toBe(1);
    expect(journal.task(id)?.state).toBe('pending');
    expect(journal.task(taskIdOf(2))).toBeUndefined();
    expect(journal.workshop()).toEqual({ ...NEW_WORKSHOP, lastTask: 1 });
    expect(journal.counts()).toMatchObject({ pending: 1, queued: 0 });

    journal.db.pragma('max_page_count = 1000000');
    expect(
      await must(journal, { type: 'task.analyse', taskId: id, specialty: 'general' }),
    ).toMatchObject({ seq: 4 });
    expect(await verifyJournal(folder.file, nothing)).toMatchObject({
      ok: true,
      value: { events: 4 },
    });
    await journal.close();
  });
});

describe('receipts', () => {
  const receipt = { key: 'k', hash: 'h' };

  it('answer a repeated request with the first answer, in the same turn, later, and after a restart', async () => {
    using folder = testFolder();
    const journal = openTestJournal(folder.dir);
    const [first, second] = await Promise.all([
      journal.submit(create(), { ...AS, receipt }),
      journal.submit(create(), { ...AS, receipt }),
    ]);
    await must(journal, create());
    const third = await journal.submit(create(), { ...AS, receipt });
    await journal.close();
    const again = openTestJournal(folder.dir);
    const fourth = await again.submit(create(), { ...AS, receipt });
    expect(first).toMatchObject({ ok: true, value: { seq: 1, repeated: false } });
    expect(second).toEqual({ ok: true, value: { ...(first.ok && first.value), repeated: true } });
    expect(third).toEqual(second);
    expect(fourth).toEqual(second);
    expect(again.counts().pending).toBe(2);
    await again.close();
  });

  it('refuse another request under the same key', async () => {
    using folder = testFolder();
    const journal = openTestJournal(folder.dir);
    await journal.submit(create(), { ...AS, receipt });
    const other = await journal.submit(
      { type: 'queue.pause' },
      { ...AS, receipt: { key: 'k', hash: 'other' } },
    );
    expect(other).toMatchObject({ ok: false, error: { code: 'idempotency_conflict' } });
    expect(journal.workshop().queuePaused).toBe(false);
    await journal.close();
  });

  it('are also for a request that found everything done', async () => {
    using folder = testFolder();
    const journal = openTestJournal(folder.dir);
    await journal.submit({ type: 'queue.resume' }, { ...AS, receipt });
    await must(journal, { type: 'queue.pause' });
    const again = await journal.submit({ type: 'queue.resume' }, { ...AS, receipt });
    expect(again).toEqual({ ok: true, value: { seq: 0, events: [], repeated: true } });
    expect(journal.workshop().queuePaused).toBe(true);
    await journal.close();
  });

  it('are not given for a refusal: the same request may succeed later', async () => {
    using folder = testFolder();
    const journal = openTestJournal(folder.dir);
    const after = create({ after: [taskIdOf(1)] });
    expect(await journal.submit(after, { ...AS, receipt })).toMatchObject({ ok: false });
    await must(journal, create());
    expect(await journal.submit(after, { ...AS, receipt })).toMatchObject({
      ok: true,
      value: { repeated: false },
    });
    await journal.close();
  });

  it('are kept for a day, and then make room', async () => {
    using folder = testFolder();
    const clock = testClock();
    const journal = openTestJournal(folder.dir, clock);
    const other = { ...AS, receipt: { key: 'other', hash: 'h' } };
    await journal.submit(create(), { ...AS, receipt });
    clock.advance(24 * 60 * 60_000);
    await journal.submit(create(), other);
    expect(await journal.submit(create(), { ...AS, receipt })).toMatchObject({
      value: { repeated: true },
    });
    clock.advance(1);
    await journal.submit(create(), { ...AS, receipt: { key: 'third', hash: 'h' } });
    expect(await journal.submit(create(), { ...AS, receipt })).toMatchObject({
      value: { repeated: false },
    });
    expect(await journal.submit(create(), other)).toMatchObject({ value: { repeated: true } });
    await journal.close();
  });
});
