/** What is typed to sign in, and the order it becomes. */
import { expect, test } from 'vitest';
import { SignIn } from '../../../shared/contract-github.ts';
import { NOTHING_TYPED, orderOf, tokenPage } from './order.ts';

test('nothing is sent while something is still to be typed', () => {
  expect(orderOf(NOTHING_TYPED)).toBeNull();
  expect(orderOf({ ...NOTHING_TYPED, token: '  ' })).toBeNull();
  expect(orderOf({ ...NOTHING_TYPED, way: 'app', appId: '12' })).toBeNull();
  const app = { ...NOTHING_TYPED, way: 'app', appId: '12', privateKey: 'PEM' } as const;
  expect(orderOf({ ...app, installation: 'two' })).toBeNull();
});

test('every way becomes an order that the contract takes', () => {
  const typed = { ...NOTHING_TYPED, host: ' https://git.acme.test ', token: ' t0ken ' };
  const app = { appId: '12', privateKey: 'PEM', installation: '7' };
  const host = 'https://git.acme.test';
  expect(orderOf(typed)).toEqual({ with: 'token', host, token: 't0ken' });
  expect(orderOf({ ...typed, way: 'gh' })).toEqual({ with: 'gh', host });
  expect(orderOf({ ...NOTHING_TYPED, way: 'device' })).toEqual({ with: 'device' });
  const order = orderOf({ ...typed, way: 'app', ...app });
  expect(order).toEqual({
    ...{ with: 'app', host, appId: '12', privateKey: 'PEM' },
    installationId: 7,
  });
  expect(SignIn.safeParse(order).success).toBe(true);
});

test('a token is made where the account is', () => {
  expect(tokenPage('', '')).toBe('https://github.com/settings/personal-access-tokens/new');
  expect(tokenPage('', 'https://git.acme.test/')).toMatch(/^https:\/\/git\.acme\.test\/settings/);
  expect(tokenPage('git.two.test', 'github.com')).toMatch(/^https:\/\/git\.two\.test\//);
});
