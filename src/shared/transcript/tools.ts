/** What a call of a tool is about, read from its input. Pure. */
import { z } from 'zod';

type Input = Readonly<Record<string, unknown>>;

const SUBJECTS = [
  ...['command', 'file_path', 'filePath', 'notebook_path', 'path', 'pattern', 'url', 'query'],
  ...['description', 'prompt', 'skill'],
];
const LONGEST = 200;

/** The part of the input that tells what it does, in one line. */
export function subjectOf(input: Input): string {
  const found = SUBJECTS.map((name) => input[name]).find((value) => typeof value === 'string');
  const said = typeof found === 'string' ? found : wholeOf(input);
  const line = said.trim().split('\n', 1)[0] ?? '';
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}

function wholeOf(input: Input): string {
  return Object.keys(input).length === 0 ? '' : JSON.stringify(input).slice(0, 2 * LONGEST);
}

const Edit = z.looseObject({ old_string: z.string(), new_string: z.string() });
const Edits = z.looseObject({ edits: z.array(Edit) });
const Written = z.looseObject({ file_path: z.string(), content: z.string() });

/** Lines that an edit adds and removes; `null` for what is no edit. */
export function changedLines(input: Input): { added: number; removed: number } | null {
  const edit = Edit.safeParse(input).data;
  const edits = edit ? [edit] : Edits.safeParse(input).data?.edits;
  if (edits) {
    const sizes = edits.map(({ old_string: before, new_string: after }) => sizeOf(before, after));
    return {
      added: sizes.reduce((sum, { added }) => sum + added, 0),
      removed: sizes.reduce((sum, { removed }) => sum + removed, 0),
    };
  }
  const written = Written.safeParse(input).data;
  return written ? { added: linesOf(written.content).length, removed: 0 } : null;
}

function sizeOf(before: string, after: string): { added: number; removed: number } {
  const [a, b] = [linesOf(before), linesOf(after)];
  const most = Math.min(a.length, b.length);
  let head = 0;
  while (head < most && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < most - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  const [midA, midB] = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)];
  const kept = midA.length * midB.length > MOST_CELLS ? 0 : commonLines(midA, midB);
  return { added: midB.length - kept, removed: midA.length - kept };
}

/** Larger edits are counted as if nothing in the middle had stayed. */
const MOST_CELLS = 250_000;

/** The length of the longest common subsequence. */
function commonLines(a: readonly string[], b: readonly string[]): number {
  let row = b.map(() => 0);
  for (const line of a) {
    const next: number[] = [];
    for (const [index, other] of b.entries()) {
      const both = (index === 0 ? 0 : (row[index - 1] ?? 0)) + 1;
      next.push(line === other ? both : Math.max(row[index] ?? 0, next[index - 1] ?? 0));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}
