/** The table's columns and orders. */
import { expect, it } from 'vitest';
import {
  FIRST_LAYOUT,
  layoutOf,
  orderOf,
  orderText,
  resized,
  shownColumns,
  templateOf,
  toggled,
  widthOf,
} from './columns.ts';

it('remembers what is shown and how wide, within reason', () => {
  const layout = resized(toggled(toggled(FIRST_LAYOUT, 'cost'), 'agent'), 'cost', 9);
  const kept = layoutOf(JSON.stringify(layout));
  expect(kept).toEqual(layout);
  expect(shownColumns(kept)).toEqual(['state', 'progress', 'repo', 'change', 'cost', 'updated']);
  expect(widthOf(kept, 'cost')).toBe(56);
  expect(widthOf(resized(kept, 'cost', 9_999), 'cost')).toBe(600);
  expect(templateOf(kept).split(') ')[1]).toBe('104px 190px 120px 88px 56px 92px');
});

it('forgets what another version wrote', () => {
  expect(layoutOf('{')).toEqual(FIRST_LAYOUT);
  expect(layoutOf('{"hidden":["moon"],"widths":{}}')).toEqual(FIRST_LAYOUT);
});

it('has its order in the address', () => {
  expect(orderOf('-title')).toEqual({ by: 'title', isDown: true });
  expect(orderOf('cost')).toEqual({ by: 'cost', isDown: false });
  expect(orderOf('moon')).toEqual({ by: 'updated', isDown: true });
  expect(orderOf(null)).toEqual({ by: 'updated', isDown: true });
  for (const text of ['-title', 'cost', null]) expect(orderText(orderOf(text))).toBe(text);
});
