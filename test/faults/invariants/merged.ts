/**
 * At most one merged change per task; every task told completed is in the base branch, as the attempt that was approved left it;
 * nothing else is. A work tree that has the branch checked out shows exactly what the branch has.
 */
import { filesOf, git, updatesOf } from '../repos.ts';
import type { Evidence } from './evidence.ts';

export function checkMerged({ workshop, tasks, operator, violations }: Evidence): void {
  for (const repo of workshop.repos) {
    const merges = new Map<string, string[]>();
    for (const { to, keys } of updatesOf(repo))
      for (const key of keys) merges.set(key, [...(merges.get(key) ?? []), to]);
    const files = filesOf(repo);
    for (const order of operator.orders.values()) {
      const { work, id } = order;
      if (work.repo !== repo.address) continue;
      const task = tasks.find((one) => one.id === id);
      if (!task) continue;
      const found = merges.get(work.key) ?? [];
      if (found.length > 1)
        violations.add(
          'merged once',
          `${id} was merged ${found.length} times into ${repo.name}: ${found.join(', ')}`,
        );
      if (task.state !== 'completed') {
        if (found.length > 0)
          violations.add(
            'merged',
            `${id} is ${task.state}, and its change is in ${repo.name}: ${found.join(', ')}`,
          );
        continue;
      }
      const expected = `${work.key} ${task.change?.attemptId}`;
      const is = files.get(work.key);
      if (is !== expected)
        violations.add(
          'merged',
          `${id} is completed, and ${repo.name} has ${is === undefined ? 'nothing of it' : `"${is}"`} instead of "${expected}"`,
        );
    }
    const strange = git(repo.dir, 'for-each-ref', '--format=%(refname)')
      .split('\n')
      .filter((ref) => ref !== 'refs/heads/main');
    if (strange.length > 0) violations.add('left behind', `${repo.name} has ${strange.join(', ')}`);
    if (!repo.hasTree) continue;
    const status = git(repo.dir, 'status', '--porcelain');
    if (status !== '')
      violations.add('merged', `the work tree of ${repo.name} is not as its branch: ${status}`);
  }
}
