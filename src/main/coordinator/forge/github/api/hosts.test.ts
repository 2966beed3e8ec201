import { describe, expect, test } from 'vitest';
import { valueOf } from '../testing.ts';
import { hostOf, placeOf } from './hosts.ts';

test.each([
  ['github.com', 'https://github.com', 'https://api.github.com', 'https://api.github.com/graphql'],
  ['https://GitHub.com/acme/shop', 'https://github.com', 'https://api.github.com', null],
  ['www.github.com', 'https://github.com', 'https://api.github.com', null],
  ['acme.ghe.com', 'https://acme.ghe.com', 'https://api.acme.ghe.com', null],
  [
    'https://github.example.com/',
    'https://github.example.com',
    'https://github.example.com/api/v3',
    'https://github.example.com/api/graphql',
  ],
  ['git.example:8443', 'https://git.example:8443', 'https://git.example:8443/api/v3', null],
  ['127.0.0.1:4000', 'http://127.0.0.1:4000', 'http://127.0.0.1:4000/api/v3', null],
  ['http://localhost:4000', 'http://localhost:4000', 'http://localhost:4000/api/v3', null],
  ['http://[::1]:4000', 'http://[::1]:4000', 'http://[::1]:4000/api/v3', null],
])('%s is at %s', (text, web, rest, graphql) => {
  const host = valueOf(hostOf(text));
  expect(host).toMatchObject({ web, rest, graphql: graphql ?? host.graphql });
});

describe('an address is refused', () => {
  test.each([
    ['http://github.example.com', 'without encryption'],
    ['http://127.0.0.1.example.com', 'without encryption'],
    ['ftp://github.com', 'no address of a GitHub'],
    ['git@github.com:acme/shop', 'no address of a GitHub'],
    ['', 'no address of a GitHub'],
    ['https://ada:secret@github.com', 'without a name or password'],
  ])('%s', (text, why) => {
    const host = hostOf(text);
    expect(host.ok ? '' : host.error).toContain(why);
  });
});

test('an address of https names its repository, one of ssh does not', () => {
  const shop = { host: 'github.com', owner: 'acme', repo: 'shop' };
  expect(placeOf('https://github.com/acme/shop.git')).toEqual(shop);
  expect(placeOf('https://github.com/acme/shop/issues/12')).toEqual(shop);
  expect(placeOf('https://github.com/acme')).toBeNull();
  expect(placeOf('ssh://git@github.com/acme/shop')).toBeNull();
  expect(placeOf('git@github.com:acme/shop.git')).toBeNull();
});
