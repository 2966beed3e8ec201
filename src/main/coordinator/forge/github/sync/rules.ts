/** Rules that import by themselves: whether an issue is meant by one, and what to ask GitHub for those that are. Pure. */
import { hostOf, placeOf, type RepoPlace } from '../api/hosts.ts';
import type { GitHubRule } from '../../../../../shared/github-rules.ts';
import { repoKeyOf } from './keys.ts';

export type RepoRule = Extract<GitHubRule, { repo: string }>;
export type QueryRule = Extract<GitHubRule, { query: string }>;

/** What decides about an issue. */
export interface Candidate {
  /** Key of its repository. */
  readonly repo: string;
  readonly isOpen: boolean;
  readonly isPull: boolean;
  readonly labels: readonly string[];
}

export function repoRules(rules: readonly GitHubRule[]): RepoRule[] {
  return rules.filter((rule): rule is RepoRule => 'repo' in rule);
}

export function queryRules(rules: readonly GitHubRule[]): QueryRule[] {
  return rules.filter((rule): rule is QueryRule => 'query' in rule);
}

/** The repository of a rule: `acme/shop` is at the host where one signs in; `null` for what is no address. */
export function placeOfRule({ repo }: RepoRule, host: string): RepoPlace | null {
  if (/^https?:/i.test(repo)) return placeOf(repo);
  const found = hostOf(host);
  return found.ok ? placeOf(`${found.value.web}/${repo}`) : null;
}

/** Rules of its repository that mean it as far as its labels tell; who is assigned is asked of GitHub. */
export function rulesFor(
  rules: readonly GitHubRule[],
  { repo, isOpen, isPull, labels }: Candidate,
  host: string,
): RepoRule[] {
  if (!isOpen || isPull) return [];
  const names = new Set(labels.map((label) => label.toLowerCase()));
  return repoRules(rules).filter((rule) => {
    const place = placeOfRule(rule, host);
    if (!place || repoKeyOf(place) !== repo) return false;
    return rule.label === undefined || names.has(rule.label.toLowerCase());
  });
}

/** In GitHub's search syntax: open issues only, whatever the rule says else. */
export function searchOf({ query, label, assignee }: QueryRule): string {
  return [
    query,
    ...(label === undefined ? [] : [`label:${JSON.stringify(label)}`]),
    ...(assignee === undefined ? [] : [`assignee:${assignee}`]),
    'is:issue',
    'is:open',
  ].join(' ');
}

/** Names a rule where something is kept of it. */
export function nameOfRule(rule: GitHubRule): string {
  return JSON.stringify(Object.entries(rule).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
