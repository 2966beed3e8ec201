/**
 * One request of an engine on its way: waits for its turn, goes to the provider with an account's secret, and comes back. What
 * another try may mend is tried again, as long as the engine has seen nothing of an answer.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../../../shared/clock.ts';
import { TROUBLE_RULES } from '../../../../shared/domain/engine-trouble.ts';
import type { ModelAccountId, ModelCall } from '../../../../shared/models.ts';
import { withoutSecret } from '../without-secret.ts';
import { anthropicMeter } from './anthropic-meter.ts';
import { errorIn, troubleOf, type Failed } from './classify.ts';
import { flat, toEngine, toProvider } from './headers.ts';
import type { Meter } from './meter.ts';
import { MOST_LIST_BYTES } from './lists.ts';
import { openaiMeter } from './openai-meter.ts';
import { callOf, outcomeOf } from './outcome.ts';
import type { Way } from './paths.ts';
import type { Accounts, Admission, Asker, ModelAccount, Refusal, Ticket } from './port.ts';
import { refusalAnswer, troubleHeaders, type RefusalAnswer } from './refusals.ts';
import type { AboutRequest } from './request-body.ts';
import { handOn, readShort } from './stream.ts';
import { NoAnswer, whyNoAnswer, type Upstream } from './upstream.ts';

export interface ExchangeDeps {
  readonly admission: Pick<Admission, 'admit'>;
  readonly accounts: Pick<Accounts, 'secretOf'>;
  readonly upstream: Upstream;
  readonly clock: Clock;
}

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly asker: Asker;
  readonly way: Way;
  readonly body: Buffer;
  readonly about: AboutRequest;
  /** Aborted when the engine hangs up, or the call is cut off. */
  readonly signal: AbortSignal;
  /** On the monotonic clock. */
  readonly startedAt: number;
}

/** What became of it. */
export interface Carried {
  /** For the record. */
  readonly call: ModelCall;
  /** A whole answer to a request for models. */
  readonly list: { readonly contentType: string; readonly body: string } | null;
  /** What the engine is still to be told; `null`: it has had its answer. */
  readonly refused: RefusalAnswer | null;
}

const MOST_TRIES = 4;
/** Before the same account is asked once more; doubled each time. */
const PAUSE_MS = 500;

/** An answer that was not handed on. */
interface Bad {
  readonly account: ModelAccount | null;
  readonly refusal: Refusal;
  readonly answer: RefusalAnswer;
  /** A model may have worked on it: whether it is asked again, and paid for twice, is for the engine to say. */
  readonly mayHaveCost: boolean;
}

/** Rejects with the signal's reason, and the response untouched, when that is aborted while nothing was answered. */
export async function carry(exchange: Exchange, deps: ExchangeDeps): Promise<Carried> {
  const { signal, way, about } = exchange;
  const tried = new Set<ModelAccountId>();
  const signedOut = new Set<ModelAccountId>();
  let waitMs = 0;
  let last: Bad | null = null;
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const asked = deps.clock.monotonic();
    const request = { asker: exchange.asker, provider: way.provider, ...about };
    let admitted = await deps.admission.admit({ ...request, tried }, signal);
    if (!admitted.ok && tried.size > signedOut.size) {
      // All were tried: the same once more, when it may be.
      tried.clear();
      for (const id of signedOut) tried.add(id);
      await pause(PAUSE_MS * 2 ** (tries - 1), signal, deps.clock);
      admitted = await deps.admission.admit({ ...request, tried }, signal);
    }
    waitMs += deps.clock.monotonic() - asked;
    if (!admitted.ok) {
      last ??= badOf(admitted.error, null, exchange, deps.clock);
      break;
    }
    const ticket = admitted.value;
    const result = await once(ticket, exchange, deps, waitMs).catch((error: unknown) => {
      // Cut off, or an error of our own: whatever it was, what was kept back for it is free again.
      ticket.done(outcomeOf(0, null, null, null, 0));
      throw error;
    });
    if (!('refusal' in result)) return result;
    signal.throwIfAborted();
    last = result;
    const { trouble } = result.refusal;
    if (!TROUBLE_RULES[trouble].again || result.mayHaveCost) break;
    tried.add(ticket.account.id);
    if (trouble === 'sign_in_expired') signedOut.add(ticket.account.id);
  }
  if (last === null) throw new Error('a call was neither admitted nor refused');
  return refused(last, exchange, deps.clock, waitMs);
}

async function pause(ms: number, signal: AbortSignal, clock: Pick<Clock, 'after'>): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      cancel();
      reject(signal.reason instanceof Error ? signal.reason : new Error('cut off'));
    };
    const cancel = clock.after(ms, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    signal.addEventListener('abort', stop, { once: true });
  });
}

