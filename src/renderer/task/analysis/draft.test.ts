import { expect, it } from 'vitest';
import { taskOf } from '../../testing.ts';
import { changeOf, draftOf } from './draft.ts';

const task = taskOf(1, { specialty: 'backend', needs: ['python3'], location: 'London' });

it('says nothing of what was left as it is, so that it keeps its source', () => {
  expect(changeOf(task, draftOf(task))).toEqual({ id: task.id });
});

it('says what was changed, and that it may be anywhere again', () => {
  const draft = {
    ...draftOf(task),
    size: 'large',
    location: ' ',
    needs: ' python3  gpu ',
  } as const;
  expect(changeOf(task, draft)).toEqual({
    id: task.id,
    analysis: { size: 'large' },
    location: null,
    needs: ['python3', 'gpu'],
  });
});

it('takes one turn a line', () => {
  const draft = { ...draftOf(task), concurrency: 'path:src\n\n branch:main ' };
  expect(changeOf(task, draft)).toEqual({
    id: task.id,
    concurrency: ['path:src', 'branch:main'],
  });
});
