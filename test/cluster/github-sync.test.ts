/** What people do at GitHub reaches the tasks of a whole workshop: by webhooks at once, by polls alone, and by both without doubles. */
import { describe, expect, test } from 'vitest';
import { taskIdOf } from '../../src/shared/ids.ts';
import { BOT, REPO, withGitHub, type GitHubWorkshop } from '../support/github-workshop.ts';

/** Less is written, so that there is less to wait for; a webhook that a busy machine loses is soon made up for. */
const quiet = (): string => 'github: { labels: null, comments: false, pollSeconds: 15 }\n';
/** Tasks whose changes go together. */
const workOn = (issue: number): string => `cat "$KOUBOU_PROMPT_FILE" >> heard-${issue}.txt`;

function pullsOf({ github }: GitHubWorkshop) {
  return [...github.repo(REPO).issues.values()].filter(({ pull }) => pull !== null);
}

describe('a pull request', () => {
  test.concurrent('that a reviewer wants changed comes again on the same branch, and is answered', () =>
    withGitHub({ settings: quiet }, async (w) => {
      const { github } = w;
      await w.hook();
      github.createIssue(REPO, { title: 'The total is wrong' });
      const id = await w.import(1, workOn(1));
      const first = await w.untilTask(id, ({ pull }) => pull !== null);
      await github.setCheck(REPO, 2, 'build', null);
      await w.untilTask(id, ({ pull }) => pull?.checks === 'pending');
      await github.setCheck(REPO, 2, 'build', 'success');
      await w.untilTask(id, ({ pull }) => pull?.checks === 'passed');
      const line = { path: 'heard-1.txt', line: 1, body: 'Please say it in French.' };
      const asks = { body: 'Nearly.', comments: [line] };
      await github.review(`${REPO}#2`, { state: 'CHANGES_REQUESTED', ...asks });
      const again = await w.untilTask(
        id,
        ({ attempts, state, change, pull }) =>
          attempts === 2 && state === 'review' && change?.commit === pull?.headCommit,
      );
      expect(again.change?.branch).toBe(first.change?.branch);
      const { files } = await w.workshop().call('tasks.diff', { id });
      expect(files[0]?.patch).toContain('Please say it in French.');
      const [thread] = github.pull(`${REPO}#2`).pull.threads;
      await w.untilGitHub(() => thread?.resolvedBy?.login === BOT);
      expect(thread?.comments.map(({ author }) => author.login)).toEqual(['reviewer', BOT]);
      await github.review(`${REPO}#2`, { state: 'APPROVED' });
      await w.untilTask(id, ({ pull }) => pull?.review === 'approved');
      await w.koubou(['tasks', 'approve', id]);
      await w.untilTask(id, ({ state }) => state === 'completed');
      expect(pullsOf(w)).toHaveLength(1);
    }));

  test.concurrent('that a person merges ends its task; one that is closed fails it, and reopened goes on', () =>
    withGitHub({ settings: quiet }, async (w) => {
      const { github } = w;
      await w.hook();
      for (const title of ['The total is wrong', 'The tax is wrong'])
        github.createIssue(REPO, { title });
      const ids = [await w.import(1, workOn(1)), await w.import(2, workOn(2))] as const;
      const [merged, closed] = await Promise.all(
        ids.map(async (id) => await w.untilTask(id, ({ pull }) => pull !== null)),
      );
      const refOf = (task: typeof merged): string => `${REPO}#${task?.pull?.number ?? 0}`;
      await github.mergeByHand(refOf(merged));
      const done = await w.untilTask(ids[0], ({ state }) => state === 'completed');
      expect(done.pull).toMatchObject({ state: 'merged', endedBy: 'alice' });
      github.closeIssue(refOf(closed));
      const failed = await w.untilTask(ids[1], ({ state }) => state === 'failed');
      expect(failed.failure).toMatchObject({ code: 'closed_unmerged', retryAt: null });
      github.reopenIssue(refOf(closed));
      await w.untilTask(ids[1], ({ state, attempts }) => state === 'review' && attempts === 2);
      expect(pullsOf(w)).toHaveLength(2);
      expect(github.issue(`${REPO}#1`).state).toBe('closed');
    }));
});

describe('an issue', () => {
  test.concurrent('tells its task of edits, labels, comments, what it waits for, and its end, by webhooks that come twice', () =>
    withGitHub({ settings: quiet }, async (w) => {
      const { github } = w;
      await w.hook();
      await w.koubou(['queue', 'pause']);
      github.createIssue(REPO, { title: 'The total is wrong', body: 'Depends on #2' });
      github.createIssue(REPO, { title: 'Count first' });
      const id = await w.import(1);
      expect(await w.untilTask(id, ({ state }) => state === 'blocked')).toMatchObject({
        blockers: [{ ref: `${REPO}#2` }],
      });
      github.webhooks.treat({ copies: 2 });
      github.editIssue(`${REPO}#1`, { title: 'The total is too low' });
      await w.untilTask(id, ({ title }) => title === 'The total is too low');
      github.label(`${REPO}#1`, 'koubou:high');
      await w.untilTask(id, ({ priority }) => priority === 'high');
      github.comment(`${REPO}#1`, 'By one cent.');
      await w.untilTask(id, ({ body }) => body.includes('By one cent.'));
      github.closeIssue(`${REPO}#2`);
      await w.untilTask(id, ({ state }) => state === 'queued');
      github.closeIssue(`${REPO}#1`);
      const ended = await w.untilTask(id, ({ state }) => state === 'cancelled');
      expect(ended.cancelReason).toContain('closed by alice');
      const { tasks } = await w.workshop().call('tasks.list', {});
      expect(tasks).toHaveLength(1);
    }));

  test.concurrent('comes in by a rule, with polls alone, and once when a webhook tells of it as well', () =>
    withGitHub({ settings: byRule }, async (w) => {
      const { github } = w;
      await w.koubou(['queue', 'pause']);
      github.createIssue(REPO, { title: 'Not for Koubou' });
      // No agent of this workshop has an engine that a task without one would get.
      const labels = ['koubou', 'koubou:engine=claude-code'];
      github.createIssue(REPO, { title: 'By a poll', labels });
      const id = taskIdOf(1);
      await w.untilMade(id);
      expect(await w.task(id)).toMatchObject({ title: 'By a poll', origin: { ref: `${REPO}#2` } });
      github.editIssue(`${REPO}#2`, { title: 'Edited, told by a poll' });
      await w.untilTask(id, ({ title }) => title === 'Edited, told by a poll');
      await w.hook();
      github.createIssue(REPO, { title: 'By both', labels });
      await w.untilMade(taskIdOf(2));
      const delivery = github.webhooks.deliveries.findLast(({ event }) => event === 'issues');
      if (delivery) github.webhooks.redeliver(delivery);
      // What is told of it later comes after all that was told before.
      github.closeIssue(`${REPO}#3`);
      await w.untilTask(taskIdOf(2), ({ state }) => state === 'cancelled');
      const { tasks } = await w.workshop().call('tasks.list', {});
      expect(tasks.map(({ title }) => title)).toEqual(['By both', 'Edited, told by a poll']);
    }));
});

function byRule(web: string): string {
  const rules = [{ repo: `${web}/${REPO}`, label: 'koubou' }];
  return JSON.stringify({ github: { labels: null, comments: false, pollSeconds: 15, rules } });
}
