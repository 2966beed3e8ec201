import { describe, expect, it } from 'vitest';
import type { DiffFile } from '../../../shared/contract-review.ts';
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
  return rowsOf({ files, truncated }, { toggled: new Set(toggled), layout: 'unified' }).map((row) =>
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
    const rows = rowsOf(
      { files: [file('a')], truncated: false },
      { toggled: new Set(), layout: 'split' },
    );
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
    const rows = rowsOf(
      { files: [file('a'), file('b')], truncated: true },
      { toggled: new Set(), layout: 'unified' },
    );
    expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
    expect([...fileIndexes(rows)]).toEqual([
      ['a', 0],
      ['b', 4],
    ]);
  });

  it('close a file that was read, until somebody opens it again', () => {
    const files = { files: [file('a')], truncated: false };
    const options = { viewed: new Set(['a']), layout: 'unified' } as const;
    expect(rowsOf(files, { ...options, toggled: new Set() })).toHaveLength(1);
    expect(rowsOf(files, { ...options, toggled: new Set(['a']) })).toHaveLength(4);
  });

  it.each(['unified', 'split'] as const)('show comments under their line, %s', (layout) => {
    const comment = { path: 'a', line: 1, side: 'after', text: 'Why?' } as const;
    const talk = { at: new Map([['after 1', [{ key: '1', comment, said: null }]]]), elsewhere: [] };
    const rows = rowsOf(
      { files: [file('a')], truncated: false },
      {
        toggled: new Set(),
        layout,
        talkOf: () => talk,
        editing: { path: 'a', side: 'before', line: 1 },
      },
    );
    const talks = rows.filter((row) => row.type === 'talk');
    expect(talks).toMatchObject([
      { place: { side: 'before', quote: 'a' }, isEditing: true, talk: [] },
      { place: { side: 'after', quote: 'b' }, isEditing: false, talk: [{ comment }] },
    ]);
    expect(rows.at(-1)).toBe(talks[1]);
  });

  it('say how many lines are left out between hunks', () => {
    const patch = '@@ -4,2 +4,2 @@\n a\n-b\n+c\n@@ -20 +20 @@\n-d\n+e\n';
    const rows = rowsOf(
      { files: [file('a', { patch })], truncated: false },
      { toggled: new Set(), layout: 'unified' },
    );
    expect(rows.flatMap((row) => (row.type === 'hunk' ? [row.skipped] : []))).toEqual([3, 14]);
  });

  it('cut lines that are too long to draw', () => {
    expect(drawn('x'.repeat(LONGEST_LINE))).toHaveLength(LONGEST_LINE);
    expect(drawn('x'.repeat(1_000_000)).length).toBeLessThan(LONGEST_LINE + 10);
  });
});
