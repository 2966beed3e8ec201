/** Issues about sign-ins at GitHub, all labelled `session-timeout`; used through the port of `gateway/sessions/session-issues.ts`. */
import { fail, ok, type Result } from '../../../../shared/result.ts';
import type { Accounts } from './accounts/port.ts';
import type { GitHubClient } from './api/port.ts';
import type { GitHubProblem } from './api/problem.ts';

const LABEL = 'session-timeout';
/** More open issues with that label nobody has. */
const MOST = 100;

interface At {
  readonly client: GitHubClient;
  readonly place: { readonly owner: string; readonly repo: string };
}

/** @param host where the repositories are: `github.com` */
export function sessionDesk(accounts: Pick<Accounts, 'clientFor'>, host: () => string) {
  async function at<T>(
    repository: string,
    ask: (at: At) => Promise<Result<T, GitHubProblem>>,
  ): Promise<Result<T, string>> {
    const client = await accounts.clientFor(host(), repository);
    if (!client.ok) return fail(client.error.message);
    const [owner = '', repo = ''] = repository.split('/');
    const answer = await ask({ client: client.value, place: { owner, repo } });
    return answer.ok ? answer : fail(answer.error.message);
  }

  return {
    find: (repository: string, mark: string) =>
      at(repository, async ({ client, place }) => {
        const listed = await client.rest(
          'GET /repos/{owner}/{repo}/issues',
          { ...place, labels: LABEL, state: 'open', per_page: MOST },
          { isFresh: true },
        );
        if (!listed.ok) return listed;
        const found = listed.value.data.find(({ body }) => body?.includes(mark) === true);
        return ok(found ? found.number : null);
      }),
    open: (repository: string, { title, body }: { title: string; body: string }) =>
      at(repository, async ({ client, place }) => {
        const made = await client.rest('POST /repos/{owner}/{repo}/issues', {
          ...{ ...place, title, body, labels: [LABEL] },
        });
        return made.ok ? ok(made.value.data.number) : made;
      }),
    isOpen: (repository: string, issue_number: number) =>
      at(repository, async ({ client, place }) => {
        const route = 'GET /repos/{owner}/{repo}/issues/{issue_number}';
        const read = await client.rest(route, { ...place, issue_number });
        if (read.ok) return ok(read.value.data.state === 'open');
        // Whoever deleted it wants it gone, as if it were closed.
        const { code } = read.error;
        return code === 'gone' || code === 'not_found' ? ok(false) : read;
      }),
    turn: (repository: string, issue_number: number, to: 'open' | 'closed', why: string) =>
      at(repository, async ({ client, place }) => {
        const route = 'PATCH /repos/{owner}/{repo}/issues/{issue_number}';
        const order = { ...place, issue_number, state: to };
        const turned = await client.rest(route, order, { marker: 'state' });
        // Whoever deleted it wants to hear no more of it.
        const isGone = !turned.ok && ['gone', 'not_found'].includes(turned.error.code);
        if (!turned.ok) return isGone ? ok(null) : turned;
        const comments = 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments';
        const said = await client.rest(comments, { ...place, issue_number, body: why });
        return said.ok ? ok(null) : said;
      }),
  };
}
