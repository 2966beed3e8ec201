/** Orders as they come in: both forms of a new task, and what is neither. */
import { expect, test } from 'vitest';
import { readCancellation, readNewOrder } from './task-order.ts';

const read = (value: unknown) => readNewOrder(JSON.stringify(value));

test.each([
  [10, 'urgent'],
  [9, 'urgent'],
  [8, 'high'],
  [7, 'high'],
  [6, 'normal'],
  [4, 'normal'],
  [3, 'low'],
  [1, 'low'],
  ['high', 'high'],
  [undefined, 'normal'],
])('priority %s of older clients is %s', (priority, expected) => {
  const order = read({ prompt: 'p', priority });
  expect(order).toMatchObject({ ok: true, value: { task: { priority: expected } } });
});

test('the form of older clients: the first line is the title', () => {
  expect(read({ type: 'testing', prompt: '\n  Repair\tthe total \nIt is wrong.\n' })).toEqual({
    ok: true,
    value: {
      specialty: 'testing',
      task: {
        ...{ title: 'Repair the total', body: 'Repair\tthe total \nIt is wrong.' },
        ...{ priority: 'normal', repo: null, needs: [], after: [] },
      },
    },
  });
  const long = read({ type: 'general', prompt: '窯'.repeat(1_000), repo: '/srv/a' });
  expect(long).toMatchObject({
    value: { specialty: null, task: { title: '窯'.repeat(120), repo: '/srv/a' } },
  });
});

test('the form of the API', () => {
  const order = read({ title: 'T', repo: '/srv/a', engine: { kind: 'command', run: 'true' } });
  expect(order).toMatchObject({ ok: true, value: { specialty: null, task: { title: 'T' } } });
});

test.each([
  ['not JSON', '{', 'JSON object'],
  ['a list', '[]', 'JSON object'],
  ['nothing in it', '{}', 'repo: '],
  ['an unknown field', '{"prompt":"p","colour":1}', 'colour: unknown field'],
  ['an unknown field of a task', '{"title":"t","repo":"r","colour":1}', 'colour: unknown field'],
  ['an empty prompt', '{"prompt":" "}', 'prompt: must not be empty'],
  ['a priority that is none', '{"prompt":"p","priority":11}', 'priority: '],
  ['a type that is none', '{"prompt":"p","type":"code"}', 'type: '],
])('%s is refused with the field', (_what, body, words) => {
  const order = readNewOrder(body);
  expect(order).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
  expect(order.ok ? '' : order.error.message).toContain(words);
});

test('a cancellation: with or without a reason', () => {
  const cancel = (taskId: string, body: string) =>
    readCancellation({ kind: 'cancel', taskId, body });
  expect(cancel('task-3', '')).toEqual({
    ok: true,
    value: { taskId: 'task-3', reason: undefined },
  });
  expect(cancel('task-3', '{"reason":"no use"}')).toMatchObject({ value: { reason: 'no use' } });
  expect(cancel('12', '')).toMatchObject({ error: { code: 'not_found' } });
  expect(cancel('task-3', '{"why":1}')).toMatchObject({ error: { code: 'invalid_input' } });
});
