/** Workflows over the API: the example of the documentation, and what is refused with its line. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OPERATIONS } from '../../../shared/contract.ts';
import { ErrorBody } from '../../../shared/errors.ts';
import { taskIdOf } from '../../../shared/ids.ts';
import { openTestApi, TOKEN, type TestApi } from './testing.ts';

let api: TestApi;

beforeEach(async () => {
  api = await openTestApi();
});
afterEach(() => api.close());

const DOCS = path.resolve(import.meta.dirname, '../../../../docs/workflows.md');
const [, EXAMPLE = ''] = /```yaml\n([\s\S]*?)```/.exec(readFileSync(DOCS, 'utf8')) ?? [];

async function ask(method: string, place: string, body?: unknown, key?: string): Promise<unknown> {
  const response = await fetch(new URL(`/api/v1/workflows${place}`, api.url), {
    method,
    headers: {
      authorization: `Bearer ${TOKEN}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(key !== undefined && { 'idempotency-key': key }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return await response.json();
}

describe('the example', () => {
  test('is spread out over the files, and joined, by a dry run that makes nothing', async () => {
    const answer = await ask('POST', '/check', { yaml: EXAMPLE, dir: '/srv/shop' });
    const { name, steps } = OPERATIONS['workflows.check'].output.parse(answer);
    expect(name).toBe('Tidy the shop');
    expect(steps.map(({ step, repo, after }) => [step, repo, after])).toEqual([
      ['survey', '/srv/shop', []],
      ['tidy[src/a.ts]', '/srv/shop', ['survey']],
      ['tidy[src/b/b.ts]', '/srv/shop', ['survey']],
      ['report', '/srv/shop', ['tidy[src/a.ts]', 'tidy[src/b/b.ts]']],
    ]);
    expect(api.journal.seq()).toBe(0);
  });

  test('is made in one commit, once under one key, and shown', async () => {
    const input = { yaml: EXAMPLE, dir: '/srv/shop' };
    const made = OPERATIONS['workflows.start'].output.parse(await ask('POST', '', input, 'key-1'));
    expect(made.id).toBe('workflow-1');
    expect(made.steps.map(({ title, state, after }) => [title, state, after])).toEqual([
      ['List what is untidy', 'pending', []],
      ['Tidy src/a.ts', 'blocked', ['task-1']],
      ['Tidy src/b/b.ts', 'blocked', ['task-1']],
      ['Write down what was tidied', 'blocked', ['task-2', 'task-3']],
    ]);
    expect(await ask('POST', '', input, 'key-1')).toEqual(made);
    expect(await ask('GET', '/workflow-1')).toEqual(made);
    await ask('POST', '', input);
    await api.submit({ type: 'task.cancel', taskId: taskIdOf(5), reason: 'no' });
    const { workflows } = OPERATIONS['workflows.list'].output.parse(await ask('GET', ''));
    expect(workflows).toMatchObject([
      { id: 'workflow-2', tasks: 4, states: { cancelled: 1, blocked: 3 } },
      { id: 'workflow-1', name: 'Tidy the shop', tasks: 4, states: { pending: 1, blocked: 3 } },
    ]);
    expect(api.journal.workshop()).toMatchObject({ lastTask: 8, lastWorkflow: 2 });
    const [, task] = api.journal.tasks({ limit: 3, workflow: made.id });
    expect(task).toMatchObject({
      ...{ priority: 'low', concurrency: ['path:src/b/b.ts'] },
      workflow: { id: 'workflow-1', name: 'Tidy the shop', step: 'tidy[src/b/b.ts]' },
    });
  });
});

const HEAD = 'name: All of it\nrepo: /srv/shop\ndefaults:\n  engine: command:true\nsteps:\n';

describe('what is refused', () => {
  test.each([
    ['no YAML', 'name: [', 'line 1: Flow sequence'],
    [
      'an unknown field',
      `${HEAD}  - id: a\n    titel: A\n    title: A`,
      'line 7: "titel" is not known here',
    ],
    ['no title', `${HEAD}  - id: a`, 'line 6: title: '],
    ['a wrong priority', `${HEAD}  - id: a\n    title: A\n    priority: now`, 'line 8: priority: '],
    ['a wrong engine', `${HEAD}  - id: a\n    title: A\n    engine: magic`, 'line 8: engine: '],
    [
      'an unknown step',
      `${HEAD}  - id: a\n    title: A\n    after: b`,
      'line 8: there is no step b',
    ],
    [
      'one step twice',
      `${HEAD}  - id: a\n    title: A\n  - id: a\n    title: B`,
      'line 8: two steps are called a',
    ],
    [
      'a circle',
      `${HEAD}  - id: a\n    title: A\n    after: c\n  - id: b\n    title: B\n    after: a\n  - id: c\n    title: C\n    after: [b]`,
      'line 8: steps wait for each other: a → c → b → a',
    ],
    [
      'an item that nobody gives',
      `${HEAD}  - id: a\n    title: Tidy {{item}}`,
      'line 6: a names {{item}} and has no forEach',
    ],
    [
      'a pattern like no file',
      `${HEAD}  - id: a\n    title: A\n    forEach:\n      files: '*.rs'`,
      'a: no file of /srv/shop is like *.rs',
    ],
    [
      'a repository that is not there',
      `${HEAD}  - id: a\n    title: A\n  - id: b\n    title: B\n    repo: /srv/missing`,
      'b: there is no repository at /srv/missing',
    ],
  ])('%s', async (_, yaml, message) => {
    const { error } = ErrorBody.parse(await ask('POST', '', { yaml }));
    expect(error.message).toContain(message);
    expect(api.journal.seq()).toBe(0);
  });
});
