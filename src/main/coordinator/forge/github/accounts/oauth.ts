/**
 * OAuth at GitHub without a browser of ours: a code that a person types there (device flow), and renewal of what that gave.
 * Needs a client id of an OAuth App or a GitHub App, and no secret.
 */
import { z } from 'zod';
import type { Clock } from '../../../../../shared/clock.ts';
import { fail, ok, type Result } from '../../../../../shared/result.ts';
import { problemOfError } from '../api/failures.ts';
import type { GitHubHost } from '../api/hosts.ts';
import { pause } from '../api/pause.ts';
import { problem, type Asked, type GitHubProblem } from '../api/problem.ts';
import { notGitHub, problemOfAnswer } from '../api/refusals.ts';
import { send } from '../api/send.ts';

export interface OauthDeps {
  readonly host: GitHubHost;
  readonly clock: Clock;
  readonly userAgent: string;
  readonly signal: AbortSignal;
}

export interface DeviceCode {
  readonly deviceCode: string;
  readonly userCode: string;
  readonly verificationUrl: string;
  /** Epoch ms. */
  readonly expiresAt: number;
  readonly intervalMs: number;
}

/** A token as it was just given. */
export interface Fresh {
  readonly token: string;
  readonly refreshToken: string | null;
  /** Epoch ms; `null`: it does not end. */
  readonly expiresAt: number | null;
}

/** What Koubou does there; a GitHub App has its own permissions and ignores it. */
const SCOPES = 'repo workflow';
const ANSWER_MS = 30_000;
const SLOWER_MS = 5_000;

const Code = z.object({
  device_code: z.string(),
  user_code: z.string().max(50),
  verification_uri: z.string().max(500),
  expires_in: z.number().min(1).max(3_600),
  interval: z.number().min(0).max(600).default(5),
});
const Given = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().optional(),
  expires_in: z.number().optional(),
});
const Refused = z.object({ error: z.string(), interval: z.number().max(600).optional() });

export async function askForCode(
  clientId: string,
  deps: OauthDeps,
): Promise<Result<DeviceCode, GitHubProblem>> {
  const answer = await post('/login/device/code', { client_id: clientId, scope: SCOPES }, deps);
  if (!answer.ok) return answer;
  const code = Code.safeParse(answer.value).data;
  if (!code) return fail(refusalOf(Refused.safeParse(answer.value).data?.error ?? '', deps.host));
  return ok({
    deviceCode: code.device_code,
    userCode: code.user_code,
    verificationUrl: code.verification_uri,
    expiresAt: deps.clock.now() + code.expires_in * 1_000,
    intervalMs: code.interval * 1_000,
  });
}

/** Waits until the person typed the code, declined, or took too long. */
export async function waitForToken(
  clientId: string,
  { deviceCode, expiresAt, intervalMs }: DeviceCode,
  deps: OauthDeps,
): Promise<Result<Fresh, GitHubProblem>> {
  const { clock, host, signal } = deps;
  const fields = {
    client_id: clientId,
    device_code: deviceCode,
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
  };
  let between = intervalMs;
  while (clock.now() < expiresAt && !signal.aborted) {
    await pause(between, clock, signal);
    const answer = await post('/login/oauth/access_token', fields, deps);
    // The network may be back before the code ends.
    if (!answer.ok && answer.error.retryAt !== null) continue;
    if (!answer.ok) return answer;
    const fresh = freshOf(answer.value, clock.now());
    if (fresh) return ok(fresh);
    const refused = Refused.safeParse(answer.value).data;
    if (refused?.error === 'slow_down')
      between = Math.max(between + SLOWER_MS, (refused.interval ?? 0) * 1_000);
    else if (refused?.error !== 'authorization_pending')
      return fail(refusalOf(refused?.error ?? '', host));
  }
  return fail(refusalOf(signal.aborted ? 'stopped' : 'expired_token', host));
}

/** A token in place of one that ends; the one to renew with is good for once. */
export async function refreshToken(
  clientId: string,
  old: string,
  deps: OauthDeps,
): Promise<Result<Fresh, GitHubProblem>> {
  const fields = { client_id: clientId, grant_type: 'refresh_token', refresh_token: old };
  const answer = await post('/login/oauth/access_token', fields, deps);
  if (!answer.ok) return answer;
  const fresh = freshOf(answer.value, deps.clock.now());
  if (fresh) return ok(fresh);
  const { name } = deps.host;
  const message = `the sign-in at ${name} has ended and cannot be renewed. Sign in again: koubou github sign-in --host ${name} --device`;
  return fail(problem('unauthorized', message));
}

function freshOf(answer: unknown, now: number): Fresh | undefined {
  const given = Given.safeParse(answer).data;
  return (
    given && {
      token: given.access_token,
      refreshToken: given.refresh_token ?? null,
      expiresAt: given.expires_in === undefined ? null : now + given.expires_in * 1_000,
    }
  );
}

const REFUSALS: Readonly<Record<string, string>> = {
  expired_token: 'the code was not typed in time. Sign in again, and get a new one',
  token_expired: 'the code was not typed in time. Sign in again, and get a new one',
  access_denied: 'the person at GitHub declined. Sign in again when they agree',
  device_flow_disabled:
    'the App does not allow codes: enable the device flow in its settings at GitHub',
  incorrect_client_credentials:
    'GitHub knows no App of that client id: correct github.clientId in the settings',
  unauthorized_client:
    'GitHub knows no App of that client id: correct github.clientId in the settings',
  stopped: 'the coordinator ended before the code was typed. Sign in again',
};

function refusalOf(error: string, { name }: GitHubHost): GitHubProblem {
  const known = REFUSALS[error];
  const code = error === 'stopped' ? 'aborted' : 'invalid';
  return problem(
    code,
    known ?? `${name} refuses the sign-in (${error.slice(0, 100) || 'no reason given'})`,
  );
}

async function post(
  path: string,
  fields: Readonly<Record<string, string>>,
  { host, clock, userAgent, signal }: OauthDeps,
): Promise<Result<unknown, GitHubProblem>> {
  const asked: Asked = { host, what: `POST ${path}`, isWrite: false, login: null };
  const headers = {
    accept: 'application/json',
    'content-type': 'application/json',
    'user-agent': userAgent,
  };
  const request = {
    method: 'POST',
    url: `${host.web}${path}`,
    headers,
    timeoutMs: ANSWER_MS,
    signal,
  };
  try {
    const answer = await send({ ...request, body: JSON.stringify(fields) }, clock);
    const body = parse(answer.text);
    // Its refusals come with 200, or with 400, and always as JSON with a code.
    if (body !== undefined && (answer.status < 300 || Refused.safeParse(body).success))
      return ok(body);
    return fail(
      answer.status >= 400
        ? missingApp(problemOfAnswer(answer, asked, clock.now()), host)
        : notGitHub(asked, answer.status),
    );
  } catch (error) {
    return fail(problemOfError(error, asked, clock.now()));
  }
}

/** GitHub has nothing at all where the client id is unknown. */
function missingApp(refused: GitHubProblem, host: GitHubHost): GitHubProblem {
  return refused.code === 'not_found' ? refusalOf('unauthorized_client', host) : refused;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // A page of a proxy.
  }
}
