/** GitHub over the API: who is signed in, what they may do, and how many requests are left. No answer holds a secret. */
import type { GITHUB_OPERATIONS, GitHubAccount } from '../../../shared/contract-github.ts';
import { OPERATIONS } from '../../../shared/contract.ts';
import { rejection, type Rejection } from '../../../shared/errors.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Accounts } from '../forge/github/accounts/port.ts';
import type { GitHubProblem } from '../forge/github/api/problem.ts';
import type { Routes } from './rest.ts';
import { route } from './route.ts';

export interface GitHubDeps {
  readonly github: { readonly accounts: Accounts };
}

type GitHubRoutes = Pick<Routes, keyof typeof GITHUB_OPERATIONS>;

export function githubRoutes({ github: { accounts } }: GitHubDeps): GitHubRoutes {
  return {
    'github.accounts': route(OPERATIONS['github.accounts'], async ({ check }) => {
      const list = check === 'true' ? await accounts.check() : accounts.list();
      return ok({ accounts: [...list] });
    }),
    'github.sign_in': route(OPERATIONS['github.sign_in'], async ({ order }) =>
      answerOf(await accounts.signIn(order)),
    ),
    'github.device_status': route(OPERATIONS['github.device_status'], ({ id }) => {
      const status = accounts.deviceStatus(id);
      return status
        ? ok(status)
        : fail(rejection('not_found', `no code waits under ${id}. Sign in again`));
    }),
    'github.sign_out': route(OPERATIONS['github.sign_out'], async ({ id }) =>
      removed(await accounts.signOut(id), id),
    ),
    'github.budget': route(OPERATIONS['github.budget'], () =>
      ok({ budgets: [...accounts.budget()] }),
    ),
  };
}

/** What GitHub answered, or its refusal as one of the API. */
export function answerOf<T>(result: Result<T, GitHubProblem>): Result<T> {
  return result.ok ? result : fail(rejectionOf(result.error));
}

function removed(
  account: GitHubAccount | undefined,
  id: string,
): Result<{ removed: GitHubAccount }> {
  if (account) return ok({ removed: account });
  return fail(rejection('not_found', `nobody is signed in under ${id}: see koubou github status`));
}

function rejectionOf({ code, message, retryAt }: GitHubProblem): Rejection {
  const details = { github: code, ...(retryAt !== null && { retryAt }) };
  return rejection(codeOf(code), message, details);
}

function codeOf(code: GitHubProblem['code']): Rejection['code'] {
  switch (code) {
    case 'not_signed_in':
      return 'sign_in_required';
    case 'rate_limited':
    case 'secondary_limit':
      return 'forge_limited';
    case 'server_error':
    case 'timed_out':
    case 'unreachable':
    case 'tls':
    case 'not_github':
    case 'too_large':
      return 'forge_unreachable';
    case 'aborted':
      return 'shutting_down';
    default:
      return 'forge_refused';
  }
}
