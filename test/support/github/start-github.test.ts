/** The stand-in against GitHub's own client: what it answers is what Octokit and git expect. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Octokit } from '@octokit/core';
import { verify } from '@octokit/webhooks-methods';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { git } from './git.ts';
import { type GitHubStandIn, startGitHub } from './start-github.ts';

let github: GitHubStandIn;
let octokit: Octokit;
const shop = { owner: 'acme', repo: 'shop' };

beforeEach(async () => {
  github = await startGitHub();
  await github.createRepo('acme/shop', {
    files: { 'README.md': '# Shop\n', 'src/till.ts': '1\n2\n3\n' },
  });
  octokit = new Octokit({ baseUrl: github.api, auth: github.createToken('bot') });
});

afterEach(async () => {
  await github.close();
  expect(github.violations).toEqual([]);
});

/** The failure of a call: Octokit throws answers from 300 on. */
async function failure(call: Promise<unknown>): Promise<{ status: number; message: string }> {
  const caught: unknown = await call.then(
    () => ({ status: 200, message: 'no failure' }),
    (error: unknown) => error,
  );
  return caught as { status: number; message: string };
}

describe('issues', () => {
  it('are made, listed, edited, labelled and closed', async () => {
    const made = await octokit.request('POST /repos/{owner}/{repo}/issues', {
      ...shop,
      title: 'It breaks',
      labels: ['bug'],
    });
    expect(made.data).toMatchObject({ number: 1, state: 'open', user: { login: 'bot' } });
    const at = { ...shop, issue_number: 1 };
    await octokit.request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', {
      ...at,
      body: 'When paying.',
    });
    await octokit.request('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', {
      ...at,
      labels: ['koubou'],
    });
    const comment = await octokit.request(
      'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
      { ...at, body: 'Me too' },
    );
    await octokit.request('PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}', {
      ...shop,
      comment_id: comment.data.id,
      body: 'Me three',
    });
    const comments = await octokit.request(
      'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
      at,
    );
    expect(comments.data.map((one) => one.body)).toEqual(['Me three']);
    await octokit.request('DELETE /repos/{owner}/{repo}/issues/{issue_number}/labels/{name}', {
      ...at,
      name: 'bug',
    });
    await octokit.request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', {
      ...at,
      state: 'closed',
    });
    const open = await octokit.request('GET /repos/{owner}/{repo}/issues', shop);
    const all = await octokit.request('GET /repos/{owner}/{repo}/issues', {
      ...shop,
      state: 'all',
    });
    expect(open.data).toEqual([]);
    expect(all.data).toMatchObject([
      { number: 1, state: 'closed', state_reason: 'completed', labels: [{ name: 'koubou' }] },
    ]);
  });

  it('come in pages, with the addresses of the others', async () => {
    for (let count = 0; count < 5; count += 1)
      github.createIssue('acme/shop', { title: `Issue ${String(count)}` });
    const page = await octokit.request('GET /repos/{owner}/{repo}/issues', {
      ...shop,
      per_page: 2,
      page: 2,
    });
    expect(page.data.map((issue) => issue.number)).toEqual([3, 2]);
    expect(page.headers.link).toContain('page=3>; rel="next"');
    expect(page.headers.link).toContain('page=1>; rel="prev"');
  });

  it('that have not changed cost nothing', async () => {
    const issue = github.createIssue('acme/shop', { title: 'Quiet' });
    const first = await octokit.request('GET /repos/{owner}/{repo}/issues', shop);
    const used = first.headers['x-ratelimit-used'];
    const headers = { 'if-none-match': first.headers.etag };
    const second = await failure(
      octokit.request('GET /repos/{owner}/{repo}/issues', { ...shop, headers }),
    );
    expect(second.status).toBe(304);
    github.comment(`acme/shop#${String(issue.number)}`, 'Hello');
    const third = await octokit.request('GET /repos/{owner}/{repo}/issues', { ...shop, headers });
    expect(Number(third.headers['x-ratelimit-used'])).toBe(Number(used) + 1);
  });
});

