/** New tasks on their way to the queue: what is known comes along, and nobody waits for what is slow. */
import { expect, it } from 'vitest';
import type { Known } from '../../../../shared/domain/analyse.ts';
import { must, mustComplete, mustCreate, ALICE, connect } from '../../journal/testing.ts';
import { NO_SOURCES, openWorkshop } from '../testing.ts';
import { openHistory } from './history.ts';
import type { Look, Repositories } from './repositories.ts';

const RULES: NonNullable<Known['repository']> = {
  marks: ['go.mod'],
  rules: { security: 'confidential', location: 'London', concurrency: ['branch:main'] },
};

function repositories(of: Repositories['of']): typeof NO_SOURCES {
  return { ...NO_SOURCES, repositories: { of } };
}

it('brings what the repository says into the queue, with the specialty and where all is from', async () => {
  await using opened = openWorkshop();
  const { journal, start, until } = opened;
  await must(journal, connect(ALICE, 1, ['go']));
  start({ sources: repositories(() => ({ repository: RULES, missing: null })) });
  const id = await mustCreate(journal, { title: 'Fix the SQL query' });
  await until(id, 'queued');
  expect(journal.task(id)).toMatchObject({
    ...{ specialty: 'database', needs: ['go'], security: 'confidential', location: 'London' },
    concurrency: ['branch:main'],
    analysis: { specialty: { from: 'words' }, security: { from: 'repository' } },
  });
});

it('keeps no task waiting for the slow repository of another one', async () => {
  await using opened = openWorkshop();
  const { journal, start, until } = opened;
  const { promise, resolve } = Promise.withResolvers<Look>();
  start({
    sources: repositories(({ url }) =>
      url === '/slow' ? promise : { repository: null, missing: null },
    ),
  });
  const slow = await mustCreate(journal, { repo: { url: '/slow', base: null } });
  const fast = await mustCreate(journal);
  await until(fast, 'queued');
  expect(journal.task(slow)?.state).toBe('pending');
  resolve({ repository: RULES, missing: null });
  await until(slow, 'queued');
  expect(journal.task(slow)?.location).toBe('London');
});

it('forgets what it was told of a task that was cancelled meanwhile', async () => {
  await using opened = openWorkshop();
  const { journal, start, until } = opened;
  const { promise, resolve } = Promise.withResolvers<Look>();
  start({ sources: repositories(() => promise) });
  const gone = await mustCreate(journal);
  const stays = await mustCreate(journal);
  await must(journal, { type: 'task.cancel', taskId: gone, reason: 'no' });
  resolve({ repository: RULES, missing: null });
  await until(stays, 'queued');
  expect(journal.task(gone)?.analysis).toBeNull();
});

it('looks at tasks that wait for others, also at those from before the coordinator ended', async () => {
  await using opened = openWorkshop();
  const { journal, start } = opened;
  const first = await mustCreate(journal, { at: Number.MAX_SAFE_INTEGER });
  const before = await mustCreate(journal, { after: [first] });
  start({ sources: repositories(() => ({ repository: RULES, missing: null })) });
  const after = await mustCreate(journal, { after: [first] });
  await opened.settled();
  for (const id of [first, before, after])
    expect(journal.task(id)).toMatchObject({ location: 'London', analysis: {} });
  expect(journal.task(after)?.state).toBe('blocked');
});

it('takes what whoever made it said for a person’s word, also where it is as tasks are', async () => {
  await using opened = openWorkshop();
  const { journal, start, until } = opened;
  start({ sources: repositories(() => ({ repository: RULES, missing: null })) });
  const said = { specialty: 'security', security: 'internal', location: 'Tokyo' } as const;
  const id = await mustCreate(journal, said);
  await until(id, 'queued');
  expect(journal.task(id)).toMatchObject(said);
  expect(journal.task(id)?.analysis?.security).toEqual({ value: 'internal', from: 'person' });
});

it('learns from what tasks like it took: of the same repository and engine, of the same specialty if enough', async () => {
  await using opened = openWorkshop();
  const { journal, start, until, clock } = opened;
  const history = openHistory(journal);
  start();
  await must(journal, connect(ALICE));
  const done = async (title: string, ms: number): Promise<void> => {
    const id = await mustCreate(journal, { title });
    await until(id, 'assigned');
    clock.advance(ms);
    await mustComplete(journal, id);
  };
  const like = await mustCreate(journal, { at: Number.MAX_SAFE_INTEGER });
  const asked = { ...here(journal.task(like)), specialty: 'database' } as const;
  expect(history.past(asked)).toBeNull();
  for (const ms of [1_000, 9_000, 5_000]) await done('SQL query', ms);
  expect(history.past(asked)).toEqual({ ms: 5_000, costUsd: null, attempts: 1, of: 3 });
  for (const ms of [90_000, 80_000]) await done('README docs', ms);
  expect(history.past(asked)?.of).toBe(3);
  expect(history.past({ ...asked, specialty: 'security' })).toMatchObject({ ms: 9_000, of: 5 });
  const elsewhere = { ...asked, repo: { url: '/other', base: null } };
  expect(history.past(elsewhere)).toBeNull();
  // Read anew it is the same.
  expect(openHistory(journal).past(asked)).toEqual(history.past(asked));
});

function here<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('there is none');
  return value;
}
