/** What GitHub's refusals mean, from their status, headers and words. Pure. */
import { z } from 'zod';
import { cleanLine } from '../../../../../shared/text.ts';
import { problem, type Asked, type FieldError, type GitHubProblem } from './problem.ts';

/** An answer that is a refusal. */
export interface RefusedAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Where GitHub says no time, as it advises for secondary limits. */
const PAUSE_MS = 60_000;
/** When a server that failed may be asked again. */
const SOON_MS = 30_000;
const SECONDARY = /secondary rate limit|abuse detection|exceeded a .*rate limit|too quickly/i;

const Words = z
  .string()
  .transform((said) => cleanLine(said, 500))
  .nullish()
  .catch(null);
const Fields = z.object({
  resource: Words,
  field: z
    .union([z.string(), z.number().transform(String)])
    .nullish()
    .catch(null),
  code: Words,
  message: Words,
});
const Body = z.object({
  message: Words,
  errors: z.array(z.union([z.string(), Fields])).catch([]),
});

/** @param now epoch ms */
export function problemOfAnswer(answer: RefusedAnswer, asked: Asked, now: number): GitHubProblem {
  const body = bodyOf(answer.text);
  const said = body?.message ?? null;
  const { status, headers } = answer;
  const base = { status, said };
  const limit = limitOf(answer, said, asked, now);
  if (limit) return { ...limit, ...base };
  if (status >= 500) {
    const more = { ...base, retryAt: now + SOON_MS, mayHaveActed: asked.isWrite };
    const text = `${asked.host.name} has trouble of its own (${status} for ${asked.what}). It is asked again by itself; https://www.githubstatus.com tells of github.com`;
    return problem('server_error', text, more);
  }
  if (!body) return notGitHub(asked, status);
  if (status === 401) return { ...unauthorized(asked, said), ...base };
  if (status === 403) return { ...forbidden(headers, said, asked), status, said };
  if (status === 404) return problem('not_found', missing(asked), base);
  if (status === 410 || status === 451)
    return problem(
      'gone',
      `${asked.what} is not there any more: ${said ?? 'GitHub says why'}`,
      base,
    );
  if (status === 405 || status === 409) {
    const text = `${asked.host.name} did not do ${asked.what} because of what is there now: ${said ?? 'no reason given'}`;
    return problem('conflict', text, base);
  }
  const fields = body.errors.map(fieldOf);
  const why = [said, ...fields.map(wordsOf)].filter((one) => one !== null && one !== '').join('; ');
  const text = `${asked.host.name} does not take ${asked.what}: ${why || `status ${status}, no reason given`}`;
  return problem('invalid', text, { ...base, fields });
}

/** Something answers that is no GitHub. */
export function notGitHub({ host, what }: Asked, status: number): GitHubProblem {
  const text = `${host.web} answers, but not as GitHub does (${status} for ${what}). Check the address, and that no proxy or sign-in page stands before it`;
  return problem('not_github', text, { status });
}

/** The token is taken no more. */
export function unauthorized({ host, login }: Asked, said: string | null): GitHubProblem {
  const whose = login === null ? 'the token' : `the token of ${login}`;
  const why = said === null ? '' : ` (${said})`;
  const text = `${host.name} does not take ${whose}${why}: it was revoked, has ended, or is mistyped. Sign in again: koubou github sign-in --host ${host.name}`;
  return problem('unauthorized', text, { said });
}

/** The pause that GitHub asks for, if it does. */
function limitOf(
  { status, headers }: RefusedAnswer,
  said: string | null,
  { host }: Asked,
  now: number,
): GitHubProblem | undefined {
  if (status !== 403 && status !== 429) return undefined;
  const after = secondsOf(headers.get('retry-after'), now);
  const reset = Number(headers.get('x-ratelimit-reset') ?? Number.NaN) * 1_000;
  if (headers.get('x-ratelimit-remaining') === '0' && after === null) {
    // By a clock that is ahead it is past already: then a little later.
    const retryAt = reset > now ? reset : now + PAUSE_MS;
    const what = headers.get('x-ratelimit-resource') ?? 'core';
    return problem(
      'rate_limited',
      `the hour's requests of this account at ${host.name} (${what}) are used up. It goes on at ${timeOf(retryAt)} by itself`,
      { retryAt },
    );
  }
  if (status !== 429 && after === null && !SECONDARY.test(said ?? '')) return undefined;
  const retryAt = now + (after ?? PAUSE_MS);
  const message = `${host.name} asks for a pause, because too much came too quickly. It goes on at ${timeOf(retryAt)} by itself`;
  return problem('secondary_limit', message, { retryAt });
}

