/** The branches of work in progress in a mirror, `koubou/work/task-12.1`: found, and removed when nobody needs them. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { AttemptId, taskIdOfAttempt, type TaskId } from '../../../../shared/ids.ts';
import type { Git } from '../git.ts';

const WORK = 'refs/heads/koubou/work/';

/** The attempts that have one. */
export async function listWork(mirror: string, git: Git): Promise<AttemptId[]> {
  const { out } = await git.run(['for-each-ref', '--format=%(refname)', WORK], { gitDir: mirror });
  return attemptsIn(out.split('\n').map((ref) => ref.slice(WORK.length)));
}

/** Those of one task, from the files: every task that ends asks, and few have any. */
export async function workOf(mirror: string, taskId: TaskId): Promise<AttemptId[]> {
  // Neither folder nor file: nothing was pushed, or nothing packed.
  const loose = await readdir(path.join(mirror, WORK)).catch(() => []);
  const packed = await readFile(path.join(mirror, 'packed-refs'), 'latin1').catch(() => '');
  const refs = packed.matchAll(new RegExp(`^[0-9a-f]+ ${WORK}(${taskId}\\.\\d+)$`, 'gm'));
  const names = new Set([...loose, ...[...refs].map(([, name = '']) => name)]);
  return attemptsIn([...names]).filter((id) => taskIdOfAttempt(id) === taskId);
}

/** Removes them; what is not there is no failure. */
export async function dropWork(
  mirror: string,
  attempts: readonly AttemptId[],
  git: Git,
): Promise<void> {
  if (attempts.length === 0) return;
  const input = attempts.map((id) => `delete ${WORK}${id}\n`).join('');
  await git.run(['update-ref', '--stdin'], { gitDir: mirror, input });
}

function attemptsIn(names: readonly string[]): AttemptId[] {
  return names.flatMap((name) => AttemptId.safeParse(name).data ?? []);
}
