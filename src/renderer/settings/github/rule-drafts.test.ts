/** Rules in their fields. */
import { expect, test } from 'vitest';
import { draftOf, ruleOf } from './rule-drafts.ts';

test('a rule is what it was typed from', () => {
  const rules = [
    { repo: 'acme/shop', label: 'koubou' },
    { repo: 'https://git.acme.test/acme/shop', assignee: 'koubou-bot' },
    { query: 'org:acme label:koubou' },
  ];
  for (const rule of rules) expect(ruleOf(draftOf(rule, 'a'))).toEqual(rule);
});

test('what is no rule is none', () => {
  const empty = { key: 'a', kind: 'repo', where: '', label: '', assignee: '' } as const;
  expect(ruleOf(empty)).toBeNull();
  expect(ruleOf({ ...empty, where: 'acme' })).toBeNull();
  expect(ruleOf({ ...empty, kind: 'query', where: '  ' })).toBeNull();
  expect(ruleOf({ ...empty, where: 'acme/shop', assignee: 'not a name' })).toBeNull();
  expect(ruleOf({ ...empty, where: ' acme/shop ', assignee: '@alice' })).toEqual({
    repo: 'acme/shop',
    assignee: 'alice',
  });
});
