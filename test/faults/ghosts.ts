/**
 * Attempts that do not know that they are over: each tries to push to its task's branch, with the token that it once had. The
 * coordinator must refuse, whatever else goes on.
 */
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { repoKeyOf } from '../../src/main/coordinator/forge/repo-key.ts';
import { gitToken } from '../../src/main/coordinator/gateway/tokens.ts';
import { branchOf } from '../../src/shared/domain/branch.ts';
import type { EventOf } from '../../src/shared/domain/event.ts';
import type { AttemptId, TaskId } from '../../src/shared/ids.ts';
import type { Random } from './random.ts';
import { git } from './repos.ts';
import type { Violations } from './violations.ts';
import type { Watch } from './watch.ts';

export interface Ghosts {
  /** @returns which attempt was refused; `null` when there was none, or nobody to ask */
  push(random: Random): Promise<string | null>;
}

export interface GhostOptions {
  readonly watch: Watch;
  readonly url: string;
  /** The data folder's secret, which tokens are made of. */
  readonly secret: string;
  readonly folder: string;
  readonly violations: Violations;
}

interface Ghost {
  readonly id: AttemptId;
  readonly fence: number;
  readonly task: EventOf<'task.created'>;
}

export function raiseGhosts({ watch, url, secret, folder, violations }: GhostOptions): Ghosts {
  const repo = path.join(folder, 'ghosts');
  mkdirSync(repo);
  git(repo, 'init', '-q', '-b', 'main');
  git(repo, 'commit', '-q', '--allow-empty', '-m', 'From the beyond');
  const ghosts = gather(watch);

  return {
    async push(random) {
      if (ghosts.length === 0) return null;
      const { id, fence, task } = random.pick(ghosts);
      const secretOfIt = Buffer.from(`${id}:${gitToken(secret, id, fence)}`).toString('base64');
      const branch = branchOf({ id: task.taskId, title: task.title });
      const target = `${url}/git/${repoKeyOf(task.repo.url)}.git`;
      const said = await tryPush(repo, target, branch, `Authorization: Basic ${secretOfIt}`);
      if (said === null)
        violations.add(
          'one attempt',
          `${id} is over, and could push to ${branch} of ${task.taskId}`,
        );
      return said === null || REFUSED.test(said) ? `${id} pushes to ${branch}` : null;
    },
  };
}

/** Words of git for an answer that says no, as opposed to no answer. */
const REFUSED = /\b40[134]\b|Authentication failed|could not read Username|remote rejected/;

/** Attempts that have ended, as the log goes on. */
function gather(watch: Watch): Ghost[] {
  const ghosts: Ghost[] = [];
  const tasks = new Map<TaskId, EventOf<'task.created'>>();
  const fences = new Map<AttemptId, number>();
  watch.onEvent(({ event }) => {
    if (event.type === 'task.created') tasks.set(event.taskId, event);
    if (event.type === 'task.assigned') fences.set(event.attemptId, event.fence);
    if (event.type !== 'attempt.ended') return;
    const [task, fence] = [tasks.get(event.taskId), fences.get(event.attemptId)];
    if (task && fence !== undefined) ghosts.push({ id: event.attemptId, fence, task });
  });
  return ghosts;
}

/** @returns what git said; `null` when the push was taken */
async function tryPush(
  cwd: string,
  target: string,
  branch: string,
  header: string,
): Promise<string | null> {
  const config = ['-c', `http.extraHeader=${header}`, '-c', 'credential.helper='];
  const args = [...config, 'push', '-q', target, `+HEAD:refs/heads/${branch}`];
  const env = { PATH: process.env['PATH'], GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
  return await new Promise((resolve) => {
    execFile('git', args, { cwd, env, timeout: 15_000 }, (error, _, stderr) =>
      resolve(error ? stderr : null),
    );
  });
}
