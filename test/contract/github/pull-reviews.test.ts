/** What reviewers ask for becomes a further attempt, once, and is answered; conflicts go back to an agent. */
import { describe, expect, test } from 'vitest';
import { workshopsOfTests } from './pulls-workshop.ts';

const workshop = workshopsOfTests();

/** Matches the n-th request in which that text is. */
function nth(text: string, n: number): RegExp {
  let seen = 0;
  return Object.assign(new RegExp(text), {
    test: (line: string) => line.includes(text) && ++seen === n,
  });
}

describe('reviewers', () => {
  const asked = { body: 'Not yet.', comments: [{ path: 'a.txt', line: 1, body: 'Why 1? @ada' }] };

  test('who ask for changes send the task back, once, and are answered after the next attempt', async () => {
    const w = await workshop();
    const id = await w.queued();
    await w.worked(id, { 'a.txt': '1\n' });
    await w.settled();
    await w.github.review('acme/shop#2', { state: 'CHANGES_REQUESTED', ...asked });
    await w.pulls().follow([id]);
    expect(w.task().state).toBe('queued');
    const [feedback] = w.task().feedback;
    expect(feedback).toMatchObject({
      by: 'github:reviewer',
      comments: [{ path: 'a.txt', line: 1, side: 'after', text: 'Why 1? @ada', quote: '1' }],
    });
    expect(feedback?.comment).toContain('Not yet.');
    await w.restart(true);
    await w.pulls().follow([id]);
    const commit = await w.worked(id, { 'a.txt': '2\n' });
    await w.settled();
    await w.restart(true);
    await w.settled(10_000);
    expect(w.task()).toMatchObject({ state: 'review', feedback: [feedback] });
    const { threads, requested } = w.github.pull('acme/shop#2').pull;
    expect(threads[0]?.comments.map(({ body }) => body)).toEqual([
      'Why 1? @ada',
      expect.stringContaining(commit),
    ]);
    expect(threads[0]?.resolvedBy?.login).toBe('koubou-bot');
    expect(requested.map(({ login }) => login)).toEqual(['reviewer']);
  });

  test('are answered once, also when nobody knows whether they were', async () => {
    const w = await workshop();
    const id = await w.queued();
    await w.worked(id, { 'a.txt': '1\n' });
    await w.settled();
    await w.github.review('acme/shop#2', { state: 'CHANGES_REQUESTED', ...asked });
    await w.pulls().follow([id]);
    // How the pull request stands, its threads, the answer.
    w.github.fault({ match: nth('/graphql', 3), status: 502, afterActing: true });
    await w.worked(id, { 'a.txt': '2\n' });
    await w.settled();
    const { threads } = w.github.pull('acme/shop#2').pull;
    expect(threads[0]).toMatchObject({ resolvedBy: null, comments: { length: 2 } });
    await w.restart(true);
    await w.settled(60_000);
    expect(threads[0]?.comments).toHaveLength(2);
    expect(threads[0]?.resolvedBy?.login).toBe('koubou-bot');
  });

  test('who only praise, or may not write, send nothing back', async () => {
    const w = await workshop({ repo: { roles: { stranger: 'read' } } });
    const id = await w.queued();
    await w.worked(id, { 'a.txt': '1\n' });
    await w.settled();
    await w.github.review('acme/shop#2', { state: 'COMMENTED', body: 'Nice.' });
    await w.github.review('acme/shop#2', { state: 'CHANGES_REQUESTED', ...asked }, 'stranger');
    await w.pulls().follow([id]);
    expect(w.task()).toMatchObject({ state: 'review', feedback: [] });
  });

  test('who ask for changes while a merge waits for checks, stop it', async () => {
    const w = await workshop();
    w.github.protect('acme/shop', 'main', { checks: ['ci'] });
    const id = await w.queued();
    await w.worked(id, { 'a.txt': '1\n' });
    await w.settled();
    await w.github.setCheck('acme/shop', 2, 'ci', null);
    await w.submit({ type: 'task.approve', taskId: id });
    await w.settled();
    expect(w.github.pull('acme/shop#2').pull.autoMerge).not.toBeNull();
    expect(w.task().pull?.autoMerge).toBe(true);
    await w.github.review('acme/shop#2', { state: 'CHANGES_REQUESTED', ...asked });
    await w.pulls().follow([id]);
    expect(w.github.pull('acme/shop#2').pull.autoMerge).toBeNull();
    expect(w.task().state).toBe('queued');
  });
});

test('a conflict with the base goes back to an agent with its files, three times, then to a person', async () => {
  const w = await workshop();
  const id = await w.queued();
  for (const n of [1, 2, 3, 4]) {
    await w.worked(id, { 'a.txt': `mine ${n}\n` });
    await w.settled();
    await w.github.push('acme/shop', { branch: 'main', files: { 'a.txt': `theirs ${n}\n` } });
    await w.pulls().follow([id]);
    expect(w.task().state).toBe(n < 4 ? 'queued' : 'review');
  }
  expect(w.task().feedback).toHaveLength(3);
  expect(w.task().feedback[0]?.comment).toContain(
    'in conflict with main, in these files:\n- a.txt',
  );
  expect(w.pulls().trouble(id)).toContain('in a.txt, also after 3 further attempts');
});
