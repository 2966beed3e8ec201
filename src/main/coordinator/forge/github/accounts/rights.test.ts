import { expect, test } from 'vitest';
import {
  rightsAfterRefusal,
  rightsOfPermissions,
  rightsOfProbes,
  rightsOfScopes,
  summaryOf,
} from './rights.ts';

test('scopes', () => {
  expect(summaryOf(rightsOfScopes(['repo', 'workflow']))).toBe(
    'may read code, push branches, read issues, comment on and label issues, open pull requests, read checks, change workflows and make webhooks',
  );
  expect(summaryOf(rightsOfScopes(['gist']))).toBe(
    'may not read code, push branches, read issues, comment on and label issues, open pull requests or read checks: give it the scope repo',
  );
  expect(summaryOf(rightsOfScopes(['public_repo']))).toContain('only trying shows whether');
});

test('permissions of an App', () => {
  const rights = rightsOfPermissions({ contents: 'write', issues: 'read', checks: 'read' });
  expect(summaryOf(rights)).toBe(
    'may read code, push branches, read issues and read checks; may not comment on and label issues or open pull requests: give it Issues: write and Pull requests: write',
  );
});

test('who is refused to read is refused to write; who reads may write, perhaps', () => {
  const rights = rightsOfProbes({ contents: true, issues: true, pull_requests: false });
  expect(summaryOf(rights)).toBe(
    'may read code and read issues; may not open pull requests: give it Pull requests: write; ' +
      'only trying shows whether it may push branches, comment on and label issues and read checks: it needs Contents: write, Issues: write and Checks: read',
  );
});

test('a refusal teaches what is missing', () => {
  const rights = rightsOfProbes({ contents: true, issues: true });
  const learnt = rightsAfterRefusal(rights, 'issues=write; pull_requests=write');
  expect(learnt.filter(({ has }) => has === 'no').map(({ right }) => right)).toEqual([
    'write_issues',
    'open_pulls',
  ]);
  expect(rightsAfterRefusal(learnt, 'issues=write')).toBe(learnt);
});
