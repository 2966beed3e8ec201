import { expect, test } from 'vitest';
import { placesOf, type Surroundings } from './places.ts';

const LINUX: Surroundings = {
  platform: 'linux',
  env: {},
  home: '/home/aiko',
  tmp: '/tmp',
  uid: 1000,
};

const SHARED = ['/tmp', '/var/tmp', '/dev/shm'].map((folder) => `${folder}/koubou-native-1000`);

test('the cache of the user comes before shared folders', () => {
  expect(placesOf(LINUX)).toEqual(['/home/aiko/.cache/koubou/native', ...SHARED]);
});

test('an installed agent says where', () => {
  expect(placesOf({ ...LINUX, env: { KOUBOU_NATIVE: '/opt/koubou-agent/native' } })[0]).toBe(
    '/opt/koubou-agent/native',
  );
});

test.each([
  ['XDG_CACHE_HOME', '/cache', '/cache/koubou/native'],
  ['XDG_CACHE_HOME', '', '/home/aiko/.cache/koubou/native'],
  ['KOUBOU_NATIVE', 'relative', '/home/aiko/.cache/koubou/native'],
])('%s=%s', (name, value, first) => {
  expect(placesOf({ ...LINUX, env: { [name]: value } })[0]).toBe(first);
});

test('a user without a home has the shared folders', () => {
  expect(placesOf({ ...LINUX, home: '' })).toEqual(SHARED);
});
