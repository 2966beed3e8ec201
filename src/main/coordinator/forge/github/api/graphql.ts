/** GraphQL at GitHub: one request, answers checked against a schema, and its own way to refuse (status 200, with errors). */
import { z } from 'zod';
import { fail, ok, type Result } from '../../../../../shared/result.ts';
import type { Caller, CallerDeps } from './caller.ts';
import type { CallOptions, GraphqlAnswer, GraphqlError } from './port.ts';
import { problem, type Asked, type GitHubProblem } from './problem.ts';
import { notGitHub } from './refusals.ts';

export interface GraphqlOrder<T> {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly schema: z.ZodType<T>;
  readonly options: CallOptions;
}

const Answer = z.object({
  data: z.unknown().optional(),
  errors: z
    .array(
      z.object({
        type: z.string().nullish(),
        message: z.string(),
        path: z.array(z.union([z.string(), z.number()])).nullish(),
      }),
    )
    .nullish(),
});

const CODES: Readonly<Record<string, GitHubProblem['code']>> = {
  NOT_FOUND: 'not_found',
  FORBIDDEN: 'forbidden',
  INSUFFICIENT_SCOPES: 'forbidden',
  RATE_LIMITED: 'rate_limited',
  RATE_LIMIT: 'rate_limited',
  UNPROCESSABLE: 'conflict',
  SERVICE_UNAVAILABLE: 'server_error',
};
/** Where the headers do not say. */
const PAUSE_MS = 60_000;

export async function askGraphql<T>(
  { query, variables, schema, options }: GraphqlOrder<T>,
  deps: CallerDeps & { readonly call: Caller },
): Promise<Result<GraphqlAnswer<T>, GitHubProblem>> {
  const { host, login, clock, limits } = deps;
  const isWrite = /^\s*mutation\b/.test(query);
  const asked: Asked = { host, login: login(), isWrite, what: `POST /graphql (${nameOf(query)})` };
  const answer = await deps.call({
    method: 'POST',
    url: host.graphql,
    headers: { accept: 'application/json', 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({ query, variables }),
    resource: 'graphql',
    isWrite,
    options,
  });
  if (!answer.ok) return answer;
  const { status, headers, text } = answer.value;
  const parsed = parse(text);
  if (!parsed) return fail({ ...notGitHub(asked, status), mayHaveActed: isWrite });
  const errors = (parsed.errors ?? []).map((one) => ({
    type: one.type ?? null,
    message: one.message,
    path: one.path ?? [],
  }));
  if (parsed.data === undefined || parsed.data === null || errors.some(isLimit)) {
    const refused = refusalOf(errors, asked, headers, clock.now());
    if (refused.code === 'rate_limited' && refused.retryAt !== null)
      limits.pause(refused.retryAt, 'graphql');
    return fail(refused);
  }
  const data = schema.safeParse(parsed.data);
  if (data.success) return ok({ data: data.data, errors });
  if (errors.length > 0) return fail(refusalOf(errors, asked, headers, clock.now()));
  const wrong = data.error.issues[0];
  const where = wrong ? `: ${wrong.path.join('.')} ${wrong.message}` : '';
  const message = `${host.name} answered ${asked.what} in a way that Koubou does not understand${where}. Update both`;
  return fail(problem('not_github', message, { status, mayHaveActed: isWrite }));
}

function parse(text: string): z.infer<typeof Answer> | undefined {
  try {
    return Answer.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // A page of a proxy.
  }
}

function isLimit({ type }: GraphqlError): boolean {
  return CODES[type ?? ''] === 'rate_limited';
}

function refusalOf(
  errors: readonly GraphqlError[],
  { host, what, login, isWrite }: Asked,
  headers: Headers,
  now: number,
): GitHubProblem {
  const worst = errors.find(isLimit) ?? errors[0];
  const code = CODES[worst?.type ?? ''] ?? 'invalid';
  const said = errors.map(({ message }) => message).join('; ') || null;
  const rest = { said, status: 200 };
  if (code === 'rate_limited') {
    const reset = Number(headers.get('x-ratelimit-reset') ?? Number.NaN) * 1_000;
    const retryAt = reset > now ? reset : now + PAUSE_MS;
    const message = `the hour's GraphQL points of this account at ${host.name} are used up. It goes on by itself when they are given anew`;
    return problem(code, message, { ...rest, retryAt });
  }
  const message = `${host.name} did not do ${what} for ${login ?? 'this account'}: ${said ?? 'no reason given'}`;
  const mayHaveActed = isWrite && code === 'server_error';
  return problem(code, message, { ...rest, mayHaveActed });
}

/** The name of a query or mutation, for sentences. */
function nameOf(query: string): string {
  return /^\s*(?:query|mutation)\s+(\w+)/.exec(query)?.[1] ?? 'query';
}
