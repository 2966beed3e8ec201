/** The saved views over the API. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { testFolder } from '../journal/testing.ts';
import { viewRoutes } from './views.ts';

const CONTEXT = { actor: 'user', receipt: undefined };
const MINE = { id: 'a-1', name: '急ぎ', query: 'priority=urgent' };

it('are kept in the data folder, in their order', async () => {
  using folder = testFolder();
  const get = (): Promise<unknown> => viewRoutes(folder.dir)['views.get'].run({}, CONTEXT);
  expect(await get()).toEqual({ ok: true, value: { views: [] } });
  const views = [MINE, { ...MINE, id: 'b-2', name: 'Failed', query: 'state=failed' }];
  const set = await viewRoutes(folder.dir)['views.set'].run({ views }, CONTEXT);
  expect(set).toEqual({ ok: true, value: { views } });
  expect(await get()).toEqual({ ok: true, value: { views } });
});

it('are not thrown away when their file is damaged: it is named', async () => {
  using folder = testFolder();
  writeFileSync(path.join(folder.dir, 'views.json'), '{');
  const answer = await viewRoutes(folder.dir)['views.get'].run({}, CONTEXT);
  expect(answer).toMatchObject({ ok: false, error: { code: 'storage_damaged' } });
});
