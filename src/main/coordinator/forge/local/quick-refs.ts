/**
 * Reads branches of a repository on this PC straight from its files, for the case that comes with every task: a plain
 * checkout or bare repository with the branch there. Starting git for it takes 10 ms and two processes a time. What is not
 * that plain (another ref format, a sub folder, anything missing) is answered with `undefined`, and git is asked.
 */
import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Address } from './address.ts';
import { isKept, type Base } from './base.ts';

/** The base of a plain local repository; `undefined`: git has to be asked. */
export async function quickBase(
  address: Address,
  wanted: string | null,
): Promise<(Base & { top: string }) | undefined> {
  const repo = address.kind === 'local' ? await quickLook(address.path) : undefined;
  const base = wanted ?? repo?.head;
  if (!repo || base === undefined || isKept(base)) return undefined;
  const commit = await quickTip(repo.gitDir, `refs/heads/${base}`);
  return commit === undefined ? undefined : { top: repo.top, base, commit };
}

interface QuickRepo {
  /** The top of the checkout, or the bare repository, without symbolic links. */
  readonly top: string;
  /** Where its branches are. */
  readonly gitDir: string;
  /** The branch that HEAD names. */
  readonly head: string | undefined;
}

async function quickLook(folder: string): Promise<QuickRepo | undefined> {
  try {
    const top = await realpath(folder);
    const gitDir = await findGitDir(top);
    const head = await readText(path.join(gitDir, 'HEAD'));
    const common = await readText(path.join(gitDir, 'commondir'));
    const refs = common === undefined ? gitDir : path.resolve(gitDir, common.trim());
    const named = /^ref: refs\/heads\/(.+)\n?$/.exec(head ?? '')?.[1];
    if (head === undefined || !(await isPlain(refs))) return undefined;
    return { top, gitDir: refs, head: named };
  } catch {
    // Whatever it is, git has the words for it.
    return undefined;
  }
}

/** The commit that a ref of a plain repository holds. */
export async function quickTip(gitDir: string, ref: string): Promise<string | undefined> {
  if (!isSafe(ref)) return undefined;
  try {
    const loose = await readText(path.join(gitDir, ref));
    if (loose !== undefined) return /^([0-9a-f]{40,64})\n$/.exec(loose)?.[1];
    const packed = (await readText(path.join(gitDir, 'packed-refs'))) ?? '';
    const end = packed.indexOf(` ${ref}\n`);
    return end < 0
      ? undefined
      : /(?:^|\n)([0-9a-f]{40,64})$/.exec(packed.slice(Math.max(0, end - 65), end))?.[1];
  } catch {
    // A folder of that name, or no right to read: git is asked.
    return undefined;
  }
}

/** A name that stays inside `refs/` whatever the file system makes of it; git knows more rules, and is asked then. */
function isSafe(ref: string): boolean {
  return (
    /^refs(\/[\w@+=#,-][\w.@+=#,-]*)+$/.test(ref) &&
    !ref.includes('..') &&
    !/\.lock(\/|$)/.test(ref)
  );
}

async function findGitDir(top: string): Promise<string> {
  const inside = path.join(top, '.git');
  const found = await stat(inside).catch(() => undefined); // None: it may be bare.
  if (!found) return top;
  if (found.isDirectory()) return inside;
  const link = /^gitdir: (.+)\n?$/.exec(await readFile(inside, 'utf8'))?.[1] ?? '';
  return path.resolve(top, link);
}

/** True for a repository that keeps its refs in files. */
async function isPlain(gitDir: string): Promise<boolean> {
  const [refs, objects, config] = await Promise.all([
    stat(path.join(gitDir, 'refs')),
    stat(path.join(gitDir, 'objects')),
    readFile(path.join(gitDir, 'config'), 'utf8'),
  ]);
  return refs.isDirectory() && objects.isDirectory() && !/refstorage|worktree *=/i.test(config);
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
