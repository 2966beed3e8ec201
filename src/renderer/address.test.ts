/** What becomes of the query when fields of it are changed. */
import { expect, test } from 'vitest';
import { queryOf, withFields } from './address.ts';

test('the query stands behind the path, where there is one', () => {
  expect(queryOf('#/agents?view=list&q=a%20b').get('q')).toBe('a b');
  expect([...queryOf('#/agents')]).toEqual([]);
  expect([...queryOf('')]).toEqual([]);
});

test('fields are set, or taken out with nothing in them; all others stay', () => {
  const query = queryOf('#/agents?view=list&q=kiln&os=linux');
  const next = withFields(query, { q: null, os: '', sort: '-cpu', slots: undefined });
  expect(next.toString()).toBe('view=list&sort=-cpu');
  expect(query.get('q')).toBe('kiln');
});
