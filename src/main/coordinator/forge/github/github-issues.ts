/** Issues of signed-in hosts, as the rest of the coordinator asks for them: each read by the account that sees its repository. */
import type { Origin } from '../../../../shared/domain/origin.ts';
import type { ItemProblem } from '../../../../shared/import/payload.ts';
import { fail, ok, type Result } from '../../../../shared/result.ts';
import type { Forge, Issue } from '../port.ts';
import type { Accounts } from './accounts/port.ts';
import type { GitHubClient } from './api/port.ts';
import type { GitHubProblem } from './api/problem.ts';
import { placeOf, repoName } from './api/hosts.ts';
import { readIssues } from './issues/read.ts';

type Answers = Map<string, Result<Issue, ItemProblem>>;

export async function issuesAt(
  origins: readonly Origin[],
  accounts: Pick<Accounts, 'clientFor'>,
): ReturnType<Forge['issues']> {
  const answers: Answers = new Map();
  const byClient = new Map<GitHubClient, Origin[]>();
  for (const origin of origins) {
    const place = placeOf(origin.url);
    if (!place) continue;
    const client = await accounts.clientFor(place.host, repoName(place));
    if (!client.ok) answers.set(origin.url, fail(itemProblem(client.error)));
    else byClient.set(client.value, [...(byClient.get(client.value) ?? []), origin]);
  }
  await Promise.all(
    [...byClient].map(async ([client, some]) => {
      for (const [url, read] of await readIssues(client, some))
        answers.set(url, read.ok ? ok(read.value) : fail(itemProblem(read.error)));
    }),
  );
  return answers;
}

function itemProblem({ code, message }: GitHubProblem): ItemProblem {
  const isSignIn = code === 'not_signed_in' || code === 'unauthorized' || code === 'sso_required';
  return { code: isSignIn ? 'sign_in_first' : 'unreadable', message };
}
