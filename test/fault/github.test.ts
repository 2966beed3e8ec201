/** What breaks between the workshop and GitHub, at each moment of a task's way: at the end there is one of each, and nothing is lost. */
import { describe, expect, test } from 'vitest';
import type { Fault } from '../support/github/faults.ts';
import { BOT, REPO, withGitHub, type GitHubWorkshop } from '../support/github-workshop.ts';
import { TaskId } from '../../src/shared/ids.ts';

/** Labels are told of in words as well: less to wait for. */
const settings = (): string => 'github: { labels: null }\n';

/** Each with a workshop and a GitHub of its own; they mostly wait for a second between two writes, as GitHub asks. */
async function within(run: (w: GitHubWorkshop) => Promise<void>): Promise<void> {
  await withGitHub({ settings }, async (w) => {
    w.github.createIssue(REPO, { title: 'The total is wrong', body: 'It should be 3.' });
    await run(w);
  });
}

/** How everything stands when the task has ended and all was told. */
async function outcomeOf(w: GitHubWorkshop, id: TaskId, repo = REPO): Promise<object> {
  const { github } = w;
  await w.untilTask(id, ({ state }) => state === 'completed');
  const ours = () => {
    const comments = [...github.repo(repo).issues.values()].flatMap((issue) => issue.comments);
    return comments.filter(({ author }) => author.login === BOT);
  };
  await w.untilGitHub(() => ours().some(({ body }) => body.includes('done: the change is in')));
  const all = [...github.repo(repo).issues.values()];
  const { events } = await w.workshop().call('tasks.events', { id });
  const count = (type: string): number => events.filter(({ event }) => event.type === type).length;
  const merged = github.pull(`${repo}#2`).pull.merged;
  return {
    pulls: all.filter(({ pull }) => pull !== null).length,
    states: all.map(({ state }) => state),
    comments: ours().length,
    reviews: count('task.review_opened'),
    completed: count('task.completed'),
    // Squashed, so that a second merge would be another commit on top.
    mergeIsLast: github.repo(repo).refs.get('refs/heads/main') === merged?.commit,
  };
}

const ONE_OF_EACH = {
  ...{ pulls: 1, states: ['closed', 'closed'], comments: 1 },
  ...{ reviews: 1, completed: 1, mergeIsLast: true },
};

/** Resolves when a request meets the fault. */
function hit({ github }: GitHubWorkshop, fault: Fault): Promise<void> {
  return new Promise((resolve) => {
    github.fault({ ...fault, onHit: resolve });
  });
}

/** What the workshop writes on a task's way: up to its review, and after it was approved. */
const BEFORE_REVIEW = [
  /^POST .*\/issues\/1\/comments$/,
  /^POST .*git-receive-pack$/,
  /^POST .*\/pulls$/,
];
const AFTER_APPROVAL = [
  /^PUT .*\/merge$/,
  /^POST .*git-receive-pack$/,
  /^PATCH .*\/issues\/comments\/\d+$/,
];

describe('the coordinator is killed', () => {
  test.concurrent.each([
    ['right before', false],
    ['right after', true],
  ])('%s each thing that it writes', async (_, afterActing) => {
    await within(async (w) => {
      /** Killed at each of these in turn. @param begin what makes the first of them happen */
      const killAtEach = async (writes: readonly RegExp[], begin: () => Promise<unknown>) => {
        let go = begin;
        for (const match of writes) {
          const met = hit(w, { match, hang: true, afterActing });
          await go();
          await met;
          await w.kill();
          go = () => w.again();
        }
        await w.again();
      };
      let id: TaskId | undefined;
      await killAtEach(BEFORE_REVIEW, async () => {
        id = await w.import(1);
      });
      const task = TaskId.parse(id);
      await w.untilTask(task, ({ pull }) => pull !== null);
      await killAtEach(AFTER_APPROVAL, async () => {
        await w.workshop().call('tasks.approve', { id: task });
      });
      expect(await outcomeOf(w, task)).toEqual(ONE_OF_EACH);
    });
  });
});

const MOVED = {
  message: 'Head branch was modified. Review and try the merge again.',
  documentation_url: 'https://docs.github.com/rest',
};

