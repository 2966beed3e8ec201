/** The stand-in's GraphQL, by GitHub's published schema: what it answers, what it changes, what it counts. */
import { Octokit } from '@octokit/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GitHubStandIn, startGitHub } from './start-github.ts';

let github: GitHubStandIn;
let ask: <T>(query: string, variables?: Record<string, unknown>) => Promise<T>;

beforeEach(async () => {
  github = await startGitHub();
  await github.createRepo('acme/shop', { files: { 'README.md': '# Shop\n' } });
  const octokit = new Octokit({ baseUrl: github.api, auth: github.createToken('bot') });
  ask = (query, variables) => octokit.graphql(query, variables);
});

afterEach(async () => {
  await github.close();
  expect(github.violations).toEqual([]);
});

describe('questions', () => {
  it('about many issues take one request, and tell which are missing', async () => {
    github.createIssue('acme/shop', { title: 'One', body: 'First', labels: ['bug'] });
    github.createIssue('acme/shop', { title: 'Two', body: 'As #1' });
    github.comment('acme/shop#1', 'Me too');
    const fields = `title body state author { login } labels(first: 10) { nodes { name } }
      comments(last: 5) { totalCount nodes { body } }
      timelineItems(first: 5, itemTypes: [CROSS_REFERENCED_EVENT]) {
        nodes { ... on CrossReferencedEvent { source { ... on Issue { number } } } } }`;
    const query = `query {
      a: repository(owner: "acme", name: "shop") {
        i1: issueOrPullRequest(number: 1) { __typename ... on Issue { ${fields} } }
        i9: issueOrPullRequest(number: 9) { __typename }
      }
      rateLimit { cost remaining } }`;
    const caught = await ask(query).catch((error: unknown) => error);
    expect(caught).toMatchObject({
      errors: [{ type: 'NOT_FOUND', path: ['a', 'i9'] }],
      response: {
        data: {
          a: {
            i9: null,
            i1: {
              __typename: 'Issue',
              title: 'One',
              state: 'OPEN',
              author: { login: 'alice' },
              labels: { nodes: [{ name: 'bug' }] },
              comments: { totalCount: 1, nodes: [{ body: 'Me too' }] },
              timelineItems: { nodes: [{ source: { number: 2 } }] },
            },
          },
          rateLimit: { cost: 1, remaining: 4999 },
        },
      },
    });
    expect(github.requests).toMatchObject([{ door: 'graphql', status: 200, cost: 1 }]);
  });

  it('by GitHub’s search find what its words say, in pages', async () => {
    for (const title of ['Till breaks', 'Till hangs', 'Other'])
      github.createIssue('acme/shop', { title, labels: ['koubou'] });
    github.closeIssue('acme/shop#2');
    const query = `query ($after: String) {
      search(type: ISSUE, query: "repo:acme/shop is:issue label:koubou till sort:created-asc", first: 1, after: $after) {
        issueCount pageInfo { hasNextPage endCursor } nodes { ... on Issue { number state } } } }`;
    interface Page {
      search: { issueCount: number; pageInfo: { endCursor: string }; nodes: object[] };
    }
    const first = await ask<Page>(query);
    const second = await ask<Page>(query, { after: first.search.pageInfo.endCursor });
    expect(first.search).toMatchObject({
      issueCount: 2,
      pageInfo: { hasNextPage: true },
      nodes: [{ number: 1, state: 'OPEN' }],
    });
    expect(second.search).toMatchObject({
      pageInfo: { hasNextPage: false },
      nodes: [{ number: 2, state: 'CLOSED' }],
    });
  });

  it('cost what their lists would need, by the hundred', async () => {
    const { rateLimit } = await ask<{ rateLimit: { cost: number; nodeCount: number } }>(`query {
      viewer { login repositories(first: 100) { nodes { issues(first: 50) { nodes { labels(first: 60) { nodes { name } } } } } } }
      rateLimit { cost nodeCount } }`);
    // The example of GitHub's own documentation: 1 + 100 + 5,000 requests.
    expect(rateLimit).toEqual({ cost: 51, nodeCount: 100 + 5000 + 300_000 });
  });
});

