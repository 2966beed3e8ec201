import { expect, test } from 'vitest';
import type { Condition } from '../../shared/domain/condition.ts';
import { createConditions } from './conditions.ts';

test('a trouble keeps its beginning while its words change, and is told once per change', () => {
  let now = 1;
  const conditions = createConditions({ now: () => now });
  const told: (readonly Condition[])[] = [];
  const end = conditions.onChange((all) => told.push(all));
  conditions.set('disk_full', 'no room');
  now = 2;
  conditions.set('disk_full', 'no room');
  conditions.set('disk_full', 'still no room');
  conditions.set('name_resolution', 'x'.repeat(2_000));
  expect(conditions.list()).toEqual([
    { kind: 'disk_full', since: 1, message: 'still no room' },
    { kind: 'name_resolution', since: 2, message: 'x'.repeat(1_000) },
  ]);
  conditions.clear('disk_full');
  conditions.clear('disk_full');
  expect(told.map((all) => all.length)).toEqual([1, 1, 2, 1]);
  end();
  conditions.clear('name_resolution');
  expect(told).toHaveLength(4);
});
