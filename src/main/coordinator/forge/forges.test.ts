/** Each repository and each issue goes to the forge that it is of, and to no other. */
import { expect, test } from 'vitest';
import type { Origin } from '../../../shared/domain/origin.ts';
import { fail } from '../../../shared/result.ts';
import { createForges } from './forges.ts';
import { taskWith } from './github/pulls/testing.ts';
import { openTestForge, scratch } from './local/testing.ts';

test('those of a signed-in host go there, all others to git alone', async () => {
  using place = scratch();
  const local = openTestForge(place);
  const forge = createForges(local, {
    knows: ({ url }) => url.startsWith('https://github.com/'),
    issues: (origins) =>
      Promise.resolve(
        new Map(origins.map(({ url }) => [url, fail({ code: 'unreadable', message: 'asked' })])),
      ),
    handles: (url) => url.startsWith('https://github.com/'),
    merge: () => Promise.resolve({ state: 'waiting' }),
  });
  const at = (host: string): Origin => ({
    ...{ forge: 'github', url: `https://${host}/a/b/issues/1`, ref: 'a/b#1' },
  });
  const read = await forge.issues([at('github.com'), at('example.org')]);
  expect(read.get(at('github.com').url)).toMatchObject({ error: { message: 'asked' } });
  expect(read.get(at('example.org').url)).toMatchObject({ error: { code: 'sign_in_first' } });
  expect(await forge.merge(taskWith(), 0)).toEqual({ state: 'waiting' });
  const elsewhere = taskWith({ repo: { url: `${place.dir}/none`, base: 'main' } });
  expect(await forge.merge(elsewhere, 0)).toMatchObject({ state: 'refused', code: 'unreadable' });
  await local.close();
});