describe('GitHub', () => {
  test.concurrent('takes the token no more in the middle: all waits, and a new sign-in goes on', () =>
    within(async (w) => {
      const id = await w.import(1);
      await w.untilTask(id, ({ state }) => state === 'in_progress');
      w.github.revokeToken(w.token());
      const task = await w.untilTask(id, ({ state }) => state === 'review');
      expect(task.pull).toBeNull();
      await w.untilCondition('github_sign_in');
      expect(await w.koubou(['github', 'status'])).toContain('revoked');
      await w.signIn();
      await w.untilTask(id, ({ pull }) => pull !== null);
      await w.koubou(['tasks', 'approve', id]);
      expect(await outcomeOf(w, id)).toEqual(ONE_OF_EACH);
    }));

  test.concurrent('answers everything badly once', () =>
    within(async (w) => {
      const { github } = w;
      const limited = { status: 403, headers: { 'retry-after': '1' } };
      github.fault({ match: /^POST .*\/graphql$/, status: 502 });
      github.fault({ match: /^POST .*\/issues\/1\/comments$/, ...limited });
      github.fault({ match: /^GET .*\/issues\/1\/comments/, status: 500 });
      github.fault({ match: /^POST .*\/pulls$/, status: 502, afterActing: true });
      github.fault({ match: /^PUT .*\/merge$/, status: 409, body: MOVED });
      github.fault({ match: /^PUT .*\/merge$/, drop: true, afterActing: true });
      github.fault({ match: /^PATCH .*\/issues\/comments/, status: 502, afterActing: true });
      const id = await w.import(1);
      await w.untilTask(id, ({ pull }) => pull !== null);
      await w.koubou(['tasks', 'approve', id]);
      expect(await outcomeOf(w, id)).toEqual(ONE_OF_EACH);
    }));

  test.concurrent('refuses a pull request: the task waits in review and says why, and an approval tries again', () =>
    within(async (w) => {
      w.github.fault({ match: /^POST .*\/pulls$/, status: 422, times: Infinity });
      const id = await w.import(1);
      await w.untilGitHub(() =>
        w.github.issue(`${REPO}#1`).comments.some(({ body }) => body.includes('Needs a person')),
      );
      expect(await w.task(id)).toMatchObject({ state: 'review', pull: null });
      w.github.clearFaults();
      await w.koubou(['tasks', 'approve', id]);
      expect(await outcomeOf(w, id)).toEqual(ONE_OF_EACH);
    }));

  test.concurrent('asks for ten minutes of pause: a coordinator that waits for it ends in order all the same', () =>
    within(async (w) => {
      const { promise: paused, resolve: pause } = Promise.withResolvers<void>();
      w.github.fault({
        ...{ match: /^POST .*\/issues\/1\/comments$/, status: 403 },
        ...{ headers: { 'retry-after': '600' }, onHit: pause },
      });
      await w.import(1);
      await paused;
      await expect(w.workshop().close()).resolves.toBeUndefined();
    }));

  test.concurrent('renames the repository in the middle', () =>
    within(async (w) => {
      const id = await w.import(1);
      w.github.renameRepo(REPO, 'store');
      await w.untilTask(id, ({ pull }) => pull?.repo === 'acme/store');
      await w.koubou(['tasks', 'approve', id]);
      expect(await outcomeOf(w, id, 'acme/store')).toEqual(ONE_OF_EACH);
    }));

  test.concurrent('loses the repository in the middle: the change stays here, with what to do', () =>
    within(async (w) => {
      const id = await w.import(1);
      await w.untilTask(id, ({ state }) => state === 'in_progress');
      await w.github.deleteRepo(REPO);
      await w.untilTask(id, ({ state }) => state === 'review');
      await w.workshop().call('tasks.approve', { id });
      const task = await w.untilTask(id, ({ merge }) => merge?.state === 'refused');
      expect(task).toMatchObject({ state: 'review', merge: { code: 'forge_refused' } });
      expect((await w.workshop().call('tasks.diff', { id })).files).toHaveLength(1);
    }));
});
