/** The door for REST: who calls, whether they may, whether both sides keep to GitHub's description, and what it costs. */
import { type Answer, notFound, refusal, Refusal } from '../answer.ts';
import { type Call, type Handler } from '../call.ts';
import { accountOf, type Caller } from '../context.ts';
import { type Entry } from '../limits.ts';
import { type Repo } from '../model.ts';
import { type Match, type OperationId } from '../openapi.ts';
import { HANDLERS } from '../rest/table.ts';
import { needOf, refusalOf } from '../sign-in/access.ts';
import { callerOf, tokenHeaders } from '../sign-in/tokens.ts';
import { fullName, repoFormerly, repoNamed } from '../world.ts';
import { type House } from './house.ts';
import { conditional, type Incoming, paged, readBody } from './http.ts';

/** `path` is the path below the base address of REST. */
export async function restAnswer(house: House, incoming: Incoming, path: string): Promise<Answer> {
  const body = await readBody(incoming.request);
  let caller: Caller = { kind: 'nobody' };
  try {
    caller = callerOf(house.context.world, incoming.request.headers.authorization);
    const answer = await counted(house, incoming, { path, body, caller });
    return { ...answer, headers: { ...tokenHeaders(caller), ...answer.headers } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { answer } = error;
    return { ...answer, headers: { ...tokenHeaders(caller), ...answer.headers } };
  }
}

interface Asked {
  path: string;
  body: unknown;
  caller: Caller;
}

async function counted(house: House, incoming: Incoming, asked: Asked): Promise<Answer> {
  const { ledger } = house;
  const account = accountOf(asked.caller);
  const isRead = incoming.method === 'GET' || incoming.method === 'HEAD';
  const entry: Entry = {
    resource: asked.path.startsWith('/search/') ? 'search' : 'core',
    isRead,
    isContent:
      incoming.method === 'POST' &&
      /\/(?:issues|comments|pulls|reviews|replies)$/u.test(asked.path),
  };
  const headers = () => ledger.headers(account, entry.resource);
  if (asked.path === '/rate_limit')
    return { ...(await handled(house, incoming, asked)), headers: headers() };
  try {
    ledger.enter(account, entry);
  } catch (error) {
    if (error instanceof Refusal) throw withHeaders(error, headers());
    throw error;
  }
  try {
    const whole = conditional(incoming, await handled(house, incoming, asked));
    // GitHub does not count what has not changed.
    if (whole.status !== 304) ledger.spend(account, entry.resource, 1);
    return { ...whole, headers: { ...headers(), ...whole.headers } };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    ledger.spend(account, entry.resource, 1);
    throw withHeaders(error, headers());
  } finally {
    ledger.leave(account);
  }
}

function withHeaders(error: Refusal, headers: Record<string, string>): Refusal {
  return new Refusal({ ...error.answer, headers: { ...headers, ...error.answer.headers } });
}

async function handled(house: House, incoming: Incoming, asked: Asked): Promise<Answer> {
  const { judge, context } = house;
  const { world } = context;
  const path = byName(house, asked.path);
  const match = judge.match(incoming.method, path);
  if (!match) {
    world.violations.push(`${incoming.method} ${asked.path}: no such operation`);
    throw notFound();
  }
  const repo = repoOf(house, incoming, match, path);
  if (repo instanceof Object && 'status' in repo) return repo;
  allow(asked.caller, incoming.method, match, repo);
  const query = Object.fromEntries(incoming.query);
  const { body, caller } = asked;
  const wrong = judge.requestProblems(match, query, body);
  if (wrong.length > 0) {
    world.violations.push(`${match.operationId}, request: ${wrong.join('; ')}`);
    throw refusal(422, `Invalid request.\n\n${wrong.join('\n')}`);
  }
  const answer = await act(house, incoming, { match, query, body, repo, caller });
  checkAnswer(house, match, answer);
  return answer;
}

/** `/repositories/ID/…` is the same as `/repos/OWNER/NAME/…`. */
function byName(house: House, path: string): string {
  const [, id, rest = ''] = /^\/repositories\/(\d+)(\/.*)?$/u.exec(path) ?? [];
  const repo = id === undefined ? undefined : house.context.world.repos.get(Number(id));
  return repo && !repo.isGone ? `/repos/${fullName(repo)}${rest}` : path;
}

/** The repository of the path; an answer that leads to its new name; null when the path has none. */
function repoOf(
  house: House,
  incoming: Incoming,
  match: Match,
  path: string,
): Repo | Answer | null {
  const { owner, repo: name } = match.params;
  if (owner === undefined || name === undefined) return null;
  const { world } = house.context;
  const found = repoNamed(world, `${owner}/${name}`);
  if (found) return found;
  const former = repoFormerly(world, `${owner}/${name}`);
  if (!former) throw notFound();
  const rest = path.split('/').slice(4).join('/');
  const query = incoming.query.size > 0 ? `?${incoming.query.toString()}` : '';
  const url = `${world.at.api}/repositories/${String(former.id)}${rest && `/${rest}`}${query}`;
  const isRead = incoming.method === 'GET';
  return {
    status: isRead ? 301 : 307,
    headers: { location: url },
    body: {
      message: isRead ? 'Moved Permanently' : 'Temporary Redirect',
      url,
      documentation_url: 'https://docs.github.com/rest',
    },
  };
}

function allow(caller: Caller, method: string, match: Match, repo: Repo | null): void {
  if (repo === null) return;
  // An App asks about its own installations with its own signature.
  if (match.operationId.startsWith('apps/')) return;
  const number = match.params['issue_number'];
  const isPull = number !== undefined && Boolean(repo.issues.get(Number(number))?.pull);
  const refused = refusalOf(caller, repo, needOf(match.operationId, method === 'GET'), isPull);
  if (refused) throw refused;
}

interface Known {
  match: Match;
  query: Record<string, string>;
  body: unknown;
  repo: Repo | null;
  caller: Caller;
}

async function act(house: House, incoming: Incoming, known: Known): Promise<Answer> {
  const { operationId, params } = known.match;
  const handlers: Partial<Record<OperationId, unknown>> = HANDLERS;
  const handler = handlers[operationId] as Handler | undefined;
  if (!handler) throw refusal(501, `The stand-in does not do ${operationId}.`);
  const { query, body, repo, caller } = known;
  const accept = incoming.request.headers.accept ?? '';
  const { context, ledger } = house;
  const call = { context, ledger, caller, params, query, body, accept };
  // Which body goes with which operation was checked by the judge just now; the types of the table say the same.
  return paged(incoming, await handler(withRepo(call, operationId, repo) as Call));
}

/** Operations without a repository in their path never ask for it. */
function withRepo(call: object, operationId: OperationId, repo: Repo | null): unknown {
  return Object.defineProperty(call, 'repo', {
    get() {
      if (!repo) throw new Error(`${operationId} has no repository.`);
      return repo;
    },
  });
}

function checkAnswer(house: House, match: Match, answer: Answer): void {
  if (answer.body === undefined || typeof answer.body === 'string') return;
  const wrong = house.judge.responseProblems(match, answer.status, answer.body);
  for (const problem of wrong) {
    house.context.world.violations.push(
      `${match.operationId}, answer ${String(answer.status)}: ${problem}`,
    );
  }
}
