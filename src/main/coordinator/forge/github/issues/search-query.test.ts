/** What is searched for where a person says nothing of it. */
import { expect, test } from 'vitest';
import { searchText } from './search-query.ts';

test.each([
  ['acme/shop', '', 'repo:acme/shop is:issue is:open sort:updated-desc'],
  [
    'acme/shop',
    'label:bug total',
    'repo:acme/shop is:issue is:open label:bug total sort:updated-desc',
  ],
  [
    'acme/shop',
    'is:closed is:pr sort:created-asc',
    'repo:acme/shop is:closed is:pr sort:created-asc',
  ],
  [null, '', 'is:issue is:open involves:@me sort:updated-desc'],
  [null, 'org:acme', 'is:issue is:open org:acme sort:updated-desc'],
  [null, 'assignee:@me', 'is:issue is:open assignee:@me sort:updated-desc'],
  [
    'acme/shop',
    ' "how  it\nis:" ',
    'repo:acme/shop is:issue is:open "how it is:" sort:updated-desc',
  ],
])('in %s for %j', (repo, typed, text) => {
  expect(searchText(repo, typed)).toBe(text);
});
