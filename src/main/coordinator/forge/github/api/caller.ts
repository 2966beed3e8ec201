/**
 * Asks GitHub until there is an answer that counts: waits its turn, adds the credential, asks again what may be asked again, and
 * tells what became of it. Knows nothing of what is asked.
 */
import type { Clock } from '../../../../../shared/clock.ts';
import { fail, ok, type Result } from '../../../../../shared/result.ts';
import { problemOfError } from './failures.ts';
import type { GitHubHost } from './hosts.ts';
import { LONGEST_WAIT_MS, type Limits } from './limits.ts';
import { pause } from './pause.ts';
import type { CallOptions } from './port.ts';
import type { Asked, GitHubProblem } from './problem.ts';
import { problemOfAnswer } from './refusals.ts';
import { send, type HttpAnswer } from './send.ts';

/** Where the credential of one account comes from. */
export interface Auth {
  /** The token as it is now; a failure when asking with it is of no use. */
  token(): Promise<Result<string, GitHubProblem>>;
  /** GitHub refused that one; true: there is another one now. */
  renew(refused: string): Promise<boolean>;
}

export interface CallerDeps {
  readonly host: GitHubHost;
  readonly auth: Auth;
  readonly limits: Limits;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  /** `koubou/1.2.3` */
  readonly userAgent: string;
  /** Aborted when the coordinator ends. */
  readonly signal: AbortSignal;
  /** Who it is, for sentences; `null` while that is not known. */
  readonly login: () => string | null;
  /** Told how each request to an address ended; `null`: GitHub answered. */
  readonly onOutcome: (problem: GitHubProblem | null, url: string) => void;
}

export interface Call {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly resource: string;
  readonly isWrite: boolean;
  readonly options: CallOptions;
}

/** Answers below 400, and 304. */
export type Caller = (call: Call) => Promise<Result<HttpAnswer, GitHubProblem>>;

const ANSWER_MS = 30_000;
const TRIES = 3;
/** Pauses that GitHub asked for one after the other, before somebody is told. */
const PAUSES = 5;
const BETWEEN_TRIES_MS = 1_000;

export function createCaller(deps: CallerDeps): Caller {
  return async (call) => {
    const { signal } = call.options;
    const both = signal ? AbortSignal.any([signal, deps.signal]) : deps.signal;
    const options = { ...call.options, signal: both };
    const result = await callUntilAnswered({ ...call, options }, deps);
    deps.onOutcome(result.ok ? null : result.error, call.url);
    return result;
  };
}

async function callUntilAnswered(
  call: Call,
  deps: CallerDeps,
): Promise<Result<HttpAnswer, GitHubProblem>> {
  const left = { tries: TRIES, pauses: PAUSES, renewals: 1 };
  for (;;) {
    const answer = await callOnce(call, deps);
    if (answer.ok) return answer;
    const { problem, credential } = answer;
    if (problem.code === 'unauthorized' && left.renewals > 0 && credential !== null) {
      left.renewals -= 1;
      if (!(await deps.auth.renew(credential))) return fail(problem);
    } else if (isLimit(problem) && answer.wasSent && left.pauses > 0) {
      // The next turn waits for it, or says that it takes too long.
      left.pauses -= 1;
    } else if (mayPass(problem) && isRepeatable(call, problem) && left.tries > 1) {
      left.tries -= 1;
      const between = BETWEEN_TRIES_MS * 2 ** (TRIES - left.tries - 1) * (0.5 + deps.random());
      await pause(between, deps.clock, call.options.signal);
    } else {
      return fail(problem);
    }
  }
}

type Once =
  | { readonly ok: true; readonly value: HttpAnswer }
  | {
      readonly ok: false;
      readonly problem: GitHubProblem;
      readonly wasSent: boolean;
      readonly credential: string | null;
    };

async function callOnce(call: Call, deps: CallerDeps): Promise<Once> {
  const { limits, auth, clock, host, login } = deps;
  const { options, isWrite, resource, method, url } = call;
  const asked: Asked = { host, isWrite, login: login(), what: `${method} ${pathOf(url, host)}` };
  const turn = await limits.turn({
    resource,
    isWrite,
    isUrgent: options.isUrgent ?? false,
    patienceMs: options.patienceMs ?? LONGEST_WAIT_MS,
    signal: options.signal,
  });
  if (!turn.ok) return { ok: false, problem: turn.error, wasSent: false, credential: null };
  try {
    const credential = await auth.token();
    if (!credential.ok)
      return { ok: false, problem: credential.error, wasSent: false, credential: null };
    const authorization = `Bearer ${credential.value}`;
    const headers = { ...call.headers, authorization, 'user-agent': deps.userAgent };
    const answer = await ask(call, headers, asked, deps);
    if (!answer.ok)
      return { ok: false, problem: answer.error, wasSent: true, credential: credential.value };
    limits.observe(answer.value.headers, resource);
    if (answer.value.status < 300 || answer.value.status === 304) return answer;
    const problem = problemOfAnswer(answer.value, asked, clock.now());
    if (problem.retryAt !== null && isLimit(problem)) {
      const isOne = problem.code === 'rate_limited';
      const named = answer.value.headers.get('x-ratelimit-resource') ?? resource;
      limits.pause(problem.retryAt, isOne ? named : null);
    }
    return { ok: false, problem, wasSent: true, credential: credential.value };
  } finally {
    turn.value();
  }
}

async function ask(
  { method, url, body, options }: Call,
  headers: Readonly<Record<string, string>>,
  asked: Asked,
  { clock }: CallerDeps,
): Promise<Result<HttpAnswer, GitHubProblem>> {
  const timeoutMs = options.timeoutMs ?? ANSWER_MS;
  try {
    return ok(await send({ method, url, headers, body, timeoutMs, signal: options.signal }, clock));
  } catch (error) {
    return fail(problemOfError(error, asked, clock.now()));
  }
}

function isLimit({ code }: GitHubProblem): boolean {
  return code === 'rate_limited' || code === 'secondary_limit';
}

function mayPass({ code }: GitHubProblem): boolean {
  return code === 'server_error' || code === 'timed_out' || code === 'unreachable';
}

function isRepeatable({ isWrite, options }: Call, { mayHaveActed }: GitHubProblem): boolean {
  return !isWrite || !mayHaveActed || options.marker !== undefined;
}

function pathOf(url: string, host: GitHubHost): string {
  const path = url.startsWith(host.rest) ? url.slice(host.rest.length) : new URL(url).pathname;
  return path.split('?', 1)[0] ?? path;
}
