/** The one client of GitHub's REST and GraphQL: typed by GitHub's published description, conditional, within the limits. */
import { endpoint } from '@octokit/endpoint';
import { z } from 'zod';
import { fail, ok, type Result } from '../../../../../shared/result.ts';
import type { GitHubCache } from './cache.ts';
import { createCaller, type Call, type Caller, type CallerDeps } from './caller.ts';
import { createConditional, type Conditional } from './conditional.ts';
import { askGraphql } from './graphql.ts';
import { createMoved, type Moved } from './moved.ts';
import type { CallOptions, GitHubClient, RestAnswer, Route, RouteData } from './port.ts';
import { problem, type GitHubProblem } from './problem.ts';
import { notGitHub } from './refusals.ts';
import type { HttpAnswer } from './send.ts';

export interface ClientDeps extends CallerDeps {
  readonly accountId: string;
  readonly cache: GitHubCache;
}

/** The version of the REST API whose description the types are made of. */
const API_VERSION = '2022-11-28';
const JSON_TYPE = 'application/vnd.github+json';

interface Asking extends ClientDeps {
  readonly call: Caller;
  readonly conditional: Conditional;
  readonly moved: Moved;
}

export function createClient(deps: ClientDeps): GitHubClient {
  const { host, accountId, cache, limits } = deps;
  const asking: Asking = {
    ...deps,
    call: createCaller(deps),
    conditional: createConditional(cache),
    moved: createMoved(cache, deps.clock),
  };
  return {
    accountId,
    host,
    async rest(route, params, options = {}) {
      const request = endpoint({ ...splitRoute(route), baseUrl: host.rest, ...params });
      return await askRest(route, request, options, asking);
    },
    async page(route, nextPage, options = {}) {
      if (!nextPage.startsWith(`${host.rest}/`)) {
        const text = `${host.name} named a next page at another place, which is not asked`;
        return fail(problem('not_github', text));
      }
      const { method } = splitRoute(route);
      return await askRest(route, { method, url: nextPage, body: undefined }, options, asking);
    },
    async graphql(query, variables, schema, options = {}) {
      return await askGraphql(
        { query, variables, schema, options },
        { ...deps, call: asking.call },
      );
    },
    budget: () =>
      limits
        .budgets()
        .map((one) => ({ ...one, accountId, host: host.name, login: deps.login() ?? '' })),
  };
}

interface Request {
  readonly method: string;
  readonly url: string;
  readonly body?: unknown;
}

async function askRest<R extends Route>(
  route: R,
  { method, url, body }: Request,
  options: CallOptions,
  asking: Asking,
): Promise<Result<RestAnswer<RouteData<R>>, GitHubProblem>> {
  const isRead = method === 'GET' || method === 'HEAD';
  const accept = options.accept ?? JSON_TYPE;
  const key = `${asking.accountId}\n${accept}\n${url}`;
  const known = isRead && options.isFresh !== true ? asking.conditional.find(key) : undefined;
  const call: Call = {
    method,
    url,
    headers: {
      accept,
      'x-github-api-version': API_VERSION,
      ...(body !== undefined && { 'content-type': 'application/json; charset=utf-8' }),
      ...(known && { 'if-none-match': known.etag }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    resource: resourceOf(route),
    isWrite: !isRead,
    options,
  };
  const answer = await asking.call(call);
  if (!answer.ok) return answer;
  const { status, headers, text, movedTo } = answer.value;
  if (status === 304 && known) {
    return read(route, { ...answer.value, status: known.status, text: known.body }, call, asking, {
      isUnchanged: true,
      nextPage: known.link,
      movedTo: null,
    });
  }
  const nextPage = nextOf(headers.get('link'));
  const etag = headers.get('etag');
  const moved = movedTo === null ? null : await nameAfter(movedTo, url, asking);
  const result = read(route, answer.value, call, asking, {
    isUnchanged: false,
    nextPage,
    movedTo: moved,
  });
  if (isRead && result.ok && etag !== null && movedTo === null)
    asking.conditional.keep(key, { etag, status, link: nextPage, body: text });
  return result;
}

function read<R extends Route>(
  _route: R,
  { status, headers, text }: HttpAnswer,
  { options, method, url }: Call,
  { host, login }: Asking,
  rest: Pick<RestAnswer<unknown>, 'isUnchanged' | 'nextPage' | 'movedTo'>,
): Result<RestAnswer<RouteData<R>>, GitHubProblem> {
  // The types are GitHub's word for its own answers; what must hold whatever it says is checked where it is used.
  const Published = z.custom<RouteData<R>>(() => true);
  const parsed = options.accept === undefined ? parseJson(text) : ok(text);
  if (!parsed.ok) {
    const asked = { host, login: login(), isWrite: method !== 'GET', what: `${method} ${url}` };
    return fail({ ...notGitHub(asked, status), mayHaveActed: asked.isWrite });
  }
  return ok({ status, data: Published.parse(parsed.value), headers, ...rest });
}

function parseJson(text: string): Result<unknown, null> {
  if (text === '') return ok(null);
  try {
    const value: unknown = JSON.parse(text);
    return ok(value);
  } catch {
    return fail(null);
  }
}

function splitRoute(route: string): {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
} {
  const [method, url = ''] = route.split(' ', 2);
  return { method: Method.parse(method), url };
}

const Method = z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);

function resourceOf(route: string): string {
  if (route.startsWith('GET /search/code')) return 'code_search';
  return route.startsWith('GET /search/') ? 'search' : 'core';
}

/** The address of the next page in a `Link` header. */
function nextOf(link: string | null): string | null {
  return /<([^>]+)>; *rel="next"/.exec(link ?? '')?.[1] ?? null;
}

/** A redirect names a renamed repository by its number; asks once for its name, which is kept for others. */
async function nameAfter(movedTo: string, from: string, asking: Asking): Promise<string | null> {
  const { host, moved } = asking;
  const [, owner, repo] = /\/repos\/([^/]+)\/([^/?]+)/.exec(from.slice(host.rest.length)) ?? [];
  const id = /\/repositories\/(\d+)/.exec(movedTo)?.[1];
  if (owner === undefined || repo === undefined) return null;
  const place = { host: host.name, owner, repo };
  if (id === undefined) return moved.get(place);
  const url = `${host.rest}/repositories/${id}`;
  const call = { method: 'GET', url, headers: { accept: JSON_TYPE }, body: undefined };
  const answer = await asking.call({ ...call, resource: 'core', isWrite: false, options: {} });
  const parsed = answer.ok ? parseJson(answer.value.text) : fail(null);
  const named = parsed.ok ? z.object({ full_name: z.string() }).safeParse(parsed.value).data : null;
  if (!named) return null;
  moved.set(place, named.full_name);
  return named.full_name;
}
