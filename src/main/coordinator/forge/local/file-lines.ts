/**
 * Lines of a file as a commit has it: what a diff leaves out between its hunks. The file is read as it comes and no further than
 * the last line that is wanted, so that a large one costs no memory.
 */
import type { FileLines } from '../../../../shared/contract-review.ts';
import type { Git } from '../git.ts';

export interface LinesQuery {
  readonly commit: string;
  readonly path: string;
  /** Number of the first line, counted from 1. */
  readonly from: number;
  readonly count: number;
}

/** Of one line; what is longer is cut, as the window would not draw it whole. */
const MOST_LINE_BYTES = 4_000;
const LINE_BREAK = 10;

/** @throws GitError when there is no such commit or file */
export async function readLines(
  mirror: string,
  { commit, path, from, count }: LinesQuery,
  git: Git,
): Promise<FileLines> {
  const reader = createLineReader(from, count);
  const args = ['cat-file', 'blob', `${commit}:${path}`];
  await git.run(args, { gitDir: mirror, onOutput: reader.take });
  return reader.end();
}

function createLineReader(from: number, count: number) {
  const lines: string[] = [];
  let toSkip = from - 1;
  let open: Buffer[] = [];
  let bytes = 0;
  let isEnd = true;

  function close(): void {
    // As of a stream: a character that the bound cuts in two is left out.
    lines.push(new TextDecoder().decode(Buffer.concat(open), { stream: true }));
    open = [];
    bytes = 0;
  }

  function keep(piece: Buffer): void {
    const kept = piece.subarray(0, MOST_LINE_BYTES - bytes);
    bytes += kept.length;
    open.push(Buffer.from(kept));
  }

  return {
    /** Takes a piece of output; false: no more is needed. */
    take(chunk: Buffer): boolean {
      for (let at = 0; at < chunk.length;) {
        if (lines.length === count) {
          isEnd = false;
          return false;
        }
        const found = chunk.indexOf(LINE_BREAK, at);
        const stop = found < 0 ? chunk.length : found;
        if (toSkip === 0) keep(chunk.subarray(at, stop));
        if (found >= 0 && toSkip === 0) close();
        else if (found >= 0) toSkip -= 1;
        at = stop + 1;
      }
      return true;
    },
    end(): FileLines {
      if (open.length > 0) close();
      return { lines, isEnd };
    },
  };
}