function forbidden(
  headers: Headers,
  said: string | null,
  { host, what, login }: Asked,
): GitHubProblem {
  const sso = /^required; *url=(\S+)/.exec(headers.get('x-github-sso') ?? '')?.[1];
  if (sso !== undefined) {
    const where = sso.startsWith(`${host.web}/`) ? `: open ${sso}` : '';
    const text = `the organisation wants the token authorised for its single sign-on, once${where}. Then try again`;
    return problem('sso_required', text);
  }
  const who = login ?? 'the token';
  const permissions = headers.get('x-accepted-github-permissions');
  if (permissions !== null && permissions !== '') {
    const text = `${who} may not ${what} at ${host.name}: give it ${permissionWords(permissions)}`;
    return problem('forbidden', text, { give: permissions });
  }
  const accepted = headers.get('x-accepted-oauth-scopes');
  const given = headers.get('x-oauth-scopes');
  if (given !== null && accepted !== null && accepted !== '' && !shares(given, accepted)) {
    const text = `${who} may not ${what} at ${host.name}: give the token one of the scopes ${accepted}`;
    return problem('forbidden', text);
  }
  const why = said === null ? '' : ` (${said})`;
  return problem('forbidden', `${who} may not ${what} at ${host.name}${why}`);
}

/** `pull_requests=write,contents=read; issues=write` → `Pull requests: write and Contents: read, or Issues: write`. */
export function permissionWords(header: string): string {
  const sets = header.split(';').map((set) =>
    set
      .split(',')
      .map((one) => {
        const [name = '', level = 'read'] = one.trim().split('=');
        const words = name.replaceAll('_', ' ');
        return `${words.charAt(0).toUpperCase()}${words.slice(1)}: ${level}`;
      })
      .join(' and '),
  );
  return sets.join(', or ');
}

function shares(given: string, accepted: string): boolean {
  const has = new Set(given.split(',').map((scope) => scope.trim()));
  return accepted.split(',').some((scope) => has.has(scope.trim()));
}

function missing({ host, what, login }: Asked): string {
  const who = login ?? 'this account';
  return `${host.name} has nothing at ${what} that ${who} may see: it was deleted, or is private. Check the address; or give the account access to the repository`;
}

/** Delta seconds, or a date. */
function secondsOf(value: string | null, now: number): number | null {
  if (value === null) return null;
  const seconds = Number(value);
  if (Number.isFinite(seconds) && seconds >= 0) return seconds * 1_000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

function timeOf(at: number): string {
  return `${new Date(at).toISOString().slice(11, 16)} UTC`;
}

function bodyOf(raw: string): z.infer<typeof Body> | undefined {
  try {
    return Body.safeParse(JSON.parse(raw)).data;
  } catch {
    return undefined; // A page of a proxy.
  }
}

function fieldOf(error: z.infer<typeof Body>['errors'][number]): FieldError {
  if (typeof error === 'string') return { resource: null, field: null, code: null, message: error };
  const { resource = null, field = null, code = null, message = null } = error;
  return { resource, field, code, message };
}

const CODES: Readonly<Record<string, string>> = {
  missing: 'is not there',
  missing_field: 'is needed',
  invalid: 'is not valid',
  already_exists: 'is taken already',
  unprocessable: 'cannot be taken',
};

function wordsOf({ field, code, message }: FieldError): string {
  if (message !== null && message !== '') return message;
  return `${field ?? 'a field'} ${CODES[code ?? ''] ?? 'is not right'}`;
}
