/** Issues that a search at GitHub finds, page after page: for `koubou github issues` and `koubou import --search`. */
import type { FoundIssue } from '../shared/contract-github-issues.ts';
import { OPERATIONS } from '../shared/contract.ts';
import type { Session } from './session.ts';

export interface SearchOptions {
  readonly search?: string;
  readonly label?: string[];
}

export interface Found {
  readonly issues: readonly FoundIssue[];
  /** How many there are at GitHub. */
  readonly total: number;
}

/** @param repo `acme/shop`, or its address; `undefined`: wherever the account may look */
export async function searchIssues(
  { client }: Session,
  repo: string | undefined,
  { search = '', label = [] }: SearchOptions,
  most: number,
): Promise<Found> {
  const query = [search, ...label.map((name) => `label:${JSON.stringify(name)}`)].join(' ').trim();
  const issues: FoundIssue[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await client.call(OPERATIONS['github.issues'], { repo, query, cursor });
    issues.push(...page.issues);
    cursor = page.nextCursor ?? undefined;
    if (cursor === undefined || issues.length >= most)
      return { issues: issues.slice(0, most), total: page.total };
  }
}
