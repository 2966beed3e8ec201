/**
 * What a change changes, for review: the list of files with their sizes, and the hunks of each, all from one run of
 * `git diff`. Bounded however large the change is: files, bytes per file, and bytes in all.
 */
import type { Git } from '../git.ts';
import { createDiffReader, type FileDiffs } from './diff-reader.ts';

/** Files beyond this are counted, and not listed. */
export const DIFF_MOST_FILES = 300;

const ARGS = [
  ...[
    'diff',
    '-z',
    '--raw',
    '--numstat',
    '--patch',
    '--find-renames',
    '--no-color',
    '--no-ext-diff',
  ],
  ...[
    '--no-textconv',
    '--unified=3',
    '--src-prefix=a/',
    '--dst-prefix=b/',
    '--diff-algorithm=histogram',
  ],
  ...['--submodule=short', '--ignore-submodules=none', '--no-relative', '--no-indent-heuristic'],
];

/** @param base the commit the change started from: compared is what `commit` added since it left `base` */
export async function readDiff(
  mirror: string,
  base: string,
  commit: string,
  git: Git,
): Promise<FileDiffs> {
  const reader = createDiffReader(DIFF_MOST_FILES);
  await git.run([...ARGS, `${base}...${commit}`, '--'], { gitDir: mirror, onOutput: reader.take });
  return reader.end();
}
