/** What a caller may see and do, and GitHub's words for refusing the rest. */
import { notFound, refusal, type Refusal } from '../answer.ts';
import { type Caller } from '../context.ts';
import { type Repo, type Role, type User } from '../model.ts';
import { type OperationId } from '../openapi.ts';
import { type World } from '../world.ts';
import { type Level } from './model.ts';

const ROLES: Role[] = ['none', 'read', 'triage', 'write', 'admin'];

export function roleOf(repo: Repo, user: User): Role {
  if (user.id === repo.owner.id) return 'admin';
  return repo.roles.get(user.login.toLowerCase()) ?? 'write';
}

export function hasRole(repo: Repo, user: User, least: Role): boolean {
  return ROLES.indexOf(roleOf(repo, user)) >= ROLES.indexOf(least);
}

export function mayRead(caller: Caller, repo: Repo): boolean {
  if (caller.kind !== 'token') return !repo.isPrivate;
  const { may } = caller.token;
  if (may.kind === 'permissions' && may.repos !== null && !may.repos.has(repo.id)) {
    return !repo.isPrivate && caller.installation === null;
  }
  if (!repo.isPrivate) return true;
  if (may.kind === 'scopes' && !may.scopes.includes('repo')) return false;
  return caller.installation !== null || hasRole(repo, caller.user, 'read');
}

/** Every repository that a caller's own lists hold. */
export function readableRepos(world: World, caller: Caller): Repo[] {
  return [...world.repos.values()].filter((repo) => !repo.isGone && mayRead(caller, repo));
}

export interface Need {
  /** GitHub's name of the permission; null: being signed in is enough. */
  permission: string | null;
  level: Level;
}

/** What an operation asks of a fine-grained token, by its name and whether it only reads. */
export function needOf(operation: OperationId, isRead: boolean): Need {
  const level = isRead ? 'read' : 'write';
  const special = SPECIAL[operation];
  if (special !== undefined) return { permission: special, level };
  const [group = ''] = operation.split('/');
  return { permission: GROUPS[group] ?? null, level };
}

const GROUPS: Record<string, string> = {
  issues: 'issues',
  pulls: 'pull_requests',
  git: 'contents',
  checks: 'checks',
};

const SPECIAL: Partial<Record<OperationId, string | null>> = {
  'issues/list': null,
  'pulls/merge': 'contents',
  'repos/get': 'metadata',
  'repos/list-branches': 'contents',
  'repos/get-branch': 'contents',
  'repos/get-branch-protection': 'administration',
  'repos/update-branch-protection': 'administration',
  'repos/delete-branch-protection': 'administration',
  'repos/get-collaborator-permission-level': 'metadata',
  'repos/get-combined-status-for-ref': 'statuses',
  'repos/list-commit-statuses-for-ref': 'statuses',
  'repos/create-commit-status': 'statuses',
  'repos/list-webhooks': 'repository_hooks',
  'repos/get-webhook': 'repository_hooks',
  'repos/create-webhook': 'repository_hooks',
  'repos/update-webhook': 'repository_hooks',
  'repos/delete-webhook': 'repository_hooks',
  'repos/ping-webhook': 'repository_hooks',
};

/** The refusal, if the caller may not do this in the repository. `isPull`: on a pull request by way of its issue. */
export function refusalOf(caller: Caller, repo: Repo, need: Need, isPull: boolean): Refusal | null {
  if (!mayRead(caller, repo)) return notFound();
  if (caller.kind === 'nobody') {
    return need.level === 'read' ? null : refusal(401, 'Requires authentication');
  }
  if (caller.kind === 'app') return refusal(403, 'Resource not accessible by integration');
  const { may } = caller.token;
  if (may.kind === 'scopes') return scopeRefusal(may.scopes, caller.user, repo, need);
  const kinds =
    need.permission === 'issues' && isPull ? ['issues', 'pull_requests'] : [need.permission];
  const isOutside = may.repos !== null && !may.repos.has(repo.id);
  const isEnough = kinds.some(
    (kind) => kind === null || kind === 'metadata' || reaches(may.permissions[kind], need.level),
  );
  const isPublicRead =
    !repo.isPrivate && need.level === 'read' && need.permission !== 'administration';
  const hasRight = caller.installation !== null || rightOf(repo, caller.user, need);
  if ((isEnough && !isOutside && hasRight) || (isPublicRead && caller.installation === null))
    return null;
  const accepted = kinds.map((kind) => `${kind ?? 'metadata'}=${need.level}`).join('; ');
  const who = caller.installation ? 'integration' : 'personal access token';
  return refusal(403, `Resource not accessible by ${who}`, {
    'x-accepted-github-permissions': accepted,
  });
}

function scopeRefusal(scopes: string[], user: User, repo: Repo, need: Need): Refusal | null {
  if (need.level === 'read' && need.permission !== 'repository_hooks') return null;
  const isHook = need.permission === 'repository_hooks';
  const wanted = [
    ...(repo.isPrivate ? ['repo'] : ['repo', 'public_repo']),
    ...(isHook ? ['admin:repo_hook'] : []),
  ];
  // GitHub hides what a token without the scope asks for.
  if (!wanted.some((scope) => scopes.includes(scope))) return notFound();
  return rightOf(repo, user, need)
    ? null
    : refusal(403, 'Must have write access to the repository.');
}

function rightOf(repo: Repo, user: User, need: Need): boolean {
  if (need.level === 'read') return hasRole(repo, user, 'read');
  const isTalk = need.permission === 'issues' || need.permission === 'pull_requests';
  const isRun = need.permission === 'administration';
  return hasRole(repo, user, isTalk ? 'read' : isRun ? 'admin' : 'write');
}

function reaches(has: Level | undefined, wanted: Level): boolean {
  const levels: (Level | undefined)[] = [undefined, 'read', 'write', 'admin'];
  return levels.indexOf(has) >= levels.indexOf(wanted);
}
