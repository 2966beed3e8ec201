/** A change as one flat list of rows, so that only those in sight are drawn. Pure. */
import type { Diff, DiffFile } from '../../../shared/contract-review.ts';
import { lineKey, placeOf, type PlacedTalk, type Side, type Talk } from './talk.ts';
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
  | {
      readonly type: 'hunk';
      readonly key: string;
      readonly path: string;
      readonly hunk: Hunk;
      /** Unchanged lines before it that are left out. */
      readonly skipped: number;
    }
  | {
      /** Unchanged lines after the last hunk that are left out. */
      readonly type: 'rest';
      readonly key: string;
      readonly path: string;
      /** Number of the first of them after the change. */
      readonly from: number;
    }
  | ({ readonly type: 'line'; readonly key: string; readonly line: DiffLine } & InHunk)
  | ({ readonly type: 'pair'; readonly key: string; readonly pair: LinePair } & InHunk)
  | {
      readonly type: 'talk';
      readonly key: string;
      readonly place: Place;
      readonly talk: readonly Talk[];
      /** A person writes a comment here. */
      readonly isEditing: boolean;
    }
  /** What was said about lines of the file that are not shown. */
  | { readonly type: 'elsewhere'; readonly key: string; readonly talk: readonly Talk[] }
  | {
      readonly type: 'note';
      readonly key: string;
      readonly note: NoteKind;
      readonly file: DiffFile | null;
    };

interface InHunk {
  readonly file: DiffFile;
  readonly hunk: Hunk;
}

/** A line that a comment is about. */
export interface Place {
  readonly path: string;
  readonly side: Side;
  readonly line: number;
  readonly quote: string;
}

/** What there is besides the patch. */
export interface RowOptions {
  /** Paths that a person opened or closed against the rule. */
  readonly toggled: ReadonlySet<string>;
  /** Paths that were read: they begin closed. */
  readonly viewed?: ReadonlySet<string>;
  readonly layout: DiffLayout;
  readonly hunksOf?: (file: DiffFile) => readonly Hunk[];
  /** Number of the first line after the last hunk, where there are lines to show. */
  readonly restOf?: (file: DiffFile) => number | null;
  readonly talkOf?: (file: DiffFile) => PlacedTalk;
  readonly editing?: Pick<Place, 'path' | 'side' | 'line'> | null;
}

/** Files with more changed lines than this begin closed. */
export const LARGE_LINES = 1_500;

export function isLarge({ insertions, deletions }: DiffFile): boolean {
  return insertions + deletions > LARGE_LINES;
}

export function rowsOf(
  { files, truncated }: Pick<Diff, 'files' | 'truncated'>,
  options: RowOptions,
): DiffRow[] {
  const { toggled, viewed = NOTHING } = options;
  const rows: DiffRow[] = [];
  for (const file of files) {
    const isClosed = isLarge(file) || viewed.has(file.path);
    const isOpen = isClosed === toggled.has(file.path);
    rows.push({ type: 'file', key: file.path, file, isOpen });
    if (isOpen) pushFile(rows, file, options);
    else if (isLarge(file) && !viewed.has(file.path)) rows.push(noteRow('large', file));
  }
  if (truncated) rows.push(noteRow('more_files', null));
  return rows;
}

const NOTHING: ReadonlySet<string> = new Set();
const NO_TALK: PlacedTalk = { at: new Map(), elsewhere: [] };

function pushFile(rows: DiffRow[], file: DiffFile, options: RowOptions): void {
  const { hunksOf = ({ patch }) => parsePatch(patch), talkOf = () => NO_TALK, layout } = options;
  const { restOf = () => null } = options;
  const { path } = file;
  const hunks = hunksOf(file);
  const talk = talkOf(file);
  if (talk.elsewhere.length > 0) {
    rows.push({ type: 'elsewhere', key: `${path} elsewhere`, talk: talk.elsewhere });
  }
  if (file.binary) rows.push(noteRow('binary', file));
  else if (hunks.length === 0 && !file.truncated) rows.push(noteRow('empty', file));
  let next = 1;
  for (const [h, hunk] of hunks.entries()) {
    const skipped = Math.max(0, hunk.firstBefore - next);
    next = hunk.firstBefore + hunk.lines.filter(({ before }) => before !== null).length;
    // Parts between which all was opened are one.
    if (h === 0 || skipped > 0)
      rows.push({ type: 'hunk', key: `${path} @${h}`, path, hunk, skipped });
    const said = (line: DiffLine | null): void => pushTalk(rows, path, line, talk, options);
    if (layout === 'unified') {
      for (const line of hunk.lines) {
        rows.push({ type: 'line', key: `${path} ${numbers(line, line)}`, line, file, hunk });
        said(line);
      }
    } else {
      for (const pair of pairLines(hunk.lines)) {
        const key = `${path} ${numbers(pair.left, pair.right)}`;
        rows.push({ type: 'pair', key, pair, file, hunk });
        said(pair.left);
        if (pair.right !== pair.left) said(pair.right);
      }
    }
  }
  const rest = restOf(file);
  if (rest !== null) rows.push({ type: 'rest', key: `${path} rest`, path, from: rest });
  if (file.truncated) rows.push(noteRow('truncated', file));
}

/** The same line keeps its row whatever is opened before it. */
function numbers(left: DiffLine | null, right: DiffLine | null): string {
  return `${left?.before ?? ''}:${right?.after ?? ''}`;
}

function pushTalk(
  rows: DiffRow[],
  path: string,
  line: DiffLine | null,
  { at }: PlacedTalk,
  { editing = null }: RowOptions,
): void {
  const spot = line && placeOf(line);
  if (!line || !spot) return;
  const talk = at.get(lineKey(spot.side, spot.line)) ?? [];
  const isEditing =
    editing?.path === path && editing.side === spot.side && editing.line === spot.line;
  if (talk.length === 0 && !isEditing) return;
  const place = { path, ...spot, quote: line.text.slice(0, LONGEST_QUOTE) };
  rows.push({
    type: 'talk',
    key: `${path} ${lineKey(spot.side, spot.line)}`,
    place,
    talk,
    isEditing,
  });
}

/** As much of a line as goes along with a comment. */
export const LONGEST_QUOTE = 300;

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
