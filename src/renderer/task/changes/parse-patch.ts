/** Unified diff hunks into lines with numbers. Pure. */

export type LineKind = 'context' | 'added' | 'removed';

export interface DiffLine {
  readonly kind: LineKind;
  /** Line number before and after; `null` where the line is not. */
  readonly before: number | null;
  readonly after: number | null;
  readonly text: string;
  /** The file has no line break after it. */
  readonly isUnended: boolean;
}

export interface Hunk {
  /** What stands behind the second `@@`: mostly the function it is in. */
  readonly heading: string;
  readonly firstBefore: number;
  readonly firstAfter: number;
  readonly lines: readonly DiffLine[];
}

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@ ?(.*)$/;
const KINDS: Readonly<Record<string, LineKind>> = { ' ': 'context', '+': 'added', '-': 'removed' };

/** Reads hunks; whatever stands before the first one is skipped. */
export function parsePatch(patch: string): Hunk[] {
  const hunks: Hunk[] = [];
  let lines: DiffLine[] = [];
  let before = 0;
  let after = 0;
  for (const raw of patch.split('\n')) {
    const head = HUNK.exec(raw);
    if (head) {
      lines = [];
      before = Number(head[1]);
      after = Number(head[2]);
      const heading = head[3] ?? '';
      hunks.push({ heading, firstBefore: before, firstAfter: after, lines });
      continue;
    }
    if (hunks.length === 0) continue;
    if (raw.startsWith('\\')) {
      const last = lines.pop();
      if (last) lines.push({ ...last, isUnended: true });
      continue;
    }
    const kind = KINDS[raw.charAt(0)];
    // The split leaves an empty piece after the last line break.
    if (kind === undefined) continue;
    lines.push({
      kind,
      before: kind === 'added' ? null : before,
      after: kind === 'removed' ? null : after,
      text: raw.slice(1).replace(/\r$/, ''),
      isUnended: false,
    });
    if (kind !== 'added') before += 1;
    if (kind !== 'removed') after += 1;
  }
  return hunks;
}

export interface LinePair {
  readonly left: DiffLine | null;
  readonly right: DiffLine | null;
}

/** Lines side by side: what was removed beside what came in its place. */
export function pairLines(lines: readonly DiffLine[]): LinePair[] {
  const pairs: LinePair[] = [];
  let removed: DiffLine[] = [];
  let added: DiffLine[] = [];
  const flush = (): void => {
    for (let i = 0; i < Math.max(removed.length, added.length); i++) {
      pairs.push({ left: removed[i] ?? null, right: added[i] ?? null });
    }
    removed = [];
    added = [];
  };
  for (const line of lines) {
    if (line.kind === 'removed') {
      // A removal after an addition begins a new block.
      if (added.length > 0) flush();
      removed.push(line);
    } else if (line.kind === 'added') added.push(line);
    else {
      flush();
      pairs.push({ left: line, right: line });
    }
  }
  flush();
  return pairs;
}