async function once(
  ticket: Ticket,
  exchange: Exchange,
  deps: ExchangeDeps,
  waitMs: number,
): Promise<Carried | Bad> {
  const { account } = ticket;
  const { request, way, body, signal } = exchange;
  const { clock } = deps;
  const failed = (refusal: Refusal, status: number): Bad => {
    ticket.done(outcomeOf(status, refusal.trouble, refusal.until, null, 0));
    return badOf(refusal, account, exchange, clock);
  };
  const secret = await deps.accounts.secretOf(account.id);
  if (!secret.ok)
    return failed({ trouble: 'sign_in_expired', message: secret.error, until: null }, 0);
  let answer: IncomingMessage;
  try {
    signal.throwIfAborted();
    const headers = toProvider(request.headers, account, secret.value, body.length);
    const url = `${account.baseUrl}${way.rest}`;
    const { method = 'GET' } = request;
    answer = await deps.upstream.send({ method, url, headers, body, signal });
  } catch (error) {
    if (signal.aborted) throw error;
    const why = error instanceof NoAnswer ? error.message : whyNoAnswer(error);
    const message = `${account.name} gives no answer: ${why}`;
    const mayHaveCost = way.purpose === 'call' && error instanceof NoAnswer && error.wasSent;
    return { ...failed({ trouble: 'network', message, until: null }, 0), mayHaveCost };
  }
  const status = answer.statusCode ?? 502;
  if (status >= 200 && status < 300) return await stream(ticket, answer, exchange, deps, waitMs);
  const headers = flat(answer.headers);
  ticket.answered(status, headers);
  const text = withoutSecret((await readShort(answer)).toString(), secret.value);
  const error = errorIn(text, clock.now());
  const refusal = toldOf(troubleOf({ status, headers, error }, clock.now()), account);
  return { ...failed(refusal, status), ...ownWords(refusal, answer, text, exchange, deps) };
}

/** A provider's own words are the best ones, but for those about keys, of which they may show a part. */
function ownWords(
  refusal: Refusal,
  answer: IncomingMessage,
  body: string,
  { way }: Exchange,
  { clock }: ExchangeDeps,
): Pick<Bad, 'answer'> | undefined {
  const status = answer.statusCode ?? 0;
  if (refusal.trouble === 'sign_in_expired' || status < 400) return undefined;
  const headers = { ...toEngine(answer.headers), 'content-length': Buffer.byteLength(body) };
  // That a provider has no such list, or cannot count, is no trouble.
  const isTrouble = way.purpose === 'call' || status !== 404;
  const told = isTrouble ? troubleHeaders(refusal, clock.now()) : {};
  return { answer: { status, headers: { ...headers, ...told }, body } };
}

function badOf(
  refusal: Refusal,
  account: ModelAccount | null,
  { way }: Exchange,
  clock: Pick<Clock, 'now'>,
): Bad {
  const answer = refusalAnswer(way.provider, refusal, clock.now());
  return { account, refusal, answer, mayHaveCost: false };
}

/** With what a person can do where the provider does not take a key. */
function toldOf(refusal: Refusal, { name, provider }: ModelAccount): Refusal {
  if (refusal.trouble !== 'sign_in_expired') return refusal;
  const message = `the account ${name} is signed out at ${provider}. Sign in again in Settings → Accounts, or with "koubou accounts sign-in"`;
  return { ...refusal, message };
}

function refused(
  { account, refusal, answer }: Bad,
  exchange: Exchange,
  clock: Clock,
  waitMs: number,
): Carried {
  const call = callOf(exchange, clock, {
    ...{ accountId: account?.id ?? null, status: answer.status, trouble: refusal.trouble },
    ...{ reading: null, waitMs, firstByteMs: null },
  });
  return { call, list: null, refused: answer };
}

async function stream(
  ticket: Ticket,
  answer: IncomingMessage,
  exchange: Exchange,
  deps: ExchangeDeps,
  waitMs: number,
): Promise<Carried> {
  const { response, way, startedAt, signal } = exchange;
  const { clock } = deps;
  const status = answer.statusCode ?? 200;
  const meter = meterOf(exchange, answer);
  const list = way.purpose === 'list' ? openList() : null;
  let firstByteMs: number | null = null;
  response.writeHead(status, toEngine(answer.headers));
  const handing = handOn({
    answer,
    response,
    onBytes(bytes) {
      firstByteMs ??= clock.monotonic() - startedAt;
      meter.push(bytes);
      list?.push(bytes);
    },
  });
  // After what has come was handed on: no engine waits for what others learn of it.
  ticket.answered(status, flat(answer.headers));
  const ended = await handing;
  // Cut off by us, or by the engine, it breaks at both ends.
  const end = signal.aborted ? 'left' : ended;
  const reading = meter.read();
  const isCall = way.purpose === 'call';
  const said = reading.error;
  const until = said && troubleOf(inStream(said), clock.now());
  // A clean end without the protocol's own is one that was cut somewhere on the way.
  const isCut = end === 'broken' || (end === 'whole' && isCall && !reading.isWhole);
  const trouble = until?.trouble ?? (isCut ? 'network' : null);
  const used = isCall ? reading : null;
  ticket.done(outcomeOf(status, trouble, until?.until ?? null, used, exchange.about.inputTokens));
  const about = { accountId: ticket.account.id, status, trouble, reading: used };
  const call = callOf(exchange, clock, { ...about, waitMs, firstByteMs });
  const body = end === 'whole' ? (list?.whole() ?? null) : null;
  if (body === null) return { call, list: null, refused: null };
  const contentType = answer.headers['content-type'] ?? 'application/json';
  return { call, list: { contentType, body }, refused: null };
}

/** Keeps a list while it is no longer than lists are. */
function openList(): { push(bytes: Buffer): void; whole(): string | null } {
  let parts: Buffer[] = [];
  let size = 0;
  return {
    push(bytes) {
      size += bytes.length;
      if (size <= MOST_LIST_BYTES) parts.push(bytes);
      else parts = [];
    },
    whole: () => (size <= MOST_LIST_BYTES ? Buffer.concat(parts).toString() : null),
  };
}

function inStream(error: Failed['error']): Failed {
  return { status: 0, headers: {}, error };
}

function meterOf({ way, about }: Exchange, answer: IncomingMessage): Meter {
  const meter = way.provider === 'anthropic' ? anthropicMeter : openaiMeter;
  return meter(answer.headers['content-type'], about.inputTokens);
}