describe('pull requests', () => {
  const open = async (title: string) => {
    const branch = title.toLowerCase();
    await github.push('acme/shop', { branch, files: { [`${branch}.txt`]: title } });
    return github.createPull('acme/shop', { title, head: branch, base: 'main' }, 'bot');
  };
  const state = () =>
    ask<{
      repository: { pullRequest: Record<string, unknown> };
    }>(`query { repository(owner: "acme", name: "shop") {
      pullRequest(number: 1) { id state isDraft mergeable mergeStateStatus reviewDecision merged
        reviewThreads(first: 10) { nodes { id isResolved path line comments(first: 10) { nodes { body databaseId } } } }
        reviews(last: 10) { nodes { state body author { login } } }
        autoMergeRequest { mergeMethod } isInMergeQueue mergeQueueEntry { position state }
        commits(last: 1) { nodes { commit { oid statusCheckRollup { state contexts(first: 10) { nodes {
          ... on CheckRun { name status conclusion } ... on StatusContext { context state } } } } } } } } } }`);

  it('merge by themselves once what is required has passed', async () => {
    github.protect('acme/shop', 'main', { checks: ['test'], approvals: 1 });
    await open('Mend');
    const before = (await state()).repository.pullRequest;
    expect(before).toMatchObject({
      mergeable: 'MERGEABLE',
      mergeStateStatus: 'BLOCKED',
      reviewDecision: 'REVIEW_REQUIRED',
    });
    await ask(
      `mutation ($id: ID!) { enablePullRequestAutoMerge(input: { pullRequestId: $id, mergeMethod: SQUASH }) {
      pullRequest { autoMergeRequest { mergeMethod } } } }`,
      { id: before['id'] },
    );
    await github.setCheck('acme/shop', 1, 'test', 'failure');
    const failed = (await state()).repository.pullRequest;
    expect(failed).toMatchObject({
      autoMergeRequest: { mergeMethod: 'SQUASH' },
      commits: {
        nodes: [
          {
            commit: {
              statusCheckRollup: {
                state: 'FAILURE',
                contexts: { nodes: [{ name: 'test', conclusion: 'FAILURE' }] },
              },
            },
          },
        ],
      },
    });
    await github.setCheck('acme/shop', 1, 'test', 'success');
    await github.review('acme/shop#1', { state: 'APPROVED' });
    expect((await state()).repository.pullRequest).toMatchObject({
      state: 'MERGED',
      merged: true,
      reviewDecision: 'APPROVED',
    });
  });

  it('wait in a merge queue until their checks have passed', async () => {
    github.repo('acme/shop').hasMergeQueue = true;
    github.protect('acme/shop', 'main', { checks: ['test'] });
    const issue = await open('Mend');
    const { id } = (await state()).repository.pullRequest;
    await ask(
      `mutation ($id: ID!) { enqueuePullRequest(input: { pullRequestId: $id }) { mergeQueueEntry { position } } }`,
      { id },
    );
    expect((await state()).repository.pullRequest).toMatchObject({
      isInMergeQueue: true,
      mergeQueueEntry: { position: 1 },
    });
    await github.setCheck('acme/shop', 'mend', 'test', 'success');
    expect(issue.pull.merged).not.toBeNull();
  });

  it('have threads that are answered and resolved, and drafts that become ready', async () => {
    const issue = await open('Mend');
    const comments = [{ path: 'mend.txt', line: 1, body: 'Why?' }];
    await github.review('acme/shop#1', { state: 'CHANGES_REQUESTED', body: 'Not yet', comments });
    const seen = (await state()).repository.pullRequest as unknown as {
      id: string;
      reviewThreads: { nodes: { id: string }[] };
    };
    const thread = seen.reviewThreads.nodes[0]?.id;
    expect(seen).toMatchObject({
      reviewDecision: 'CHANGES_REQUESTED',
      reviews: {
        nodes: [{ state: 'CHANGES_REQUESTED', body: 'Not yet', author: { login: 'reviewer' } }],
      },
      reviewThreads: {
        nodes: [
          { isResolved: false, path: 'mend.txt', line: 1, comments: { nodes: [{ body: 'Why?' }] } },
        ],
      },
    });
    await ask(
      `mutation ($t: ID!) {
      addPullRequestReviewThreadReply(input: { pullRequestReviewThreadId: $t, body: "Because." }) { comment { id } }
      resolveReviewThread(input: { threadId: $t }) { thread { isResolved } } }`,
      { t: thread },
    );
    await ask(
      `mutation ($id: ID!) { convertPullRequestToDraft(input: { pullRequestId: $id }) { pullRequest { isDraft } } }`,
      { id: seen.id },
    );
    expect(issue.pull.isDraft).toBe(true);
    await ask(
      `mutation ($id: ID!) { markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { isDraft } } }`,
      { id: seen.id },
    );
    expect(issue.pull).toMatchObject({
      isDraft: false,
      threads: [{ resolvedBy: { login: 'bot' }, comments: [{}, { body: 'Because.' }] }],
    });
  });
});

it('Questions outside of the schema are refused and noted', async () => {
  const caught = await ask('query { viewer { shoeSize } }').catch((error: unknown) => error);
  expect(String(caught)).toContain('shoeSize');
  expect(github.violations.splice(0)).toHaveLength(1);
});
