/** Sign-ins, checked against a server that speaks HTTP: when it is asked, what its answers mean, and who is told. */
import { expect, it } from 'vitest';
import type { ModelAccountId } from '../../../../shared/models.ts';
import { testClock, testFolder } from '../../journal/testing.ts';
import { createAccounts } from '../accounts/accounts.ts';
import { probe } from './probe.ts';
import { createSessions, type AccountSessions } from './sessions.ts';
import { FAILING_MS, UNREACHABLE_MS, USUAL_MS, type SignIn } from './sign-in.ts';
import { startProvider } from './testing.ts';
import { watchTroubles } from './troubles.ts';

async function stage() {
  const folder = testFolder();
  const provider = await startProvider('sk-good');
  const clock = testClock();
  const accounts = createAccounts({ dir: folder.dir, keychain: null, clock });
  const about = { provider: 'anthropic', name: 'Main', auth: 'api_key' } as const;
  const { id } = await accounts.add({ ...about, baseUrl: provider.url }, 'sk-good');
  const sessions = createSessions({ accounts, clock, probe, random: () => 0.5 });
  return {
    ...{ accounts, clock, id, provider, sessions },
    async [Symbol.asyncDispose]() {
      sessions.close();
      await provider[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

/** Resolves when the account is in that state. */
async function until(
  sessions: AccountSessions,
  id: ModelAccountId,
  state: SignIn['state'],
): Promise<SignIn> {
  return await new Promise((resolve) => {
    const look = (): void => {
      const now = sessions.of(id);
      if (now.state !== state) return;
      end();
      resolve(now);
    };
    const end = sessions.onChange(look);
    look();
  });
}

it('asks at once, and then every five minutes, with the key and nothing more', async () => {
  await using opened = await stage();
  const { clock, id, provider, sessions } = opened;
  expect(sessions.of(id).state).toBe('checking');
  clock.advance(0);
  await until(sessions, id, 'good');
  clock.advance(USUAL_MS - 1);
  expect(provider.asked).toEqual([{ path: '/v1/models', key: 'sk-good', version: '2023-06-01' }]);
  provider.keys.clear();
  clock.advance(1);
  await until(sessions, id, 'failing');
  expect(provider.asked).toHaveLength(2);
});

it('asks at once after a suspicion, and three refusals in a row sign out; a new key repairs it', async () => {
  await using opened = await stage();
  const { accounts, clock, id, provider, sessions } = opened;
  await sessions.check(id);
  provider.keys.clear();
  clock.advance(2_000);
  sessions.suspect(id);
  sessions.suspect(id);
  clock.advance(0);
  await until(sessions, id, 'failing');
  expect(sessions.isGood(id)).toBe(true);
  clock.advance(FAILING_MS);
  expect((await sessions.check(id)).refusals).toBe(2);
  clock.advance(FAILING_MS);
  const out = await until(sessions, id, 'signed_out');
  expect(out.message).toBe(`${provider.url} does not take the key (401). It said: no …`);
  expect(sessions.isGood(id)).toBe(false);
  const asked = provider.asked.length;
  sessions.suspect(id);
  clock.advance(1_000);
  expect(provider.asked).toHaveLength(asked);

  provider.keys.add('sk-new');
  const account = accounts.get(id);
  if (!account) throw new Error('it is gone');
  const found = await sessions.tryOut(account, 'sk-new');
  await accounts.replaceSecret(account, 'sk-new');
  sessions.renewed(id, found);
  expect(sessions.of(id)).toMatchObject({ state: 'good', message: null });
});

it('asks once more when somebody signed in while it asked, and goes on to ask', async () => {
  await using opened = await stage();
  const { accounts, clock, id, provider, sessions } = opened;
  provider.keys.clear();
  const checked = sessions.check(id);
  const account = accounts.get(id);
  if (!account) throw new Error('it is gone');
  provider.keys.add('sk-new');
  await accounts.replaceSecret(account, 'sk-new');
  sessions.renewed(id, { kind: 'good', message: null });
  const again = sessions.check(id);
  expect((await checked).state).toBe('good');
  expect((await again).state).toBe('good');
  expect(provider.asked.at(-1)).toMatchObject({ key: 'sk-new' });
  provider.keys.clear();
  clock.advance(USUAL_MS);
  await until(sessions, id, 'failing');
});

it('holds no failure of the network or the server against a sign-in', async () => {
  await using opened = await stage();
  const { clock, id, provider, sessions } = opened;
  provider.status = 503;
  for (let times = 0; times < 5; times++) {
    expect((await sessions.check(id)).state).toBe('unreachable');
  }
  expect(sessions.isGood(id)).toBe(true);
  provider.status = null;
  clock.advance(UNREACHABLE_MS);
  await until(sessions, id, 'good');
});

it('does not take a key to where an answer points', async () => {
  await using opened = await stage();
  const { id, provider, sessions } = opened;
  provider.status = 302;
  const { state, message } = await sessions.check(id);
  expect({ state, message }).toMatchObject({ state: 'unreachable' });
  expect(message).toContain('sends elsewhere');
  expect(provider.asked.map(({ path }) => path)).toEqual(['/v1/models']);
});

it.each([
  [429, '', 'good'],
  [404, '', 'good'],
  [403, '{"error":{"message":"Missing scopes: api.model.read"}}', 'good'],
  [403, '{"error":{"message":"disabled"}}', 'failing'],
  [500, 'not JSON', 'unreachable'],
])('an answer with %i %s: %s', async (status, body, state) => {
  await using opened = await stage();
  const { id, provider, sessions } = opened;
  provider.status = status;
  provider.body = body;
  expect((await sessions.check(id)).state).toBe(state);
});

it('tells people of accounts that are signed out, until they are not', async () => {
  await using opened = await stage();
  const { accounts, id, provider, sessions } = opened;
  const told: (string | null)[] = [];
  const end = watchTroubles({ accounts, sessions, tell: (trouble) => told.push(trouble) });
  provider.keys.clear();
  for (let times = 0; times < 3; times++) await sessions.check(id);
  expect(told.at(-1)).toContain(`koubou accounts sign-in ${id}`);
  expect(told.at(-1)).not.toContain('sk-good');
  provider.keys.add('sk-good');
  await sessions.check(id);
  expect(told.at(-1)).toBeNull();
  end();
});
