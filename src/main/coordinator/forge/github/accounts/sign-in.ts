/** From what a person gave to accounts that GitHub takes: nothing is kept before it was asked who that is. */
import type { GitHubAccount, SignIn } from '../../../../../shared/contract-github.ts';
import { assertNever, fail, ok, type Result } from '../../../../../shared/result.ts';
import type { GitHubHost } from '../api/hosts.ts';
import { problem, type GitHubProblem } from '../api/problem.ts';
import { readApp, type Installation } from './apps.ts';
import { tokenOfGh } from './gh-cli.ts';
import { identify, kindOfToken, type Identity } from './identify.ts';
import type { Secret } from './kept.ts';
import { rightsOfPermissions } from './rights.ts';
import { openApp, openSeat, type SeatDeps } from './seat.ts';

/** Somebody GitHub knows, not yet kept. */
export interface Candidate {
  readonly secret: Secret;
  readonly identity: Identity;
  readonly kind: GitHubAccount['kind'];
}

type Found = Result<Candidate[], GitHubProblem>;

/** All accounts that an order signs in; a code to type gives them later. */
export async function findCandidates(
  order: Exclude<SignIn, { with: 'device' }>,
  host: GitHubHost,
  deps: SeatDeps,
): Promise<Found> {
  switch (order.with) {
    case 'token':
      return await candidateOf({ kind: 'token', token: order.token }, host, deps);
    case 'gh': {
      // Asked here as well, because its own words say best what is missing.
      const token = await tokenOfGh(host.name, deps.env, deps.clock);
      if (!token.ok) return fail(problem('not_signed_in', token.error));
      return await candidateOf({ kind: 'gh' }, host, deps);
    }
    case 'app':
      return await installationsOf(order, host, deps);
    default:
      return assertNever(order);
  }
}

/** Asks who it is that a secret stands for. */
export async function candidateOf(
  secret: Secret,
  host: GitHubHost,
  deps: SeatDeps,
): Promise<Found> {
  if (secret.kind === 'app') {
    const { appId, privateKey, installationId } = secret;
    return await installationsOf({ appId, privateKey, installationId }, host, deps);
  }
  let current = secret;
  const seat = openSeat(
    {
      id: 'new',
      host,
      open: () => Promise.resolve(ok(current)),
      keep: (fresh) => {
        if (fresh.kind !== 'app') current = fresh;
        return Promise.resolve();
      },
      login: () => null,
      barred: () => null,
      onOutcome: () => {},
    },
    deps,
  );
  try {
    const identity = await identify(seat.client);
    if (!identity.ok) return identity;
    const kind = secret.kind === 'token' ? kindOfToken(identity.value) : secret.kind;
    return ok([{ secret: current, identity: identity.value, kind }]);
  } finally {
    seat.close();
  }
}

interface AppOrder {
  readonly appId: string;
  readonly privateKey: string;
  readonly installationId?: number | undefined;
}

async function installationsOf(order: AppOrder, host: GitHubHost, deps: SeatDeps): Promise<Found> {
  const app = openApp(order, host, deps);
  if (!app.ok) return app;
  try {
    const read = await readApp(app.value.client, order.installationId);
    if (!read.ok) return read;
    const { slug, installations } = read.value;
    return ok(installations.map((one) => installed(order, slug, one)));
  } finally {
    app.value.close();
  }
}

function installed(
  { appId, privateKey }: AppOrder,
  slug: string,
  { id, owner, permissions }: Installation,
): Candidate {
  const rights = rightsOfPermissions(permissions);
  const login = `${slug}[bot] at ${owner}`;
  return {
    secret: { kind: 'app', appId, privateKey, installationId: id },
    identity: { login, scopes: null, rights, expiresAt: null },
    kind: 'app',
  };
}