describe('pull requests', () => {
  it('follow their branch from the push to the merge, which closes the issue', async () => {
    github.createIssue('acme/shop', { title: 'It breaks' });
    const head = await pushBranch('fix', { 'src/till.ts': '1\ntwo\n3\n' });
    const given = { ...shop, title: 'Mend it', head: 'fix', base: 'main', body: 'Closes #1' };
    const made = await octokit.request('POST /repos/{owner}/{repo}/pulls', given);
    expect(made.data).toMatchObject({
      number: 2,
      mergeable: true,
      mergeable_state: 'clean',
      head: { sha: head },
    });
    const again = await failure(octokit.request('POST /repos/{owner}/{repo}/pulls', given));
    expect(again.status).toBe(422);
    expect(again.message).toContain('A pull request already exists for acme:fix.');
    const missing = await failure(
      octokit.request('POST /repos/{owner}/{repo}/pulls', { ...given, head: 'nowhere' }),
    );
    expect(missing.message).toContain('"field":"head","code":"invalid"');

    const pull = { ...shop, pull_number: 2 };
    const files = await octokit.request(
      'GET /repos/{owner}/{repo}/pulls/{pull_number}/files',
      pull,
    );
    expect(files.data).toMatchObject([{ filename: 'src/till.ts', additions: 1, deletions: 1 }]);
    const merged = await octokit.request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', {
      ...pull,
      merge_method: 'squash',
    });
    const { dir } = github.repo('acme/shop');
    expect(await git(dir, 'rev-parse', 'main')).toBe(merged.data.sha);
    expect(await git(dir, 'show', 'main:src/till.ts')).toBe('1\ntwo\n3');
    expect(github.issue('acme/shop#1').state).toBe('closed');
    await octokit.request('DELETE /repos/{owner}/{repo}/git/refs/{ref}', {
      ...shop,
      ref: 'heads/fix',
    });
    expect(await git(dir, 'branch', '--list', 'fix')).toBe('');
  });

  it('that conflict are told so and not merged', async () => {
    await pushBranch('fix', { 'src/till.ts': '1\ntwo\n3\n' });
    await github.createPull('acme/shop', { title: 'Mend', head: 'fix', base: 'main' });
    await github.push('acme/shop', { branch: 'main', files: { 'src/till.ts': '1\nzwei\n3\n' } });
    const seen = await octokit.request('GET /repos/{owner}/{repo}/pulls/{pull_number}', {
      ...shop,
      pull_number: 1,
    });
    expect(seen.data).toMatchObject({ mergeable: false, mergeable_state: 'dirty' });
    const merge = octokit.request('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', {
      ...shop,
      pull_number: 1,
    });
    expect((await failure(merge)).status).toBe(405);
  });
});

describe('webhooks', () => {
  it('are signed, and tell of every change in order', async () => {
    const heard: { event: string; action: unknown; isGenuine: boolean }[] = [];
    const receiver = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const body = Buffer.concat(parts).toString();
        const signature = String(request.headers['x-hub-signature-256']);
        void verify('secret', body, signature).then((isGenuine) => {
          const { action } = JSON.parse(body) as { action?: unknown };
          heard.push({ event: String(request.headers['x-github-event']), action, isGenuine });
          response.writeHead(202).end();
        });
      });
    });
    await new Promise<void>((resolve) => void receiver.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = receiver.address() as AddressInfo;
      github.hook(`http://127.0.0.1:${String(port)}/webhooks`, 'secret');
      github.createIssue('acme/shop', { title: 'It breaks', labels: ['bug'] });
      github.comment('acme/shop#1', 'Me too');
      await pushBranch('fix', { 'README.md': 'Mended\n' });
      await github.createPull('acme/shop', { title: 'Mend', head: 'fix', base: 'main' });
      await github.review('acme/shop#2', {
        state: 'CHANGES_REQUESTED',
        body: 'Not yet',
        comments: [{ path: 'README.md', line: 1, body: 'Why?' }],
      });
      await github.setCheck('acme/shop', 2, 'test', 'success');
      await github.mergeByHand('acme/shop#2');
      await github.settled();
    } finally {
      receiver.close();
      receiver.closeAllConnections();
    }
    expect(heard.every((one) => one.isGenuine)).toBe(true);
    expect(
      heard.map(({ event, action }) =>
        action === undefined ? event : `${event} ${String(action)}`,
      ),
    ).toEqual([
      'label created',
      'issues opened',
      'issues labeled',
      'issue_comment created',
      'push',
      'pull_request opened',
      'pull_request_review submitted',
      'pull_request_review_comment created',
      'check_run created',
      'check_run completed',
      'check_suite completed',
      'pull_request closed',
      'push',
    ]);
  });
});

/** Clones over HTTP, commits and pushes a branch, as an agent does; the commit. */
async function pushBranch(branch: string, files: Record<string, string>): Promise<string> {
  const dir = mkdtempSync(path.join(tmpdir(), 'github-clone-'));
  const url = new URL(`${github.web}/acme/shop.git`);
  url.username = 'x-access-token';
  url.password = github.createToken('bot');
  try {
    await git(dir, 'clone', '--quiet', url.toString(), '.');
    await git(dir, 'checkout', '--quiet', '-b', branch);
    for (const [name, content] of Object.entries(files))
      writeFileSync(path.join(dir, name), content);
    await git(dir, 'commit', '--quiet', '--all', '--message', 'Mend');
    await git(dir, 'push', '--quiet', 'origin', branch);
    return await git(dir, 'rev-parse', 'HEAD');
  } finally {
    rmSync(dir, { recursive: true });
  }
}
