/** Picking at a GitHub: repositories by their name, issues by GitHub's own search, a page at a time. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  openTestAccounts,
  type TestAccounts,
} from '../../../src/main/coordinator/forge/github/accounts/testing.ts';
import {
  createPicker,
  type IssueSearch,
  type Picker,
} from '../../../src/main/coordinator/forge/github/issues/picker.ts';
import { problemOf, valueOf } from '../../../src/main/coordinator/forge/github/testing.ts';
import { startGitHub, type GitHubStandIn } from '../../support/github/start-github.ts';

let github: GitHubStandIn;
let at: TestAccounts;
let picker: Picker;
beforeEach(async () => {
  github = await startGitHub();
  await github.createRepo('acme/shop', { files: { 'README.md': '# Shop' } });
  at = openTestAccounts();
  const token = github.createToken('bot');
  valueOf(await at.accounts.signIn({ with: 'token', host: github.web, token }));
  picker = createPicker({ accounts: at.accounts, host: () => 'github.com' });
});
afterEach(async () => {
  await at.close();
  await github.close();
});

const issues = async (asked: Partial<IssueSearch>) =>
  valueOf(await picker.issues({ query: '', ...asked }));

test('hundreds of issues come by the hundred, each page with one request', async () => {
  for (let n = 1; n <= 250; n++) github.createIssue('acme/shop', { title: `Issue ${n}` });
  const before = github.requests.length;
  const first = await issues({ repo: 'acme/shop' });
  expect(github.requests.length - before).toBe(1);
  expect(first).toMatchObject({ total: 250 });
  expect(first.issues).toHaveLength(100);
  const second = await issues({ repo: 'acme/shop', cursor: first.nextCursor ?? '' });
  const third = await issues({ repo: 'acme/shop', cursor: second.nextCursor ?? '' });
  expect(third.nextCursor).toBeNull();
  const refs = [first, second, third].flatMap((page) =>
    page.issues.map(({ origin }) => origin.ref),
  );
  expect(new Set(refs).size).toBe(250);
});

test("issues are found by GitHub's own syntax, open ones where it says nothing", async () => {
  github.createIssue('acme/shop', { title: 'Open bug', labels: ['bug'], assignees: ['bob'] });
  github.createIssue('acme/shop', { title: 'Closed bug', labels: ['bug'] }, 'carol');
  github.closeIssue('acme/shop#2');
  github.createIssue('acme/shop', { title: 'Wish' });
  const titles = async (query: string) =>
    (await issues({ repo: `${github.web}/acme/shop`, query })).issues.map(({ title }) => title);
  expect(await titles('label:bug')).toEqual(['Open bug']);
  expect((await titles('label:bug state:closed author:carol')).join()).toBe('Closed bug');
  expect(await titles('no:assignee')).toEqual(['Wish']);
  const [bug] = (await issues({ repo: 'acme/shop', query: 'assignee:bob' })).issues;
  expect(bug).toMatchObject({
    origin: { ref: 'acme/shop#1', url: `${github.web}/acme/shop/issues/1`, forge: 'github' },
    ...{ labels: ['bug'], assignees: ['bob'], author: 'alice', state: 'open', comments: 0 },
  });
});

test('a repository that is not there is told, one that was renamed is found', async () => {
  github.createIssue('acme/shop', { title: 'It breaks' });
  github.renameRepo('acme/shop', 'store');
  expect((await issues({ repo: 'acme/shop' })).issues).toMatchObject([
    { origin: { ref: 'acme/store#1' } },
  ]);
  const lost = problemOf(await picker.issues({ repo: 'acme/lost', query: '' }));
  expect(lost.code).toBe('not_found');
  const nonsense = problemOf(await picker.issues({ repo: 'the shop', query: '' }));
  expect(nonsense.code).toBe('invalid');
  const nobody = problemOf(
    await picker.issues({ repo: 'https://github.com/acme/shop', query: '' }),
  );
  expect(nobody.code).toBe('not_signed_in');
});

test('repositories are found by a part of their name, page after page', async () => {
  const more = Array.from({ length: 100 }, (_, n) => `acme/lib-${n}`);
  await Promise.all(more.map(async (name) => await github.createRepo(name)));
  const all = valueOf(await picker.repositories({ q: '' }));
  expect(all.repositories).toHaveLength(100);
  const rest = valueOf(await picker.repositories({ q: '', cursor: all.nextCursor ?? '' }));
  expect(rest).toMatchObject({ nextCursor: null });
  expect(rest.repositories).toHaveLength(1);
  const found = valueOf(await picker.repositories({ q: 'SHOP' }));
  expect(found.repositories).toMatchObject([
    { name: 'acme/shop', url: `${github.web}/acme/shop`, isPrivate: false },
  ]);
  expect(problemOf(await picker.repositories({ q: '', cursor: 'x' })).code).toBe('invalid');
  expect(github.violations).toEqual([]);
}, 120_000);

test('an App finds what it is installed for', async () => {
  await github.createRepo('other/thing');
  const app = github.createApp({ installedAt: [{ account: 'acme' }] });
  for (const { id } of at.accounts.list()) await at.accounts.signOut(id);
  const key = { appId: String(app.id), privateKey: app.privateKey };
  valueOf(await at.accounts.signIn({ with: 'app', host: github.web, ...key }));
  const { repositories } = valueOf(await picker.repositories({ q: '' }));
  expect(repositories.map(({ name }) => name)).toEqual(['acme/shop']);
});
