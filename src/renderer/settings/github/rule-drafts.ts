/** The rules as they stand in their fields, and what they mean. Pure. */
import { GitHubRule } from '../../../shared/github-rules.ts';

export interface RuleDraft {
  /** Tells rows apart while they are edited. */
  readonly key: string;
  readonly kind: 'repo' | 'query';
  readonly where: string;
  readonly label: string;
  readonly assignee: string;
}

export function draftOf(rule: GitHubRule, key: string): RuleDraft {
  const { label = '', assignee = '' } = rule;
  return 'repo' in rule
    ? { key, kind: 'repo', where: rule.repo, label, assignee }
    : { key, kind: 'query', where: rule.query, label, assignee };
}

/** `null`: something in it is wrong or missing. */
export function ruleOf({ kind, where, label, assignee }: RuleDraft): GitHubRule | null {
  const place = kind === 'repo' ? { repo: where.trim() } : { query: where.trim() };
  const login = assignee.trim().replace(/^@/, '');
  const parsed = GitHubRule.safeParse({
    ...place,
    ...(label.trim() !== '' && { label: label.trim() }),
    ...(login !== '' && { assignee: login }),
  });
  return parsed.success ? parsed.data : null;
}
