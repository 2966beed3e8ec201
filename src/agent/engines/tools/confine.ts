/** Keeps what the file tools touch inside the work tree, wherever its symbolic links lead. */
import { lstat, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';
import { ToolRefusal } from './tool.ts';

/**
 * The real path of what a model names. What is not there yet is where it would come to be.
 * @param given relative to the work tree, or absolute
 * @throws ToolRefusal when it lies outside, or when it is git's own and is to be written
 */
export async function insideTree(
  root: string,
  given: string,
  use: 'read' | 'write',
): Promise<string> {
  if (given.includes('\0')) throw new ToolRefusal('a path has no zero bytes');
  const tree = await realpath(root);
  const real = await realOf(path.resolve(tree, given), MOST_LINKS);
  const inside = path.relative(tree, real);
  const parts = inside.split(path.sep);
  if (parts[0] === '..' || path.isAbsolute(inside))
    throw new ToolRefusal(`${given} lies outside of the working directory, which is ${tree}`);
  // Hooks and configuration in there would run as whoever uses the repository next.
  if (use === 'write' && parts.some((part) => part.toLowerCase() === '.git'))
    throw new ToolRefusal(`${given} belongs to git, and is not edited`);
  return real;
}

/** As many as Linux follows. */
const MOST_LINKS = 40;

async function realOf(file: string, links: number): Promise<string> {
  if (links === 0) throw new ToolRefusal(`${file} has too many symbolic links`);
  try {
    return await realpath(file);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  const target = await linkAt(file);
  const parent = path.dirname(file);
  // A link to what is not there: writing would make it there.
  if (target !== null) return await realOf(path.resolve(parent, target), links - 1);
  if (parent === file) return file;
  return path.join(await realOf(parent, links), path.basename(file));
}

async function linkAt(file: string): Promise<string | null> {
  try {
    return (await lstat(file)).isSymbolicLink() ? await readlink(file) : null;
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
