/**
 * A power failure in the middle of a fast-forward leaves some files of a work tree as the merge has them, while the index and
 * the branch are still as before; git then takes those files for changes by hand. Where the files in the way are
 * exactly what the merge would write, they are entered into the index, and the fast-forward goes through.
 */
import { GitError, type Git } from '../git.ts';

/** @returns true when every file is as `commit` has it and the index now says so */
export async function finishCheckout(
  tree: string,
  files: readonly string[],
  commit: string,
  git: Git,
): Promise<boolean> {
  try {
    const { out } = await git.run(['ls-tree', '-z', '--full-tree', commit, '--', ...files], {
      cwd: tree,
    });
    const entries = out.split('\0').flatMap((line) => {
      const found = /^(?<mode>100\d{3}) blob (?<id>[0-9a-f]+)\t(?<name>.*)$/s.exec(line);
      return found?.groups ? [found.groups] : [];
    });
    if (entries.length !== files.length) return false;
    const names = entries.map(({ name = '' }) => name);
    // Names go in by line; one with a line break in it is left to a person.
    if (names.some((name) => name.includes('\n'))) return false;
    const hashed = await git.run(['hash-object', '--stdin-paths'], {
      cwd: tree,
      input: `${names.join('\n')}\n`,
    });
    if (hashed.out.trim() !== entries.map(({ id }) => id).join('\n')) return false;
    const input = entries.map(({ mode, id, name }) => `${mode} ${id}\t${name}\0`).join('');
    await git.run(['update-index', '-z', '--index-info'], { cwd: tree, input });
    return true;
  } catch (error) {
    // A file that cannot be read, or an index in use: the refusal that led here is the better answer.
    if (error instanceof GitError) return false;
    throw error;
  }
}
