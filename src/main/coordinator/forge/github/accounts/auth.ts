/** The token of one account, whatever it is made of: kept, asked of `gh`, made for an App, or renewed; one renewal at a time. */
import type { Clock } from '../../../../../shared/clock.ts';
import { assertNever, fail, ok, type Result } from '../../../../../shared/result.ts';
import type { Auth } from '../api/caller.ts';
import type { GitHubHost } from '../api/hosts.ts';
import { problem, type GitHubProblem } from '../api/problem.ts';
import type { InstallationToken } from './apps.ts';
import type { Secret } from './kept.ts';
import type { Fresh } from './oauth.ts';

export interface AuthDeps {
  readonly host: GitHubHost;
  readonly clock: Clock;
  /** What is kept of it; opened when it is first needed. */
  readonly open: () => Promise<Result<Secret, string>>;
  readonly keep: (secret: Secret) => Promise<void>;
  readonly askGh: () => Promise<Result<string, string>>;
  readonly makeInstallationToken: (
    app: Secret & { kind: 'app' },
  ) => Promise<Result<InstallationToken, GitHubProblem>>;
  readonly refresh: (device: Secret & { kind: 'device' }) => Promise<Result<Fresh, GitHubProblem>>;
}

interface Token {
  readonly token: string;
  /** Epoch ms; `null`: it does not end. */
  readonly expiresAt: number | null;
}

type Answer = Result<Token, GitHubProblem>;

/** Renewed so long before they end: no request under way meets the end. */
const EARLY_MS = 5 * 60_000;

export interface AccountAuth extends Auth {
  /** What is kept is another one now. */
  reset(): void;
}

export function createAuth(deps: AuthDeps): AccountAuth {
  const { clock } = deps;
  let current: Token | undefined;
  let underWay: Promise<Answer> | undefined;

  async function get(isRenewal: boolean): Promise<Answer> {
    const mine = (underWay ??= make(deps, isRenewal));
    try {
      const made = await mine;
      if (made.ok && underWay === mine) current = made.value;
      return made;
    } finally {
      if (underWay === mine) underWay = undefined;
    }
  }

  return {
    async token() {
      const isGood =
        current && (current.expiresAt === null || current.expiresAt - EARLY_MS > clock.now());
      const answer = isGood && current ? ok(current) : await get(false);
      return answer.ok ? ok(answer.value.token) : answer;
    },
    async renew(refused) {
      // Somebody else's request may have been refused first.
      if (current && current.token !== refused) return true;
      const made = await get(true);
      return made.ok && made.value.token !== refused;
    },
    reset() {
      current = undefined;
      underWay = undefined;
    },
  };
}

async function make(deps: AuthDeps, isRenewal: boolean): Promise<Answer> {
  const { host, clock } = deps;
  const secret = await deps.open();
  if (!secret.ok) {
    const message = `the account at ${host.name} cannot be used: ${secret.error}. Or sign in again: koubou github sign-in --host ${host.name}`;
    // Not a refusal of GitHub's: a keychain may be unlocked later.
    return fail(problem('not_signed_in', message));
  }
  const { value } = secret;
  switch (value.kind) {
    case 'token':
      return ok({ token: value.token, expiresAt: null });
    case 'gh': {
      const token = await deps.askGh();
      return token.ok
        ? ok({ token: token.value, expiresAt: null })
        : fail(problem('unauthorized', token.error));
    }
    case 'app':
      return await deps.makeInstallationToken(value);
    case 'device': {
      const { refreshToken, expiresAt, token } = value;
      const isOver = expiresAt !== null && expiresAt - EARLY_MS <= clock.now();
      if (refreshToken === null || !(isRenewal || isOver)) return ok({ token, expiresAt });
      const fresh = await deps.refresh(value);
      if (!fresh.ok) return fresh;
      // Kept before it is used: GitHub takes each token for renewing once.
      await deps.keep({ ...value, ...fresh.value });
      return ok(fresh.value);
    }
    default:
      return assertNever(value);
  }
}
