import { describe, expect, it } from 'vitest';
import { repoName } from './repo.ts';
import { bytes, percent } from './size.ts';
import { counting, duration, relative } from './time.ts';

const MINUTE = 60_000;

describe('durations', () => {
  it.each([
    [0, '0 ms'],
    [412, '412 ms'],
    [1_412, '1.4 s'],
    [12_900, '12 s'],
    [3 * MINUTE + 5_000, '3 m 05 s'],
    [130 * MINUTE, '2 h 10 m'],
    [(4 * 24 + 3) * 60 * MINUTE, '4 d 3 h'],
    [-5, '0 ms'],
  ])('%d ms are %s', (ms, text) => expect(duration(ms)).toBe(text));

  it('count up in whole seconds', () => expect(counting(412)).toBe('0 s'));
});

describe('moments', () => {
  it('are told from now, in each language', () => {
    expect(relative(0, 3 * MINUTE, 'en')).toBe('3m ago');
    expect(relative(3 * MINUTE, 0, 'en')).toBe('in 3m');
    expect(relative(0, 3 * MINUTE, 'ja')).toBe('3分前');
    expect(relative(0, 1_000, 'en')).toBe('now');
  });
});

describe('sizes', () => {
  it.each([
    [512, '512 B'],
    [1_536, '1.5 KB'],
    [64 * 2 ** 30, '64 GB'],
    [5_000 * 2 ** 40, '5000 TB'],
  ])('%d bytes are %s', (count, text) => expect(bytes(count)).toBe(text));

  it('stay within bounds', () =>
    expect([percent(-1), percent(0.456), percent(3)]).toEqual([0, 46, 100]));
});

describe('names of repositories', () => {
  it.each([
    ['/home/aya/src/shop', 'shop'],
    ['/home/aya/src/shop/', 'shop'],
    ['https://github.com/acme/api.git', 'api'],
    ['git@github.com:acme/infra.git', 'infra'],
    ['C:\\work\\app', 'app'],
    ['/', '/'],
  ])('%s is %s', (url, name) => expect(repoName(url)).toBe(name));
});
