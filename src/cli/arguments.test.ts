import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parseEngine, parseRepo, parseTaskId, parseTime } from './arguments.ts';

test('a task is its number or its id', () => {
  expect([parseTaskId('12'), parseTaskId('task-12')]).toEqual(['task-12', 'task-12']);
  for (const wrong of ['', '0', '-1', 'task-', 'task-1.1', '12x'])
    expect(() => parseTaskId(wrong)).toThrow('task-12');
});

test('an engine is claude-code or a command', () => {
  expect(parseEngine('claude-code')).toEqual({ kind: 'claude-code' });
  expect(parseEngine('command: npx organize-imports .')).toEqual({
    kind: 'command',
    run: 'npx organize-imports .',
  });
  for (const wrong of ['claude', 'command:', 'command: ', ''])
    expect(() => parseEngine(wrong)).toThrow('command:PROGRAM');
});

test('a time is a date or a distance', () => {
  const now = Date.parse('2026-01-01T00:00:00Z');
  expect(parseTime('+30m', now) - now).toBe(30 * 60_000);
  expect(parseTime('+2d', now) - now).toBe(2 * 86_400_000);
  expect(parseTime('2026-12-24T08:00:00Z', now)).toBe(Date.parse('2026-12-24T08:00:00Z'));
  for (const wrong of ['', '30m', '+', '+3w', 'tomorrow', '12', '2026-13-40'])
    expect(() => parseTime(wrong, now)).toThrow('+30m');
});

test('a folder becomes an absolute path, an address stays', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'koubou-cli-'));
  try {
    mkdirSync(path.join(dir, 'odd:name'));
    expect(parseRepo('.', dir)).toBe(dir);
    expect(parseRepo('../x', dir)).toBe(path.join(path.dirname(dir), 'x'));
    expect(parseRepo('odd:name', dir)).toBe(path.join(dir, 'odd:name'));
    for (const url of [
      'https://host/a.git',
      'ssh://git@host/a',
      'git@host:team/a.git',
      'host:a',
      'file:///srv/a',
    ]) {
      expect(parseRepo(url, dir)).toBe(url);
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
