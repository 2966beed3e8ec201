/** REST: repositories, branches, refs, and who the caller is. */
import { refsMoved } from '../acts/pushes.ts';
import { list, notFound, ok, refusal } from '../answer.ts';
import { actor, type Call, type Handlers } from '../call.ts';
import { git, headOf, tryGit } from '../git.ts';
import { type Protection, type Repo } from '../model.ts';
import { repoApiUrl, repoShape, repoWebUrl, type Shape, userShape } from '../shapes/basic.ts';
import { hasRole, readableRepos, roleOf } from '../sign-in/access.ts';
import { isoTime, nodeId, userNamed, type World } from '../world.ts';

export const repoHandlers = {
  'repos/get': (call) => {
    const { world } = call.context;
    const { repo } = call;
    const role = call.caller.kind === 'nobody' ? 'read' : roleOf(repo, call.caller.user);
    return ok({
      ...repoShape(world, repo),
      permissions: permissionsOf(role),
      temp_clone_token: '',
      allow_merge_commit: repo.allows.merge,
      allow_squash_merge: repo.allows.squash,
      allow_rebase_merge: repo.allows.rebase,
      allow_auto_merge: repo.allows.autoMerge,
      delete_branch_on_merge: repo.deletesMergedBranches,
      network_count: 0,
      subscribers_count: 1,
    });
  },
  'repos/list-for-authenticated-user': (call) => {
    const me = actor(call);
    const mine = readableRepos(call.context.world, call.caller);
    const { sort, direction } = call.query;
    const byName = (a: Repo, b: Repo) => a.name.localeCompare(b.name);
    const byTime = (a: Repo, b: Repo) =>
      sort === 'pushed' ? b.pushedAt - a.pushedAt : b.updatedAt - a.updatedAt;
    const isByName = sort === undefined || sort === 'full_name';
    const sorted = mine.toSorted(isByName ? byName : byTime);
    const repos = direction === 'asc' && !isByName ? sorted.toReversed() : sorted;
    return list(
      repos.map((repo) => ({
        ...repoShape(call.context.world, repo),
        permissions: permissionsOf(roleOf(repo, me)),
      })),
    );
  },
  'repos/get-collaborator-permission-level': (call) => {
    const user = userNamed(call.context.world, call.params['username'] ?? '');
    const role = roleOf(call.repo, user);
    const permission = role === 'triage' ? 'read' : role;
    return ok({ permission, role_name: role, user: userShape(call.context.world, user) });
  },
  'users/get-authenticated': (call) => {
    if (call.caller.kind === 'token' && call.caller.installation) {
      throw refusal(403, 'Resource not accessible by integration');
    }
    return ok(wholeUser(call.context.world, actor(call).login));
  },
  'users/get-by-username': (call) => {
    const login = call.params['username'] ?? '';
    if (!call.context.world.users.has(login.toLowerCase())) throw notFound();
    return ok(wholeUser(call.context.world, login));
  },
} satisfies Handlers;

export const refHandlers = {
  'repos/list-branches': (call) => {
    const names = [...call.repo.refs].filter(([ref]) => ref.startsWith('refs/heads/'));
    const url = `${repoApiUrl(call.context.world, call.repo)}/commits`;
    const branches = names.map(([ref, sha]) => {
      const name = ref.slice('refs/heads/'.length);
      return {
        name,
        commit: { sha, url: `${url}/${sha}` },
        protected: call.repo.protections.has(name),
      };
    });
    return list(branches);
  },
  'repos/get-branch': async (call) => ok(await branchShape(call, call.params['branch'] ?? '')),
  'repos/get-branch-protection': (call) => {
    const branch = call.params['branch'] ?? '';
    const rules = call.repo.protections.get(branch);
    if (!rules) throw refusal(404, 'Branch not protected');
    return ok(protectionShape(call, branch, rules));
  },
  'repos/update-branch-protection': (call) => {
    const branch = call.params['branch'] ?? '';
    if (!hasRole(call.repo, actor(call), 'admin')) throw notFound();
    const { required_status_checks: checks, required_pull_request_reviews: reviews } = call.body;
    const rules = {
      checks: checks?.checks?.map((one) => one.context) ?? checks?.contexts ?? [],
      strict: checks?.strict ?? false,
      approvals: reviews?.required_approving_review_count ?? 0,
    };
    call.repo.protections.set(branch, rules);
    return ok(protectionShape(call, branch, rules));
  },
  'repos/delete-branch-protection': (call) => {
    call.repo.protections.delete(call.params['branch'] ?? '');
    return { status: 204 };
  },
  'git/get-ref': (call) => {
    const ref = `refs/${call.params['ref'] ?? ''}`;
    const sha = call.repo.refs.get(ref);
    if (sha === undefined) throw notFound();
    return ok(refShape(call, ref, sha));
  },
  'git/list-matching-refs': (call) => {
    const start = `refs/${call.params['ref'] ?? ''}`;
    const found = [...call.repo.refs].filter(([ref]) => ref.startsWith(start));
    return list(found.map(([ref, sha]) => refShape(call, ref, sha)));
  },
  'git/create-ref': async (call) => {
    const { ref, sha } = call.body;
    if (call.repo.refs.has(ref)) throw refusal(422, 'Reference already exists');
    const made = await tryGit(call.repo.dir, 'update-ref', ref, sha, '0'.repeat(40));
    if (made.code !== 0) throw refusal(422, 'Object does not exist');
    await refsMoved(call.context, call.repo, actor(call));
    return ok(refShape(call, ref, sha), 201);
  },
  'git/delete-ref': async (call) => {
    const ref = `refs/${call.params['ref'] ?? ''}`;
    if (!call.repo.refs.has(ref)) throw refusal(422, 'Reference does not exist');
    if (call.repo.protections.has(ref.replace('refs/heads/', ''))) {
      throw refusal(422, 'Cannot delete this protected branch');
    }
    await git(call.repo.dir, 'update-ref', '-d', ref);
    await refsMoved(call.context, call.repo, actor(call));
    return { status: 204 };
  },
} satisfies Handlers;

