import { expect, test } from 'vitest';
import { NativeError } from '../../../native/load.ts';
import { problemOf } from './problem.ts';
import { isSqliteError, openSqlite } from './sqlite.ts';

test('a machine that is too old for SQLite is told what it can still be', () => {
  const error = new NativeError('better-sqlite3', 'it needs glibc 2.34 or newer');
  const problem = problemOf(error, '/data/lock.db');
  expect(problem?.kind).toBe('unusable');
  expect(problem?.message).toMatch(/it needs glibc 2\.34 or newer.*still be an agent/);
});

test('errors of SQLite are known as such', () => {
  const db = openSqlite(':memory:');
  let caught: unknown;
  try {
    db.exec('SELECT * FROM nothing');
  } catch (error) {
    caught = error;
  } finally {
    db.close();
  }
  expect(isSqliteError(caught)).toBe(true);
  expect(isSqliteError(new Error('another'))).toBe(false);
});
