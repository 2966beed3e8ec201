import { describe, expect, it } from 'vitest';
import type { DiffFile } from '../../../shared/contract.ts';
import { drawn, fileIndexes, LARGE_LINES, LONGEST_LINE, rowsOf } from './rows.ts';

function file(path: string, change: Partial<DiffFile> = {}): DiffFile {
  return {
    path,
    oldPath: null,
    status: 'modified',
    insertions: 1,
    deletions: 1,
    binary: false,
    patch: '@@ -1 +1 @@\n-a\n+b\n',
    truncated: false,
    ...change,
  };
}

function kinds(files: DiffFile[], toggled: string[] = [], truncated = false): string[] {
  return rowsOf({ files, truncated }, new Set(toggled), 'unified').map((row) =>
    row.type === 'note' ? row.note : row.type,
  );
}

describe('the rows of a change', () => {
  it('are the files with their lines', () => {
    expect(kinds([file('a'), file('b')])).toEqual([
      ...['file', 'hunk', 'line', 'line'],
      ...['file', 'hunk', 'line', 'line'],
    ]);
    expect(kinds([file('a')], ['a'])).toEqual(['file']);
  });

  it('pair lines side by side', () => {
    const rows = rowsOf({ files: [file('a')], truncated: false }, new Set(), 'split');
    expect(rows.map(({ type }) => type)).toEqual(['file', 'hunk', 'pair']);
  });

  it('leave a large file closed until somebody opens it', () => {
    const large = file('lock', { insertions: LARGE_LINES, deletions: 1 });
    expect(kinds([large])).toEqual(['file', 'large']);
    expect(kinds([large], ['lock'])).toEqual(['file', 'hunk', 'line', 'line']);
  });

  it('say what cannot be shown', () => {
    expect(kinds([file('a', { binary: true, patch: '' })])).toEqual(['file', 'binary']);
    expect(kinds([file('a', { patch: '' })])).toEqual(['file', 'empty']);
    expect(kinds([file('a', { patch: '', truncated: true })])).toEqual(['file', 'truncated']);
    expect(kinds([], [], true)).toEqual(['more_files']);
  });

  it('have keys of their own, and tell where each file begins', () => {
    const rows = rowsOf({ files: [file('a'), file('b')], truncated: true }, new Set(), 'unified');
    expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
    expect([...fileIndexes(rows)]).toEqual([
      ['a', 0],
      ['b', 4],
    ]);
  });

  it('cut lines that are too long to draw', () => {
    expect(drawn('x'.repeat(LONGEST_LINE))).toHaveLength(LONGEST_LINE);
    expect(drawn('x'.repeat(1_000_000)).length).toBeLessThan(LONGEST_LINE + 10);
  });
});
