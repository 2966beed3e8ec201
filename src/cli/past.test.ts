import { InvalidArgumentError } from 'commander';
import { expect, test } from 'vitest';
import { parsePast } from './past.ts';

const NOW = Date.UTC(2026, 5, 15, 12);

test.each([
  ['2026-06-15T11:30:00Z', Date.UTC(2026, 5, 15, 11, 30)],
  ['2026-06-15T11:30:00+02:00', Date.UTC(2026, 5, 15, 9, 30)],
  ['2026-06-14 11:30', new Date(2026, 5, 14, 11, 30).getTime()],
  ['2026-06-14 11:30:07', new Date(2026, 5, 14, 11, 30, 7).getTime()],
  ['2h ago', NOW - 7_200_000],
  ['90 minutes ago', NOW - 5_400_000],
  ['1 day ago', NOW - 86_400_000],
  ['30s ago', NOW - 30_000],
])('%s is a moment', (text, at) => {
  expect(parsePast(text, NOW)).toBe(at);
});

test.each([
  '',
  'yesterday',
  '2026-02-31 10:00',
  '2026-13-01 10:00',
  '2026-06-15 25:00',
  '2h',
  'ago',
])('"%s" is told with examples', (text) => {
  expect(() => parsePast(text, NOW)).toThrow(InvalidArgumentError);
  expect(() => parsePast(text, NOW)).toThrow('2h ago');
});

test('a moment to come is refused', () => {
  expect(() => parsePast('2026-06-15T12:00:01Z', NOW)).toThrow('not come yet');
});
