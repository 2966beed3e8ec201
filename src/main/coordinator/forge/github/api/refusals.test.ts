/** What people are told of each refusal. */
import { expect, test } from 'vitest';
import { hostOf } from './hosts.ts';
import type { Asked } from './problem.ts';
import { problemOfAnswer } from './refusals.ts';
import { valueOf } from '../testing.ts';

const NOW = Date.UTC(2026, 10, 21, 12);
const asked: Asked = {
  host: valueOf(hostOf('github.com')),
  what: 'POST /repos/acme/shop/pulls',
  isWrite: true,
  login: 'ada',
};

function refuse(status: number, body: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return problemOfAnswer({ status, headers: new Headers(headers), text }, asked, NOW);
}

test.each([
  [
    401,
    { message: 'Bad credentials' },
    {},
    'unauthorized',
    'koubou github sign-in --host github.com',
  ],
  [
    403,
    { message: 'Resource not accessible by personal access token' },
    { 'x-accepted-github-permissions': 'pull_requests=write,contents=read; issues=write' },
    'forbidden',
    'give it Pull requests: write and Contents: read, or Issues: write',
  ],
  [
    403,
    { message: 'nope' },
    { 'x-oauth-scopes': 'gist', 'x-accepted-oauth-scopes': 'public_repo, repo' },
    'forbidden',
    'one of the scopes public_repo, repo',
  ],
  [
    403,
    { message: 'Resource protected by organization SAML enforcement.' },
    { 'x-github-sso': 'required; url=https://github.com/orgs/acme/sso?authorization_request=A' },
    'sso_required',
    'open https://github.com/orgs/acme/sso?authorization_request=A',
  ],
  [404, { message: 'Not Found' }, {}, 'not_found', 'deleted, or is private'],
  [409, { message: 'Head branch was modified.' }, {}, 'conflict', 'Head branch was modified'],
  [405, { message: 'Pull Request is not mergeable' }, {}, 'conflict', 'not mergeable'],
  [410, { message: 'Issues has been disabled in this repository.' }, {}, 'gone', 'disabled'],
  [
    422,
    {
      message: 'Validation Failed',
      errors: [{ resource: 'PullRequest', code: 'missing_field', field: 'head' }],
    },
    {},
    'invalid',
    'Validation Failed; head is needed',
  ],
  [
    422,
    { message: 'Validation Failed', errors: ['A pull request already exists for acme:x.'] },
    {},
    'invalid',
    'A pull request already exists for acme:x.',
  ],
  [502, '<html>bad gateway</html>', {}, 'server_error', 'trouble of its own (502'],
  [403, '<html>Blocked by your company</html>', {}, 'not_github', 'no proxy or sign-in page'],
])('%i %j %j is %s', (status, body, headers, code, words) => {
  const problem = refuse(status, body, headers);
  expect(problem).toMatchObject({ code, status });
  expect(problem.message).toContain(words);
});

test('a link for single sign-on is shown only where it leads to the host itself', () => {
  const headers = { 'x-github-sso': 'required; url=https://evil.example/sso' };
  expect(refuse(403, { message: 'SAML' }, headers).message).not.toContain('evil');
});

test.each([
  [
    'the reset',
    { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1_000 + 90) },
    90_000,
    'rate_limited',
  ],
  [
    'a minute, by a clock that is ahead',
    { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW / 1_000 - 900) },
    60_000,
    'rate_limited',
  ],
  [
    'Retry-After, whatever the reset says',
    {
      'retry-after': '7',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(NOW / 1_000 + 3_000),
    },
    7_000,
    'secondary_limit',
  ],
  [
    'Retry-After as a date',
    { 'retry-after': new Date(NOW + 42_000).toUTCString() },
    42_000,
    'secondary_limit',
  ],
])('a limit is over at %s', (_, headers, after, code) => {
  const problem = refuse(429, { message: 'Too many' }, headers);
  expect(problem).toMatchObject({ code, retryAt: NOW + after });
});

test('a secondary limit is known by its words, and lasts a minute', () => {
  const message = 'You have exceeded a secondary rate limit. Please wait a few minutes.';
  expect(refuse(403, { message })).toMatchObject({
    code: 'secondary_limit',
    retryAt: NOW + 60_000,
  });
});

test('words from outside are one line of visible text', () => {
  const problem = refuse(409, { message: 'a\u001B[31m\u202Eb\nc' });
  expect(problem.said).toBe('a [31mb c');
});
