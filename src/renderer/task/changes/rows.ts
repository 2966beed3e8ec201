/** A change as one flat list of rows, so that only those in sight are drawn. Pure. */
import type { Diff, DiffFile } from '../../../shared/contract.ts';
import { pairLines, parsePatch, type DiffLine, type Hunk, type LinePair } from './parse-patch.ts';

export type DiffLayout = 'unified' | 'split';

export type NoteKind = 'binary' | 'empty' | 'large' | 'truncated' | 'more_files';

export type DiffRow =
  | {
      readonly type: 'file';
      readonly key: string;
      readonly file: DiffFile;
      readonly isOpen: boolean;
    }
  | { readonly type: 'hunk'; readonly key: string; readonly hunk: Hunk }
  | { readonly type: 'line'; readonly key: string; readonly line: DiffLine }
  | { readonly type: 'pair'; readonly key: string; readonly pair: LinePair }
  | {
      readonly type: 'note';
      readonly key: string;
      readonly note: NoteKind;
      readonly file: DiffFile | null;
    };

/** Files with more changed lines than this begin closed. */
export const LARGE_LINES = 1_500;

export function isLarge({ insertions, deletions }: DiffFile): boolean {
  return insertions + deletions > LARGE_LINES;
}

/** @param toggled paths that a person opened or closed against the rule */
export function rowsOf(
  { files, truncated }: Pick<Diff, 'files' | 'truncated'>,
  toggled: ReadonlySet<string>,
  layout: DiffLayout,
  hunksOf: (file: DiffFile) => readonly Hunk[] = ({ patch }) => parsePatch(patch),
): DiffRow[] {
  const rows: DiffRow[] = [];
  for (const file of files) {
    const isOpen = isLarge(file) === toggled.has(file.path);
    rows.push({ type: 'file', key: file.path, file, isOpen });
    if (isOpen) pushFile(rows, file, hunksOf(file), layout);
    else if (isLarge(file)) rows.push(noteRow('large', file));
  }
  if (truncated) rows.push(noteRow('more_files', null));
  return rows;
}

function pushFile(
  rows: DiffRow[],
  file: DiffFile,
  hunks: readonly Hunk[],
  layout: DiffLayout,
): void {
  const { path } = file;
  if (file.binary) rows.push(noteRow('binary', file));
  else if (hunks.length === 0 && !file.truncated) rows.push(noteRow('empty', file));
  for (const [h, hunk] of hunks.entries()) {
    rows.push({ type: 'hunk', key: `${path} @${h}`, hunk });
    if (layout === 'unified') {
      for (const [i, line] of hunk.lines.entries()) {
        rows.push({ type: 'line', key: `${path} ${h}.${i}`, line });
      }
    } else {
      for (const [i, pair] of pairLines(hunk.lines).entries()) {
        rows.push({ type: 'pair', key: `${path} ${h}|${i}`, pair });
      }
    }
  }
  if (file.truncated) rows.push(noteRow('truncated', file));
}

function noteRow(note: NoteKind, file: DiffFile | null): DiffRow {
  return { type: 'note', key: `${file?.path ?? ''} ${note}`, note, file };
}

/** Where each file begins in the rows. */
export function fileIndexes(rows: readonly DiffRow[]): Map<string, number> {
  return new Map(
    rows.flatMap((row, index): [string, number][] =>
      row.type === 'file' ? [[row.file.path, index]] : [],
    ),
  );
}

/** A line that is too long to draw is cut; the branch has it whole. */
export const LONGEST_LINE = 2_000;

export function drawn(text: string): string {
  return text.length > LONGEST_LINE ? `${text.slice(0, LONGEST_LINE)} …` : text;
}
