/** REST: checks and statuses of commits, search, and the caller's own limits. */
import { addStatus, latestStatuses, setCheckRun } from '../acts/checks.ts';
import { mergeWaiting } from '../acts/merging.ts';
import { type Answer, list, listIn, notFound, ok, refusal } from '../answer.ts';
import { actor, type Call, type Handlers } from '../call.ts';
import { accountOf } from '../context.ts';
import { tryGit } from '../git.ts';
import { type CheckRun } from '../model.ts';
import { searchIssues } from '../search-query.ts';
import { issueShape, repoApiUrl, repoShape } from '../shapes/basic.ts';
import { checkRunShape, statusShape, suiteShape } from '../shapes/checks.ts';
import { readableRepos } from '../sign-in/access.ts';

export const checkHandlers = {
  'checks/list-for-ref': async (call) => {
    const commit = await commitOfRef(call);
    const { check_name: name, status } = call.query;
    const runs = call.repo.checkRuns.filter(
      (run) =>
        run.commit === commit &&
        (name === undefined || run.name === name) &&
        (status === undefined || run.status === status),
    );
    return listIn(
      runs.map((run) => checkRunShape(call.context.world, call.repo, run)),
      'check_runs',
    );
  },
  'checks/list-suites-for-ref': async (call) => {
    const commit = await commitOfRef(call);
    const runs = call.repo.checkRuns.filter((run) => run.commit === commit);
    const suites = new Map(runs.map((run) => [run.suiteId, run]));
    const shapes = [...suites.values()].map((run) =>
      suiteShape(call.context.world, call.repo, run),
    );
    return listIn(shapes, 'check_suites');
  },
  'checks/get': (call) => {
    const run = call.repo.checkRuns.find((one) => one.id === Number(call.params['check_run_id']));
    if (!run) throw notFound();
    return ok(checkRunShape(call.context.world, call.repo, run));
  },
  'checks/create': async (call) => {
    const { name, head_sha: commit, details_url: detailsUrl } = call.body;
    const { status, conclusion } = call.body as Partial<Pick<CheckRun, 'status' | 'conclusion'>>;
    const run = setCheckRun(call.context, call.repo, actor(call), {
      name,
      commit,
      status: status ?? (conclusion ? 'completed' : 'queued'),
      conclusion: conclusion ?? null,
      detailsUrl: detailsUrl ?? null,
    });
    await mergeWaiting(call.context, call.repo);
    return ok(checkRunShape(call.context.world, call.repo, run), 201);
  },
  'checks/update': async (call) => {
    const run = call.repo.checkRuns.find((one) => one.id === Number(call.params['check_run_id']));
    if (!run) throw notFound();
    const { status, conclusion } = (call.body ?? {}) as Partial<CheckRun>;
    const { name, commit } = run;
    const given = { status: status ?? (conclusion ? 'completed' : run.status), conclusion };
    setCheckRun(call.context, call.repo, actor(call), {
      name,
      commit,
      ...given,
      conclusion: conclusion ?? null,
    });
    await mergeWaiting(call.context, call.repo);
    return ok(checkRunShape(call.context.world, call.repo, run));
  },
  'repos/get-combined-status-for-ref': async (call) => {
    const { world } = call.context;
    const sha = await commitOfRef(call);
    const all = latestStatuses(call.repo, sha);
    const isBad = all.some(({ state }) => state === 'failure' || state === 'error');
    const isGood = all.length > 0 && all.every(({ state }) => state === 'success');
    const url = `${repoApiUrl(world, call.repo)}/commits/${sha}`;
    return listIn(
      all.map((status) => statusShape(world, call.repo, status)),
      'statuses',
      {
        state: isBad ? 'failure' : isGood ? 'success' : 'pending',
        sha,
        repository: repoShape(world, call.repo),
        commit_url: url,
        url: `${url}/status`,
      },
    );
  },
  'repos/list-commit-statuses-for-ref': async (call) => {
    const sha = await commitOfRef(call);
    const all = call.repo.statuses.filter(({ commit }) => commit === sha).toReversed();
    return list(all.map((status) => statusShape(call.context.world, call.repo, status)));
  },
  'repos/create-commit-status': async (call) => {
    const { state, context, description, target_url: targetUrl } = call.body;
    const status = addStatus(call.context, call.repo, actor(call), {
      commit: call.params['sha'] ?? '',
      context: context ?? 'default',
      state,
      description: description ?? null,
      targetUrl: targetUrl ?? null,
    });
    await mergeWaiting(call.context, call.repo);
    return ok(statusShape(call.context.world, call.repo, status), 201);
  },
} satisfies Handlers;

export const searchHandlers = {
  'search/issues-and-pull-requests': (call) => {
    const { world } = call.context;
    const { q = '', sort, order } = call.query;
    const sorting = sort === undefined ? '' : ` sort:${sort}-${order ?? 'desc'}`;
    const me = call.caller.kind === 'nobody' ? '' : call.caller.user.login;
    const found = searchIssues(readableRepos(world, call.caller), q + sorting, me);
    const isFine = call.caller.kind === 'token' && call.caller.token.may.kind === 'permissions';
    if (isFine && !found.saysKind) {
      throw refusal(422, "Query must include 'is:issue' or 'is:pull-request'");
    }
    if (found.missing.length > 0 && found.issues.length === 0) {
      throw refusal(
        422,
        'The listed users and repositories cannot be searched either because the resources do not exist or you do not have permission to view them.',
      );
    }
    // GitHub searches on only a thousand.
    const shapes = found.issues
      .slice(0, 1000)
      .map((issue) => ({ ...issueShape(world, issue), score: 1 }));
    return listIn(shapes, 'items', { incomplete_results: false, search_type: 'lexical' });
  },
  'rate-limit/get': (call): Answer => {
    const account = accountOf(call.caller);
    const of = (resource: 'core' | 'search' | 'graphql') => call.ledger.budget(account, resource);
    const core = of('core');
    const resources = { core, search: of('search'), graphql: of('graphql') };
    return ok({ resources, rate: core });
  },
} satisfies Handlers;

/** The commit that a branch, a tag or the beginning of a commit's own name stands for. */
async function commitOfRef(call: Pick<Call, 'repo' | 'params'>): Promise<string> {
  const { repo } = call;
  const ref = call.params['ref'] ?? '';
  const known =
    repo.refs.get(`refs/${ref}`) ??
    repo.refs.get(`refs/heads/${ref}`) ??
    repo.refs.get(`refs/tags/${ref}`);
  if (known !== undefined) return known;
  const found = await tryGit(
    repo.dir,
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${ref}^{commit}`,
  );
  if (found.code !== 0) throw refusal(422, `No commit found for SHA: ${ref}`);
  return found.stdout;
}
