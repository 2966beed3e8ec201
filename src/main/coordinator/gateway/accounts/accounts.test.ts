/** Accounts as they are kept: the list without secrets, a secret each, and nothing lost when a file is damaged. */
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { testClock, testFolder } from '../../journal/testing.ts';
import { createAccounts } from './accounts.ts';

const ABOUT = {
  provider: 'anthropic',
  name: 'Main',
  auth: 'api_key',
  baseUrl: 'https://api.anthropic.com',
} as const;

function open(dir: string) {
  return createAccounts({ dir, keychain: null, clock: testClock() });
}

it('keeps what was added, its secret apart and for this user only', async () => {
  using folder = testFolder();
  const dir = path.join(folder.dir, 'models');
  const added = await open(dir).add(ABOUT, 'sk-marked');
  const again = open(dir);
  expect(again.list()).toEqual([{ id: added.id, ...ABOUT }]);
  expect(await again.secretOf(added.id)).toEqual({ ok: true, value: 'sk-marked' });
  expect(readFileSync(path.join(dir, 'accounts.json'), 'utf8')).not.toContain('sk-marked');
  for (const file of ['accounts.json', `secrets/${added.id}`]) {
    expect(statSync(path.join(dir, file)).mode & 0o777).toBe(0o600);
  }
});

it('forgets the secret with the account, and keeps the name it is given', async () => {
  using folder = testFolder();
  const book = open(folder.dir);
  const { id } = await book.add(ABOUT, 'sk-1');
  let told = 0;
  book.onChange(() => (told += 1));
  expect(book.rename(id, 'Team')?.name).toBe('Team');
  expect(open(folder.dir).get(id)?.name).toBe('Team');
  expect(book.remove(id)).toBe(true);
  expect(book.remove(id)).toBe(false);
  expect(readdirSync(path.join(folder.dir, 'secrets'))).toEqual([]);
  expect((await book.secretOf(id)).ok).toBe(false);
  expect(told).toBe(2);
});

it('remembers a secret for some seconds, and never beyond its own end', async () => {
  using folder = testFolder();
  const clock = testClock();
  const book = createAccounts({ dir: folder.dir, keychain: null, clock });
  const account = await book.add(ABOUT, 'sk-1');
  const said = async () => await book.secretOf(account.id);
  expect(await said()).toEqual({ ok: true, value: 'sk-1' });
  writeFileSync(path.join(folder.dir, 'secrets', account.id), 'sk-by-hand');
  expect(await said()).toEqual({ ok: true, value: 'sk-1' });
  clock.advance(10_000);
  expect(await said()).toEqual({ ok: true, value: 'sk-by-hand' });
  await book.replaceSecret(account, 'sk-2');
  expect(await said()).toEqual({ ok: true, value: 'sk-2' });
  book.remove(account.id);
  expect((await said()).ok).toBe(false);
});

it('leaves no key behind of an account that is removed while somebody signs in, or from a full disk', async () => {
  using folder = testFolder();
  const opening = Promise.withResolvers<null>();
  const keychain = {
    seal: async () => await opening.promise,
    open: async () => await opening.promise,
  };
  const book = createAccounts({ dir: folder.dir, keychain, clock: testClock() });
  opening.resolve(null);
  const account = await book.add(ABOUT, 'sk-1');
  const signIn = book.replaceSecret(account, 'sk-2');
  book.remove(account.id);
  expect(await signIn).toBe(false);
  expect(readdirSync(path.join(folder.dir, 'secrets'))).toEqual([]);

  const other = await book.add(ABOUT, 'sk-3');
  const list = path.join(folder.dir, 'accounts.json');
  rmSync(list);
  mkdirSync(list);
  expect(() => book.remove(other.id)).toThrow('EISDIR');
  expect(readdirSync(path.join(folder.dir, 'secrets'))).toEqual([]);
  rmdirSync(list);
  expect(book.remove(other.id)).toBe(true);
});

it.each(['https://me:secret@example.com', 'ftp://example.com', 'somewhere'])(
  'puts a list aside in which somebody wrote the address %s',
  async (baseUrl) => {
    using folder = testFolder();
    await open(folder.dir).add({ ...ABOUT, baseUrl }, 'sk-1');
    const damaged = open(folder.dir);
    expect(damaged.list()).toEqual([]);
    expect(damaged.damage).not.toContain('secret');
  },
);

it('loses nothing to a damaged list, and says where it is', async () => {
  using folder = testFolder();
  const { id } = await open(folder.dir).add(ABOUT, 'sk-1');
  const file = path.join(folder.dir, 'accounts.json');
  const whole = readFileSync(file, 'utf8');
  writeFileSync(file, whole.slice(0, 40));
  const damaged = open(folder.dir);
  expect(damaged.list()).toEqual([]);
  const [, aside = ''] = /kept as (\S+)\. /.exec(damaged.damage ?? '') ?? [];
  expect(readFileSync(aside, 'utf8')).toBe(whole.slice(0, 40));
  writeFileSync(file, whole);
  rmSync(aside);
  const repaired = open(folder.dir);
  expect(repaired.damage).toBeNull();
  expect(await repaired.secretOf(id)).toEqual({ ok: true, value: 'sk-1' });
});
