/** REST: what a GitHub App asks about itself, and the tokens of its installations. */
import { listIn, list, notFound, ok, refusal } from '../answer.ts';
import { type Call, type Handlers } from '../call.ts';
import { repoShape, type Shape, userShape } from '../shapes/basic.ts';
import { readableRepos } from '../sign-in/access.ts';
import { type App, type Installation, type Level, type Permissions } from '../sign-in/model.ts';
import { makeToken } from '../sign-in/tokens.ts';
import { isoTime, nodeId, type World } from '../world.ts';

const HOUR = 3_600_000;

export const appHandlers = {
  'apps/get-authenticated': (call) => {
    const app = appOf(call);
    return ok({
      ...appShape(call.context.world, app),
      installations_count: app.installations.length,
    });
  },
  'apps/list-installations': (call) =>
    list(appOf(call).installations.map((one) => installationShape(call.context.world, one))),
  'apps/get-installation': (call) =>
    ok(installationShape(call.context.world, installationOf(call))),
  'apps/get-repo-installation': (call) => {
    const { owner, id } = call.repo;
    const found = appOf(call).installations.find(
      (one) => one.account === owner && (one.repos === null || one.repos.has(id)),
    );
    if (!found) throw notFound();
    return ok(installationShape(call.context.world, found));
  },
  'apps/create-installation-access-token': (call) => {
    const { world } = call.context;
    const installation = installationOf(call);
    if (installation.isSuspended) throw refusal(403, 'This installation has been suspended');
    const { permissions: wanted, repositories: names } = call.body ?? {};
    const has = installation.app.permissions;
    const permissions = (wanted as Permissions | undefined) ?? has;
    if (!Object.entries(permissions).every(([name, level]) => covers(has[name], level))) {
      throw refusal(422, 'The permissions requested are not granted to this installation.');
    }
    const all = reposOf(world, installation);
    const repos = names ? all.filter((repo) => names.includes(repo.name)) : null;
    if (names && repos?.length !== names.length) {
      throw refusal(
        422,
        'There is at least one repository that does not exist or is not accessible to the parent installation.',
      );
    }
    const ids = repos ? new Set(repos.map(({ id }) => id)) : installation.repos;
    const token = makeToken(world, installation.app.bot, {
      prefix: 'ghs',
      may: { kind: 'permissions', permissions, repos: ids },
      installation,
      expiresAt: world.now() + HOUR,
    });
    return ok(
      {
        token: token.value,
        expires_at: isoTime(world.now() + HOUR),
        permissions,
        repository_selection: ids === null ? 'all' : 'selected',
        ...(repos && { repositories: repos.map((repo) => repoShape(world, repo)) }),
      },
      201,
    );
  },
  'apps/list-repos-accessible-to-installation': (call) => {
    const { caller, context } = call;
    if (caller.kind !== 'token' || !caller.installation) {
      throw refusal(
        403,
        'You must authenticate with an installation access token in order to list repositories for an installation.',
      );
    }
    const inside = readableRepos(context.world, caller).filter(
      (repo) => repo.owner === caller.installation?.account,
    );
    const selection = caller.installation.repos === null ? 'all' : 'selected';
    return listIn(
      inside.map((repo) => repoShape(context.world, repo)),
      'repositories',
      {
        repository_selection: selection,
      },
    );
  },
  'apps/revoke-installation-access-token': (call) => {
    if (call.caller.kind === 'token') call.caller.token.isRevoked = true;
    return { status: 204 };
  },
} satisfies Handlers;

function appOf(call: Pick<Call, 'caller'>): App {
  if (call.caller.kind !== 'app') throw refusal(401, 'A JSON web token could not be decoded');
  return call.caller.app;
}

function installationOf(call: Pick<Call, 'caller' | 'params'>): Installation {
  const id = Number(call.params['installation_id']);
  const found = appOf(call).installations.find((one) => one.id === id);
  if (!found) throw notFound();
  return found;
}

function reposOf(world: World, installation: Installation) {
  return [...world.repos.values()].filter(
    (repo) =>
      repo.owner === installation.account &&
      !repo.isGone &&
      (installation.repos === null || installation.repos.has(repo.id)),
  );
}

function covers(has: Level | undefined, wanted: Level): boolean {
  const levels: (Level | undefined)[] = [undefined, 'read', 'write', 'admin'];
  return levels.indexOf(has) >= levels.indexOf(wanted);
}

function appShape(world: World, app: App): Shape {
  return {
    id: app.id,
    slug: app.slug,
    node_id: nodeId('app', app.id),
    client_id: app.clientId,
    owner: userShape(world, app.owner),
    name: app.name,
    description: null,
    external_url: world.at.web,
    html_url: `${world.at.web}/apps/${app.slug}`,
    created_at: isoTime(app.createdAt),
    updated_at: isoTime(app.createdAt),
    permissions: app.permissions,
    events: app.events,
  };
}

function installationShape(world: World, installation: Installation): Shape {
  const { app, id, account } = installation;
  const at = isoTime(installation.createdAt);
  return {
    id,
    account: userShape(world, account),
    repository_selection: installation.repos === null ? 'all' : 'selected',
    access_tokens_url: `${world.at.api}/app/installations/${String(id)}/access_tokens`,
    repositories_url: `${world.at.api}/installation/repositories`,
    html_url: `${world.at.web}/settings/installations/${String(id)}`,
    app_id: app.id,
    client_id: app.clientId,
    app_slug: app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: app.permissions,
    events: app.events,
    created_at: at,
    updated_at: at,
    single_file_name: null,
    suspended_by: installation.isSuspended ? userShape(world, account) : null,
    suspended_at: installation.isSuspended ? at : null,
  };
}