type Seen = Pick<Call, 'context' | 'repo'>;

function permissionsOf(role: string): Shape {
  const roles = ['read', 'triage', 'write', 'admin'];
  const reaches = (least: string) => roles.indexOf(role) >= roles.indexOf(least);
  const [admin, push, triage, pull] = ['admin', 'write', 'triage', 'read'].map(reaches);
  return { admin, maintain: admin, push, triage, pull };
}

export function wholeUser(world: World, login: string): Shape {
  const user = userNamed(world, login);
  const nothing = {
    blog: '',
    company: null,
    email: null,
    hireable: null,
    location: null,
    bio: null,
  };
  return {
    ...userShape(world, user),
    name: user.login,
    ...nothing,
    ...{ public_repos: 0, public_gists: 0, followers: 0, following: 0 },
    created_at: '2020-01-01T00:00:00Z',
    updated_at: '2020-01-01T00:00:00Z',
    ...{ private_gists: 0, total_private_repos: 0, owned_private_repos: 0 },
    ...{ disk_usage: 0, collaborators: 0, two_factor_authentication: true },
  };
}

function refShape({ context, repo }: Seen, ref: string, sha: string): Shape {
  const url = `${repoApiUrl(context.world, repo)}/git`;
  return {
    ref,
    node_id: nodeId('repo', repo.id),
    url: `${url}/${ref}`,
    object: { type: 'commit', sha, url: `${url}/commits/${sha}` },
  };
}

async function branchShape({ context, repo }: Seen, name: string): Promise<Shape> {
  const sha = headOf(repo, name);
  if (sha === undefined) throw refusal(404, 'Branch not found');
  const { world } = context;
  const url = `${repoApiUrl(world, repo)}/commits/${sha}`;
  const web = `${repoWebUrl(world, repo)}/commit/${sha}`;
  const format = '%an%x00%ae%x00%ct%x00%T%x00%B';
  const log = await git(repo.dir, 'log', '-1', `--format=${format}`, sha);
  const [author = '', email = '', seconds = '0', tree = '', message = ''] = log.split('\0');
  const person = { name: author, email, date: isoTime(Number(seconds) * 1000) };
  const unsigned = { verified: false, reason: 'unsigned', signature: null, payload: null };
  const rules = repo.protections.get(name);
  const self = `${repoApiUrl(world, repo)}/branches/${name}`;
  return {
    name,
    commit: {
      sha,
      node_id: nodeId('repo', repo.id),
      url,
      html_url: web,
      comments_url: `${url}/comments`,
      commit: {
        url,
        author: person,
        committer: person,
        message: message.trim(),
        comment_count: 0,
        tree: { sha: tree, url },
        verification: { ...unsigned, verified_at: null },
      },
      author: null,
      committer: null,
      parents: [],
    },
    _links: { self, html: `${repoWebUrl(world, repo)}/tree/${name}` },
    protected: rules !== undefined,
    protection: rules
      ? {
          enabled: true,
          required_status_checks: {
            enforcement_level: 'everyone',
            contexts: rules.checks,
            checks: rules.checks.map((check) => ({ context: check, app_id: null })),
          },
        }
      : { enabled: false },
    protection_url: `${self}/protection`,
  };
}

function protectionShape({ context, repo }: Seen, branch: string, rules: Protection): Shape {
  const url = `${repoApiUrl(context.world, repo)}/branches/${branch}/protection`;
  return {
    url,
    required_status_checks: {
      url: `${url}/required_status_checks`,
      strict: rules.strict,
      contexts: rules.checks,
      contexts_url: `${url}/required_status_checks/contexts`,
      checks: rules.checks.map((name) => ({ context: name, app_id: null })),
    },
    enforce_admins: { url: `${url}/enforce_admins`, enabled: true },
    ...(rules.approvals > 0 && {
      required_pull_request_reviews: {
        url: `${url}/required_pull_request_reviews`,
        dismiss_stale_reviews: false,
        require_code_owner_reviews: false,
        required_approving_review_count: rules.approvals,
      },
    }),
  };
}
