/**
 * At GitHub as it stands at the end: an issue has one task, one pull request and one comment of ours at most, a task is completed
 * exactly when its pull request was merged, and both sides kept to GitHub's description.
 */
import { HUB_BOT, HUB_REPO } from '../hub.ts';
import { filesOf, git } from '../repos.ts';
import type { Evidence } from './evidence.ts';

export function checkGitHub({ workshop, tasks, operator, violations }: Evidence): void {
  const { standIn, repo } = workshop.hub;
  for (const wrong of standIn.violations)
    violations.add('GitHub', `not as GitHub describes it: ${wrong}`);
  const all = [...standIn.repo(HUB_REPO).issues.values()];
  const files = filesOf(repo);
  for (const issue of all.filter(({ pull }) => pull === null)) {
    const ours = issue.comments.filter(({ author }) => author.login === HUB_BOT);
    if (ours.length > 1)
      violations.add('GitHub', `${HUB_REPO}#${issue.number} has ${ours.length} comments of ours`);
    const made = tasks.filter(({ origin }) => origin?.ref === `${HUB_REPO}#${issue.number}`);
    if (made.length > 1)
      violations.add('GitHub', `${made.map(({ id }) => id).join(', ')} are of one issue`);
  }
  for (const [id, { work }] of operator.orders) {
    const task = tasks.find((one) => one.id === id);
    if (work.repo !== repo.address || !task) continue;
    const branch = new RegExp(`^koubou/${id}(-|$)`);
    const pulls = all.flatMap(({ pull }) => (pull && branch.test(pull.headRef) ? [pull] : []));
    if (pulls.length > 1) violations.add('GitHub', `${id} has ${pulls.length} pull requests`);
    const isMerged = pulls.some(({ merged }) => merged !== null);
    if (isMerged !== (task.state === 'completed'))
      violations.add(
        'GitHub',
        `${id} is ${task.state}, and its pull request is ${isMerged ? '' : 'not '}merged`,
      );
    const file = `work/${work.key}.txt`;
    const commits = git(repo.dir, 'log', '--format=%H', 'main', '--', file).split('\n');
    if (commits.length > 1)
      violations.add('merged once', `${id} was merged ${commits.length} times at GitHub`);
    const expected = `${work.key} ${task.change?.attemptId}`;
    if (task.state === 'completed' && files.get(work.key) !== expected)
      violations.add('merged', `${id} is completed, and GitHub has not "${expected}"`);
  }
}
