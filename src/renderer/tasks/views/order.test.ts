/** The list of saved views. */
import { expect, it } from 'vitest';
import { changedView, movedView, putBackView } from './order.ts';

const VIEWS = ['a', 'b', 'c'].map((id) => ({ id, name: id, query: `q=${id}` }));
const [A, B] = VIEWS;

it('moves a view by one place, and not over an end', () => {
  const ids = (step: 1 | -1, id: string): string =>
    movedView(VIEWS, id, step)
      .map((view) => view.id)
      .join('');
  expect([ids(1, 'a'), ids(-1, 'c'), ids(-1, 'a'), ids(1, 'c')]).toEqual([
    'bac',
    'acb',
    'abc',
    'abc',
  ]);
});

it('puts one back where it stood, once', () => {
  if (!A || !B) throw new Error('no views');
  const without = VIEWS.filter((view) => view !== B);
  expect(putBackView(without, B, 1)).toEqual(VIEWS);
  expect(putBackView(VIEWS, B, 1)).toEqual(VIEWS);
  expect(changedView(VIEWS, 'a', { name: 'x' })[0]).toEqual({ ...A, name: 'x' });
});
