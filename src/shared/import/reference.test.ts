/** Addresses as they stand in browsers' address bars, and what each points at. */
import { describe, expect, it } from 'vitest';
import { readReference } from './reference.ts';

describe('an issue or pull request', () => {
  it.each([
    [
      'https://github.com/acme/shop/issues/12',
      'issue',
      'https://github.com/acme/shop/issues/12',
      'acme/shop#12',
    ],
    [
      'http://www.github.com/Acme/Shop/issues/012/?x=1#issuecomment-9',
      'issue',
      'https://github.com/acme/shop/issues/12',
      'Acme/Shop#12',
    ],
    [
      'https://github.com/acme/shop/pull/7/files',
      'pull_request',
      'https://github.com/acme/shop/pull/7',
      'acme/shop#7',
    ],
    [
      'https://github.com/orgs/acme/projects/3/views/1?pane=issue&itemId=5&issue=acme%7Cshop%7C12',
      'issue',
      'https://github.com/acme/shop/issues/12',
      'acme/shop#12',
    ],
    [
      'https://api.github.com/repos/acme/shop/pulls/7',
      'pull_request',
      'https://github.com/acme/shop/pull/7',
      'acme/shop#7',
    ],
    ['acme/shop#12', 'issue', 'https://github.com/acme/shop/issues/12', 'acme/shop#12'],
    [
      'https://github.example.com/acme/shop/issues/1',
      'issue',
      'https://github.example.com/acme/shop/issues/1',
      'acme/shop#1',
    ],
    [
      'https://gitlab.com/group/sub/app/-/issues/3',
      'issue',
      'https://gitlab.com/group/sub/app/-/issues/3',
      'group/sub/app#3',
    ],
    [
      'https://gitlab.com/group/app/-/merge_requests/4/diffs',
      'pull_request',
      'https://gitlab.com/group/app/-/merge_requests/4',
      'group/app!4',
    ],
    [
      'https://gitlab.com/group/app/issues/3',
      'issue',
      'https://gitlab.com/group/app/-/issues/3',
      'group/app#3',
    ],
    [
      'https://gitlab.com/group/app/-/work_items/3',
      'issue',
      'https://gitlab.com/group/app/-/issues/3',
      'group/app#3',
    ],
    [
      'https://codeberg.org/forgejo/forgejo/pulls/9',
      'pull_request',
      'https://codeberg.org/forgejo/forgejo/pulls/9',
      'forgejo/forgejo#9',
    ],
    [
      'https://git.example.org:3000/acme/shop/issues/5',
      'issue',
      'https://git.example.org:3000/acme/shop/issues/5',
      'acme/shop#5',
    ],
    [
      'https://example.org/gitea/acme/shop/pulls/5',
      'pull_request',
      'https://example.org/gitea/acme/shop/pulls/5',
      'gitea/acme/shop#5',
    ],
  ])('%s', (text, kind, url, ref) => {
    expect(readReference(text)).toMatchObject({ kind, origin: { url, ref } });
  });

  it('never keeps a key that was in the address', () => {
    const found = readReference('https://me:ghp_secret@github.com/acme/shop/issues/12');
    expect(JSON.stringify(found)).not.toContain('secret');
    expect(found?.repo).toBe('https://github.com/acme/shop.git');
  });
});

describe('a repository', () => {
  it.each([
    ['https://github.com/acme/shop', 'https://github.com/acme/shop.git', null],
    ['https://github.com/acme/shop.git', 'https://github.com/acme/shop.git', null],
    ['https://github.com/acme/shop/issues', 'https://github.com/acme/shop.git', null],
    ['https://github.com/acme/shop/tree/next', 'https://github.com/acme/shop.git', 'next'],
    ['https://github.com/acme/shop/tree/fix/total', 'https://github.com/acme/shop.git', null],
    [
      'https://gitlab.com/group/sub/app/-/tree/next',
      'https://gitlab.com/group/sub/app.git',
      'next',
    ],
    [
      'https://codeberg.org/acme/shop/src/branch/next',
      'https://codeberg.org/acme/shop.git',
      'next',
    ],
    ['https://git.example.org/acme/shop.git', 'https://git.example.org/acme/shop.git', null],
    ['git@github.com:acme/shop.git', 'git@github.com:acme/shop.git', null],
    ['ssh://git@example.org:2222/acme/shop.git', 'ssh://git@example.org:2222/acme/shop.git', null],
    ['/srv/shop/', '/srv/shop', null],
    ['~/code/shop', '~/code/shop', null],
    ['file:///srv/my%20shop', '/srv/my shop', null],
    ['file:///C:/code/shop', 'C:/code/shop', null],
    [String.raw`C:\code\shop`, String.raw`C:\code\shop`, null],
  ])('%s', (text, repo, base) => {
    expect(readReference(text)).toMatchObject({ kind: 'repository', origin: null, repo, base });
  });
});

it.each([
  '',
  'acme',
  'https://github.com/',
  'https://github.com/acme',
  'https://github.com/orgs/acme',
  'https://github.com/settings/profile',
  'https://example.com/a/b',
  'https://github.com/acme/../../issues/1',
  'https://github.com/a%2Fb/c/issues/1',
  'javascript:alert(1)',
  'ftp://example.org/acme/shop.git',
  'ssh://-oProxyCommand=x/acme',
  'https://github.com/acme/shop/issues/12\u202e',
  'a sentence with spaces',
])('%j is none', (text) => {
  expect(readReference(text)).toBeNull();
});
