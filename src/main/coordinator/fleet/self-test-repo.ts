/**
 * The repository of self-tests: a bare one beside the mirrors, with one small file, which the git gateway serves to
 * agents while they are tested. What they push is looked at and removed: nothing of a test stays.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../../../shared/clock.ts';
import type { AgentId } from '../../../shared/ids.ts';
import { SELF_TEST_FILE, selfTestAnswer, selfTestUser } from '../../../shared/self-test.ts';
import { createGit, GitError, type Environment, type Git } from '../forge/git.ts';
import type { Grant } from '../gateway/git-http.ts';
import { isSameToken, selfTestToken } from '../gateway/tokens.ts';

/** No repository of anybody is called so: theirs end with a hash. */
export const SELF_TEST_KEY = 'self-test';

/** One test that runs, as the agent is told of it. */
export interface SelfTestGrant {
  readonly id: string;
  readonly repoPath: string;
  readonly branch: string;
  readonly gitToken: string;
}

export interface SelfTestRepo {
  /** The folder that git serves under the key. */
  readonly dir: string;
  /** Lets an agent in for a test, until `end`. @throws GitError when the repository cannot be made */
  begin(agentId: AgentId): Promise<SelfTestGrant>;
  /** What is wrong with what the agent pushed; `null`: it is as it should be. */
  inspect(test: SelfTestGrant): Promise<string | null>;
  /** Lets it in no more, and removes what it pushed. */
  end(test: SelfTestGrant): Promise<void>;
  /** For the git gateway: `null` for everybody who is not tested now. */
  grantOf(user: string, token: string): Grant | null;
}

export interface SelfTestRepoOptions {
  /** The data folder, and its `secret`. */
  readonly dataDir: string;
  readonly secret: string;
  readonly env: Environment;
  readonly clock: Clock;
}

export function openSelfTestRepo(options: SelfTestRepoOptions): SelfTestRepo {
  const { dataDir, secret } = options;
  const dir = path.join(dataDir, 'self-test.git');
  const git = createGit(options);
  const running = new Map<string, { id: string; agentId: AgentId }>();
  let made: Promise<void> | undefined;

  /** Made at the first test, and again when making it failed. */
  async function make(): Promise<void> {
    made ??= makeRepo(dir, git).catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    await made;
  }

  return {
    dir,
    async begin(agentId) {
      await make();
      const id = randomBytes(8).toString('hex');
      running.set(selfTestUser(id), { id, agentId });
      const repoPath = `/git/${SELF_TEST_KEY}.git`;
      return { id, repoPath, branch: branchOf(id), gitToken: selfTestToken(secret, id) };
    },
    async inspect({ id, branch }) {
      const { code, out } = await git.run(['show', `refs/heads/${branch}:${SELF_TEST_FILE}`], {
        gitDir: dir,
        allow: [128],
      });
      if (code !== 0) return `its branch ${branch} did not arrive at the coordinator`;
      return out === selfTestAnswer(id)
        ? null
        : `what it pushed to ${branch} is not what it was told to`;
    },
    async end({ id, branch }) {
      running.delete(selfTestUser(id));
      await git.run(['update-ref', '-d', `refs/heads/${branch}`], { gitDir: dir, allow: [1, 128] });
    },
    grantOf(user, token) {
      const test = running.get(user);
      if (!test || !isSameToken(selfTestToken(secret, test.id), token)) return null;
      return { agentId: test.agentId, key: SELF_TEST_KEY, branches: [branchOf(test.id)] };
    },
  };
}

function branchOf(id: string): string {
  return `self-test/${id}`;
}

/** Built beside and renamed: one that was begun and not finished is never served. */
async function makeRepo(dir: string, git: Git): Promise<void> {
  if (existsSync(dir)) return await sweep(dir, git);
  const building = `${dir}.new`;
  await rm(building, { recursive: true, force: true });
  await git.run(['init', '-q', '--bare', '--initial-branch=main', building], {});
  const place = { gitDir: building, env: IDENTITY };
  const blob = await git.run(['hash-object', '-w', '--stdin'], { ...place, input: 'before\n' });
  const entry = `100644 blob ${blob.out.trim()}\t${SELF_TEST_FILE}\n`;
  const tree = await git.run(['mktree'], { ...place, input: entry });
  const commit = await git.run(
    ['commit-tree', '-m', 'A place to try things', tree.out.trim()],
    place,
  );
  await git.run(['update-ref', 'refs/heads/main', commit.out.trim()], place);
  await rename(building, dir);
}

/** Branches of tests that a coordinator before this one did not live to end. */
async function sweep(dir: string, git: Git): Promise<void> {
  try {
    const place = { gitDir: dir };
    const { out } = await git.run(
      ['for-each-ref', '--format=delete %(refname)', 'refs/heads/self-test/'],
      place,
    );
    if (out !== '') await git.run(['update-ref', '--stdin'], { ...place, input: out });
  } catch (error) {
    // Damaged: nothing in it is of worth.
    if (!(error instanceof GitError)) throw error;
    await rm(dir, { recursive: true, force: true });
    await makeRepo(dir, git);
  }
}

/** The same commit everywhere and always. */
const IDENTITY = {
  GIT_AUTHOR_NAME: 'Koubou',
  GIT_AUTHOR_EMAIL: 'koubou@localhost',
  GIT_AUTHOR_DATE: '2020-01-01T00:00:00Z',
  GIT_COMMITTER_NAME: 'Koubou',
  GIT_COMMITTER_EMAIL: 'koubou@localhost',
  GIT_COMMITTER_DATE: '2020-01-01T00:00:00Z',
};
