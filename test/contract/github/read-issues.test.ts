/** Issues read from a GitHub: many with one request, and each that cannot be read says why, alone. */
import { remarkInWords } from '../../../src/shared/import/remark.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { originOf } from '../../../src/main/coordinator/forge/github/issues/place.ts';
import {
  readIssues,
  type ReadIssue,
} from '../../../src/main/coordinator/forge/github/issues/read.ts';
import { markerOf } from '../../../src/main/coordinator/forge/github/marker.ts';
import {
  openTestClient,
  problemOf,
  valueOf,
  type TestClient,
} from '../../../src/main/coordinator/forge/github/testing.ts';
import { taskIdOf } from '../../../src/shared/ids.ts';
import { startGitHub, type GitHubStandIn } from '../../support/github/start-github.ts';

let github: GitHubStandIn;
let at: TestClient;
beforeEach(async () => {
  github = await startGitHub();
  await github.createRepo('acme/shop', { files: { 'README.md': '# Shop' } });
  at = openTestClient(github.web, { token: github.createToken('bot') });
});
afterEach(async () => {
  at.close();
  await github.close();
});

const here = (number: number, repo = 'acme/shop', kind: 'issue' | 'pull_request' = 'issue') =>
  originOf(github.web, repo, kind, number);

async function read(...origins: ReturnType<typeof here>[]): Promise<ReadIssue[]> {
  const found = await readIssues(at.client, origins);
  return origins.map(({ url }) => {
    const one = found.get(url);
    if (!one) throw new Error(`no answer for ${url}`);
    return one;
  });
}

const asked = () => github.requests.map(({ method, path }) => `${method} ${path}`);

test('fifty issues are one request, and what they wait for is in it or one more', async () => {
  await github.createRepo('acme/lib');
  const lib = github.createIssue('acme/lib', { title: 'First' });
  for (let n = 1; n <= 50; n++)
    github.createIssue('acme/shop', { title: `Issue ${n}`, body: n === 2 ? 'depends on #1' : 'x' });
  const numbers = Array.from({ length: 50 }, (_, i) => i + 1);
  const all = (await read(...numbers.map((n) => here(n)))).map((one) => valueOf(one));
  expect(all.map(({ title }) => title)).toEqual(numbers.map((n) => `Issue ${n}`));
  expect(all[1]?.blockers).toEqual([here(1)]);
  expect(asked()).toEqual(['POST /api/graphql']);

  github.editIssue('acme/shop#1', { body: `blocked by acme/lib#${lib.number}, acme/lib#99` });
  const [one] = await read(here(1));
  expect(one && valueOf(one)).toMatchObject({ blockers: [{ ref: 'acme/lib#1' }] });
  expect(one && valueOf(one).remarks.map(remarkInWords).join()).toContain('acme/lib#99');
  expect(asked()).toHaveLength(3);
  expect(github.violations).toEqual([]);
});

test('an issue is read with what people said and what it is linked to, without our own words', async () => {
  github.createIssue('acme/shop', { title: 'It breaks', body: 'Often.', labels: ['koubou:high'] });
  github.comment('acme/shop#1', 'Here, too', 'bob');
  github.comment('acme/shop#1', `queued ${markerOf(taskIdOf(1), 'w1')}`, 'bot');
  github.createIssue('acme/shop', { title: 'Related', body: 'see #1' });
  const [one] = await read(here(1));
  const issue = one && valueOf(one);
  expect(issue).toMatchObject({
    ...{ title: 'It breaks', priority: 'high', kind: 'issue', origin: here(1), blockers: [] },
    repo: `${github.web}/acme/shop.git`,
    source: { state: 'open', author: 'alice' },
  });
  expect(issue?.body).toContain('### bob, ');
  expect(issue?.body).toContain('- acme/shop#2 (open): Related');
  expect(issue?.body).not.toContain('queued');
});

test('a pull request is read as one, and its own branches are no news', async () => {
  await github.push('acme/shop', { branch: 'koubou/task-1-x', files: { a: 'b' } });
  github.createIssue('acme/shop', { title: 'It breaks' });
  await github.createPull('acme/shop', {
    ...{ title: 'Mend it', body: 'Closes #1', head: 'koubou/task-1-x', base: 'main' },
  });
  const [issue, pull] = await read(here(1), here(2, 'acme/shop', 'pull_request'));
  expect(issue && valueOf(issue).body).not.toContain('Mend it');
  expect(pull && valueOf(pull)).toMatchObject({
    ...{ kind: 'pull_request', title: 'Mend it', origin: { ref: 'acme/shop#2' } },
  });
});

test('a renamed repository is followed, and told', async () => {
  github.createIssue('acme/shop', { title: 'It breaks' });
  github.renameRepo('acme/shop', 'store');
  const [one] = await read(here(1));
  const issue = one && valueOf(one);
  expect(issue).toMatchObject({ origin: here(1, 'acme/store'), title: 'It breaks' });
  expect(issue?.remarks.map(remarkInWords)).toEqual([
    'acme/shop#1 was moved, and is acme/store#1 now',
  ]);
});

test('what cannot be read says why, and holds nothing else up', async () => {
  await github.createRepo('acme/secret');
  github.createIssue('acme/secret', { title: 'Hidden' });
  github.repo('acme/secret').roles.set('bot', 'none');
  github.makePrivate('acme/secret');
  github.createIssue('acme/shop', { title: 'It breaks' });
  const [good, hidden, gone] = await read(here(1), here(1, 'acme/secret'), here(7));
  expect(good && valueOf(good).title).toBe('It breaks');
  for (const one of [hidden, gone])
    expect(one && problemOf(one)).toMatchObject({ code: 'not_found' });
});

test('where GraphQL is closed, REST tells the same', async () => {
  github.createIssue('acme/shop', { title: 'It breaks', body: 'Often.', labels: ['koubou:high'] });
  github.comment('acme/shop#1', 'Here, too', 'bob');
  const [before] = await read(here(1));
  github.fault({ match: /graphql/, status: 404 });
  const [after] = await read(here(1));
  expect(after).toEqual(before);
});
