/**
 * In which order Vitest begins test files: those that are known to last begin first, so that none of them runs alone at
 * the end. Without this list a fresh clone begins with the largest files, which are seldom the slowest.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** By the seconds in their reports, the slowest first; the rest follows as Vitest has it. */
const LONGEST = [
  'test/cluster/executable.test.ts',
  'test/cluster/provision.test.ts',
  'test/cluster/engines.test.ts',
  'test/cluster/sites.test.ts',
  'test/cluster/provision-breaks.test.ts',
  'test/cluster/service.test.ts',
  'test/cluster/github-sync.test.ts',
  'test/cluster/engine-troubles.test.ts',
  'test/cluster/engine-cuts.test.ts',
  'test/cluster/provision-cuts.test.ts',
  'test/cluster/accounts.test.ts',
  'test/cluster/joined.test.ts',
  'test/cluster/serve.test.ts',
  'test/cluster/takeover.test.ts',
  'test/cluster/update.test.ts',
  'test/fault/bad-updates.test.ts',
  'test/fault/stopped.test.ts',
  'test/fault/github.test.ts',
  'test/contract/engines/opencode.test.ts',
  'src/agent/attempt.test.ts',
  'src/agent/agent.test.ts',
  'src/agent/workspace.test.ts',
  'test/contract/github/pull-trouble.test.ts',
  'test/contract/engines/claude-code.test.ts',
  'test/contract/github/pulls.test.ts',
  'src/main/coordinator/simulate/simulate.test.ts',
  'test/contract/github/pull-merging.test.ts',
  'src/main/coordinator/backups/restore.test.ts',
  'src/main/coordinator/provision/families/windows.test.ts',
  'src/agent/consoles/consoles.test.ts',
  'test/contract/github/pull-reviews.test.ts',
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config;
    const gone = LONGEST.filter((file) => !existsSync(path.join(root, file)));
    if (gone.length > 0) throw new Error(`test/support/longest-first.ts names ${gone.join(', ')}`);
    const rank = new Map(LONGEST.map((file, index) => [path.join(root, file), index]));
    const rankOf = ({ moduleId }: TestSpecification): number =>
      rank.get(path.normalize(moduleId)) ?? LONGEST.length;
    const known = files.filter((file) => rankOf(file) < LONGEST.length);
    const others = files.filter((file) => rankOf(file) === LONGEST.length);
    // oxlint-disable-next-line unicorn/no-array-sort -- of Vitest, and not of an array
    return [...known.toSorted((a, b) => rankOf(a) - rankOf(b)), ...(await super.sort(others))];
  }
}
