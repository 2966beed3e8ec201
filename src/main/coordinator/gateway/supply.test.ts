/** Whether an engine can speak, from how its accounts stand and what limits them. */
import { expect, it } from 'vitest';
import { ModelAccountId } from '../../../shared/models.ts';
import type { AccountState, ModelAccount } from './models/port.ts';
import { newSignIn, type SignIn } from './sessions/sign-in.ts';
import { createSupply } from './supply.ts';

const NOW = 1_000_000;
const FREE = { windows: [], running: 0, waiting: 0, heldUntil: null, breaker: 'closed' } as const;

interface Facts {
  readonly provider?: ModelAccount['provider'];
  readonly signIn?: SignIn['state'];
  readonly limits?: Partial<AccountState>;
}

function supplyOf(...facts: Facts[]) {
  const all = facts.map((fact, index) => ({
    ...fact,
    id: ModelAccountId.parse(`acct-0000000${index}`),
  }));
  const never = (): (() => void) => () => {};
  let tell = (): void => {};
  const supply = createSupply({
    accounts: {
      onChange: never,
      list: () =>
        all.map(({ id, provider = 'anthropic' }) => ({
          ...{ id, provider, name: id, auth: 'api_key' },
          baseUrl: 'https://api.example.com',
        })),
    },
    sessions: {
      onChange: never,
      of: (id) => ({
        ...newSignIn(0),
        state: all.find((one) => one.id === id)?.signIn ?? 'good',
      }),
    },
    admission: {
      onChange: (listener) => {
        tell = listener;
        return () => {};
      },
      states: () => all.map(({ id, limits }) => ({ id, ...FREE, ...limits })),
    },
    clock: { now: () => NOW },
  });
  return { supply, all, changed: () => tell() };
}

it('is asked of accounts that speak the protocol of the engine, and of no others', () => {
  const { supply } = supplyOf({ provider: 'openai', signIn: 'signed_out' });
  expect(supply.of('claude-code')).toBeNull();
  expect(supply.of('codex')).toMatchObject({ state: 'held', reason: 'signed_out', until: null });
  expect(supply.of('ollama')).toBeNull();
  expect(supply.of('command')).toBeNull();
});

it('is open while one account can, whatever is the matter with the others', () => {
  const { supply } = supplyOf({ signIn: 'signed_out' }, { signIn: 'failing' });
  expect(supply.of('claude-code')).toEqual({ state: 'open' });
});

it('says when every account that can is near a limit that lasts', () => {
  const used = (share: number, ms: number): Facts => {
    const window = { name: 'unified_5h', limit: null, remaining: null, used: share };
    return { limits: { windows: [{ ...window, resetAt: NOW + ms }] } };
  };
  const [near, far, short] = [used(0.95, 3_600_000), used(0.5, 3_600_000), used(0.95, 60_000)];
  const isNear = { state: 'open', isNear: true };
  expect(supplyOf(near, { signIn: 'signed_out' }).supply.of('claude-code')).toEqual(isNear);
  for (const other of [far, short]) {
    expect(supplyOf(near, other).supply.of('claude-code')).toEqual({ state: 'open' });
  }
});

it('names what is over soonest, and a person last', () => {
  const limits = (ms: number): Facts => ({ limits: { heldUntil: NOW + ms } });
  const { supply } = supplyOf({ signIn: 'signed_out' }, limits(9_000), limits(5_000));
  expect(supply.of('anthropic')).toMatchObject({ reason: 'limited', until: NOW + 5_000 });
});

it('lets one find out when the time of a broken server is over', () => {
  const broken = (heldUntil: number): Facts => ({ limits: { breaker: 'open', heldUntil } });
  expect(supplyOf(broken(NOW + 1)).supply.of('codex')).toBeNull();
  expect(supplyOf(broken(NOW + 1)).supply.of('claude-code')).toMatchObject({
    ...{ state: 'held', reason: 'unreachable', until: NOW + 1 },
  });
  expect(supplyOf(broken(NOW)).supply.of('claude-code')).toEqual({ state: 'open' });
});

it('tells of a change only when an engine can speak that could not, or the other way', () => {
  const { supply, all, changed } = supplyOf({});
  let told = 0;
  supply.onChange(() => (told += 1));
  changed();
  expect(told).toBe(0);
  const [first] = all;
  if (first) Object.assign(first, { signIn: 'signed_out' });
  changed();
  changed();
  expect(told).toBe(1);
});
