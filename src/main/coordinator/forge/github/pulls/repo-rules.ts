/** What a repository is called and lets one do. Asked once for all its tasks that are looked at together, and conditionally. */
import type { Clock } from '../../../../../shared/clock.ts';
import { ok, type Result } from '../../../../../shared/result.ts';
import type { GitHubProblem } from '../api/problem.ts';
import type { At } from './deps.ts';
import { MERGE_METHODS, type MergeMethod } from './settings.ts';

export interface RepoRules {
  /** As GitHub names it now. */
  readonly owner: string;
  readonly repo: string;
  readonly allowsAuto: boolean;
  /** What is wished, where the repository allows it. */
  readonly method: MergeMethod;
}

export interface RulesReader {
  of(at: At, wished: MergeMethod): Promise<Result<RepoRules, GitHubProblem>>;
}

type Answer = ReturnType<typeof read>;

/** So long an answer is taken for what is: looks at tasks of one repository come in bursts. */
const FRESH_MS = 5_000;

export function createRulesReader(clock: Pick<Clock, 'monotonic'>): RulesReader {
  const known = new Map<string, { readonly answer: Answer; readonly at: number }>();
  return {
    async of(at, wished) {
      const { client, place } = at;
      const key = `${client.accountId} ${place.host}/${place.owner}/${place.repo}`;
      const now = clock.monotonic();
      const before = known.get(key);
      const isFresh = before !== undefined && now - before.at < FRESH_MS;
      const answer = isFresh ? before.answer : read(at);
      if (!isFresh) known.set(key, { answer, at: now });
      const found = await answer;
      if (!found.ok) {
        known.delete(key);
        return found;
      }
      const { allowed, ...rest } = found.value;
      const method = [wished, ...MERGE_METHODS].find((one) => allowed[one]) ?? wished;
      return ok({ ...rest, method });
    },
  };
}

async function read({ client, place }: At) {
  const { owner, repo } = place;
  const found = await client.rest('GET /repos/{owner}/{repo}', { owner, repo }, { isUrgent: true });
  if (!found.ok) return found;
  const { data } = found.value;
  const allowed: Readonly<Record<MergeMethod, boolean>> = {
    squash: data.allow_squash_merge !== false,
    merge: data.allow_merge_commit !== false,
    rebase: data.allow_rebase_merge !== false,
  };
  const named = { owner: data.owner.login, repo: data.name };
  return ok({ ...named, allowed, allowsAuto: data.allow_auto_merge === true });
}
