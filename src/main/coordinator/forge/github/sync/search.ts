/** Asks what a rule's search finds now, and notes what is new in it and what is in it no more. */
import { ok, type Result } from '../../../../../shared/result.ts';
import type { Accounts } from '../accounts/port.ts';
import type { GitHubProblem } from '../api/problem.ts';
import { issueKeyOf } from './keys.ts';
import { nameOfRule, searchOf, type QueryRule } from './rules.ts';

export interface SearchDeps {
  readonly accounts: Pick<Accounts, 'clientFor'>;
  readonly host: () => string;
  readonly seen: (url: string) => void;
}

export interface Searches {
  look(rule: QueryRule): Promise<Result<null, GitHubProblem>>;
  /** Whether the rule found that issue when it was asked last; `undefined`: it was not asked yet. */
  finds(rule: QueryRule, key: string): boolean | undefined;
}

const ROUTE = 'GET /search/issues';
const PAGE = 100;

export function createSearches({ accounts, host, seen }: SearchDeps): Searches {
  const results = new Map<string, ReadonlyMap<string, string>>();

  return {
    async look(rule) {
      const client = await accounts.clientFor(host());
      if (!client.ok) return client;
      const found = new Map<string, string>();
      const params = { q: searchOf(rule), sort: 'updated', per_page: PAGE } as const;
      let answer = await client.value.rest(ROUTE, params);
      // GitHub shows a thousand of what it finds, which ends this.
      while (answer.ok) {
        for (const { html_url: url } of answer.value.data.items) {
          const key = issueKeyOf(url);
          if (key !== null) found.set(key, url);
        }
        const { nextPage } = answer.value;
        if (nextPage === null) break;
        answer = await client.value.page(ROUTE, nextPage);
      }
      if (!answer.ok) return answer;
      const name = nameOfRule(rule);
      const before = results.get(name) ?? new Map<string, string>();
      results.set(name, found);
      for (const [key, url] of [...found, ...before])
        if (found.has(key) !== before.has(key)) seen(url);
      return ok(null);
    },
    finds: (rule, key) => results.get(nameOfRule(rule))?.has(key),
  };
}
