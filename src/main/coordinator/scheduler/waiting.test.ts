/** What waits: for its time, for a pause to end, for other tasks, for space on the disk. */
import { describe, expect, it } from 'vitest';
import { AgentId, attemptIdOf } from '../../../shared/ids.ts';
import { ALICE, connect, must, mustComplete, mustCreate } from '../journal/testing.ts';
import { openWorkshop } from './testing.ts';

const BOB = AgentId.parse('bob');
const DAY = 24 * 60 * 60_000;

describe('what waits for its time', () => {
  it('is queued when it comes, and one timer serves all', async () => {
    await using opened = openWorkshop();
    const { journal, clock, start, until } = opened;
    start();
    const late = await mustCreate(journal, { at: clock.now() + 3 * DAY });
    await opened.settled();
    const timers = clock.waiting;
    const soon = await mustCreate(journal, { at: clock.now() + 1_000 });
    await opened.settled();
    expect(clock.waiting).toBe(timers);
    clock.advance(999);
    await opened.settled();
    expect(journal.task(soon)?.state).toBe('scheduled');
    clock.advance(1);
    expect(await until(soon, 'queued')).toBe('queued');
    expect(journal.task(late)?.state).toBe('scheduled');
  });

  it('is at most a minute late after the wall clock jumped', async () => {
    await using opened = openWorkshop();
    const { journal, clock, start, until } = opened;
    start();
    const id = await mustCreate(journal, { at: clock.now() + DAY });
    await opened.settled();
    clock.jump(DAY);
    clock.advance(60_000);
    expect(await until(id, 'queued')).toBe('queued');
  });

  it('is tried again after a failure, when the pause is over', async () => {
    await using opened = openWorkshop();
    const { journal, clock, start, until } = opened;
    start();
    await must(journal, connect(ALICE));
    const id = await mustCreate(journal);
    expect(await until(id, 'assigned')).toBe('assigned');
    const attemptId = attemptIdOf(id, 1);
    await must(journal, {
      type: 'attempt.give_up',
      attemptId,
      code: 'repo_unreachable',
      message: 'no answer',
    });
    expect(journal.task(id)).toMatchObject({
      state: 'failed',
      failure: { retryAt: clock.now() + 30_000 },
    });
    await opened.settled();
    clock.advance(30_000);
    expect(await until(id, 'assigned')).toBe('assigned');
    expect(journal.task(id)?.attemptId).toBe(attemptIdOf(id, 2));
  });

  it('after its machine was lost is placed again at once', async () => {
    await using opened = openWorkshop();
    const { journal, start, until } = opened;
    start();
    await must(journal, connect(ALICE));
    await must(journal, connect(BOB));
    const id = await mustCreate(journal);
    expect(await until(id, 'assigned')).toBe('assigned');
    const lost = journal.attempt(attemptIdOf(id, 1))?.agentId;
    await must(journal, { type: 'agent.disconnect', agentId: lost ?? ALICE, why: 'gone' });
    await must(journal, {
      type: 'attempt.give_up',
      attemptId: attemptIdOf(id, 1),
      code: 'agent_lost',
      message: 'gone',
    });
    expect(await until(id, 'assigned')).toBe('assigned');
    expect(journal.attempt(attemptIdOf(id, 2))?.agentId).toBe(lost === ALICE ? BOB : ALICE);
  });
});

describe('what waits for others', () => {
  it('is queued when the last of them is completed', async () => {
    await using opened = openWorkshop();
    const { journal, start, until } = opened;
    start();
    await must(journal, connect(ALICE, 2));
    const [one, two] = [await mustCreate(journal), await mustCreate(journal)];
    const both = await mustCreate(journal, { after: [one, two] });
    expect(await until(two, 'assigned')).toBe('assigned');
    await mustComplete(journal, one);
    expect(journal.task(both)?.state).toBe('blocked');
    await mustComplete(journal, two);
    expect(await until(both, 'assigned')).toBe('assigned');
  });

  it('and was released while nobody looked is found at the start', async () => {
    await using opened = openWorkshop();
    const { journal, start, until } = opened;
    const scheduler = start();
    await must(journal, connect(ALICE));
    const one = await mustCreate(journal);
    const after = await mustCreate(journal, { after: [one] });
    expect(await until(one, 'assigned')).toBe('assigned');
    scheduler.close();
    await mustComplete(journal, one);
    expect(journal.task(after)?.state).toBe('blocked');
    start();
    expect(await until(after, 'assigned')).toBe('assigned');
  });

  it('and for a time waits for both', async () => {
    await using opened = openWorkshop();
    const { journal, clock, start, until } = opened;
    start();
    await must(journal, connect(ALICE));
    const one = await mustCreate(journal);
    const both = await mustCreate(journal, { after: [one], at: clock.now() + 30_000 });
    expect(await until(one, 'assigned')).toBe('assigned');
    await mustComplete(journal, one);
    await opened.settled();
    expect(journal.task(both)?.state).toBe('blocked');
    clock.advance(30_000);
    expect(await until(both, 'assigned')).toBe('assigned');
  });
});

describe('a full disk', () => {
  it('costs a pause, not the task', async () => {
    await using opened = openWorkshop();
    const { journal, clock, start, until } = opened;
    const id = await mustCreate(journal);
    journal.db.pragma('max_page_count = 1');
    start();
    // Ours is too large for the pages there are; what the analyser submits in the same turn shares its fate.
    const body = 'x'.repeat(100_000);
    const refused = await journal.submit(
      { type: 'task.update', taskId: id, body },
      { actor: 'test' },
    );
    expect(refused).toMatchObject({ ok: false, error: { code: 'storage_full' } });
    journal.db.pragma('max_page_count = 1000000');
    await opened.settled();
    expect(journal.task(id)?.state).toBe('pending');
    clock.advance(5_000);
    expect(await until(id, 'queued')).toBe('queued');
  });
});

describe('closing', () => {
  it('leaves no timer and ends all wake-ups', async () => {
    await using opened = openWorkshop();
    const { journal, clock, start } = opened;
    const scheduler = start();
    await mustCreate(journal, { at: clock.now() + DAY });
    await opened.settled();
    scheduler.close();
    expect(clock.waiting).toBe(0);
    const id = await mustCreate(journal);
    await opened.settled();
    expect(journal.task(id)?.state).toBe('pending');
  });
});
