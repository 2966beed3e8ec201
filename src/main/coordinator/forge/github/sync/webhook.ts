/**
 * `POST /webhooks/github`: what GitHub sends by itself. The signature is the credential. A delivery is answered at once and only
 * says what is to be looked at again; so one that was seen before, comes late, or is lost changes nothing for good.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HookStatus } from '../../../../../shared/contract-github-sync.ts';
import type { RejectionCode } from '../../../../../shared/errors.ts';
import { REJECTIONS } from '../../../../../shared/errors.ts';
import type { Clock } from '../../../../../shared/clock.ts';
import type { Deliveries } from './deliveries.ts';
import { isFollowed, toldBy, type Told } from './event.ts';
import type { HookSecret } from './hook-secret.ts';
import { createBodyReader } from './signed-body.ts';

export interface WebhookDeps {
  readonly secret: Pick<HookSecret, 'current'>;
  readonly deliveries: Deliveries;
  /** Counts wrong signatures by address. */
  readonly limiter: { strike(address: string): number; isOut(address: string): boolean };
  /** Notes what is to be looked at again. @returns why there is nothing to do; `null`: it is noted */
  readonly take: (told: Exclude<Told, { ignored: string }>) => string | null;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: {
    warn(about: object, message: string): void;
    error(about: object, message: string): void;
  };
}

export interface Webhook {
  handle(request: IncomingMessage, response: ServerResponse): void;
  status(): HookStatus;
}

export const HOOK_PATH = '/webhooks/github';

const MEGABYTE = 1024 * 1024;
/** GitHub sends no more than 25 MB. What says something to us is far smaller: an issue has at most 64 KB of text. */
const LIMITS = { most: 25 * MEGABYTE, kept: 4 * MEGABYTE, together: 64 * MEGABYTE };
const SILENT_MS = 10_000;
const TYPES = ['application/json', 'application/x-www-form-urlencoded'] as const;

type Answer =
  | { readonly state: 'accepted'; readonly noted: number }
  | { readonly state: 'ignored'; readonly why: string }
  | { readonly state: 'refused'; readonly code: RejectionCode; readonly message: string };

const ignored = (why: string): Answer => ({ state: 'ignored', why });
const refused = (code: RejectionCode, message: string): Answer => ({
  state: 'refused',
  code,
  message,
});

export function createWebhook(deps: WebhookDeps): Webhook {
  const { log, clock } = deps;
  const bodies = createBodyReader({ ...LIMITS, silentMs: SILENT_MS });
  const counts = { accepted: 0, ignored: 0, refused: 0, wrongSignatures: 0 };
  let lastAt: number | null = null;

  async function judge(request: IncomingMessage): Promise<Answer | null> {
    const head = headOf(request);
    if ('state' in head) return head;
    const from = request.socket.remoteAddress ?? 'unknown';
    if (deps.limiter.isOut(from))
      return refused('forge_limited', 'too many wrong signatures from there: wait a minute');
    const secret = await deps.secret.current();
    if (!secret.ok) return refused('shutting_down', secret.error);
    if (secret.value === null)
      return refused('unauthorized', 'no webhook was set up here: see koubou github webhook');
    const body = await bodies.read(request, secret.value, head.signature, isFollowed(head.event));
    switch (body.state) {
      case 'gone':
        return null;
      case 'too_large':
        return refused('payload_too_large', `a delivery has at most ${LIMITS.most} bytes`);
      case 'wrong_signature':
        counts.wrongSignatures += 1;
        if (deps.limiter.strike(from) <= 3)
          log.warn({ from }, 'a delivery with a wrong signature was refused');
        return refused('unauthorized', 'the signature is not that of the secret of this webhook');
      case 'left_out':
        lastAt = clock.now();
        return ignored(whyLeftOut(head.event));
      case 'signed':
        lastAt = clock.now();
        return note(head, body.text, deps);
    }
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await judge(request);
    if (answer === null) return void response.destroy();
    counts[answer.state] += 1;
    send(response, answer);
  }

  return {
    handle(request, response) {
      handle(request, response).catch((error: unknown) => {
        log.error({ err: error }, 'a delivery of a webhook could not be taken');
        if (response.headersSent) response.destroy();
        else send(response, refused('internal', 'the coordinator had an error of its own'));
      });
    },
    status: () => ({ ...counts, lastAt }),
  };
}

function note({ event, id, type }: Head, text: string, { deliveries, take }: WebhookDeps): Answer {
  if (deliveries.has(id)) return ignored('this delivery was here before');
  const payload = payloadOf(text, type);
  if (payload === undefined) return refused('invalid_input', 'the payload is no JSON');
  const told = toldBy(event, payload);
  deliveries.keep(id);
  if ('ignored' in told) return ignored(told.ignored);
  const why = take(told);
  return why === null ? { state: 'accepted', noted: told.facts.length } : ignored(why);
}

interface Head {
  readonly event: string;
  readonly id: string;
  readonly signature: string;
  readonly type: (typeof TYPES)[number];
}

function headOf({ method, headers }: IncomingMessage): Head | Answer {
  if (method !== 'POST')
    return refused('method_not_allowed', `${HOOK_PATH} takes POST, as GitHub sends it`);
  const given = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  const type = TYPES.find((one) => one === given);
  if (!type) return refused('unsupported_media_type', `send ${TYPES.join(' or ')}`);
  if (Number(headers['content-length'] ?? 0) > LIMITS.most)
    return refused('payload_too_large', `a delivery has at most ${LIMITS.most} bytes`);
  const signature = headers['x-hub-signature-256'];
  if (typeof signature !== 'string')
    return refused('unauthorized', 'it is not signed: set the secret of the webhook at GitHub');
  const [event, id] = [headers['x-github-event'], headers['x-github-delivery']];
  if (typeof event !== 'string' || !/^\w{1,60}$/.test(event))
    return refused('invalid_input', 'X-GitHub-Event is missing, or names no event');
  if (typeof id !== 'string' || !/^[\x21-\x7e]{1,200}$/.test(id))
    return refused('invalid_input', 'X-GitHub-Delivery is missing, or is no id');
  return { event, id, signature, type };
}

function whyLeftOut(event: string): string {
  if (event === 'ping') return 'pong: the webhook works';
  if (!isFollowed(event)) return `Koubou does not follow ${event}`;
  return 'it is too much to be read here: what changed is seen with the next poll';
}

function payloadOf(text: string, type: Head['type']): unknown {
  try {
    const json = type === 'application/json' ? text : new URLSearchParams(text).get('payload');
    return json === null ? undefined : JSON.parse(json);
  } catch {
    return undefined; // Refused by name where it is looked at.
  }
}

function send(response: ServerResponse, answer: Answer): void {
  const isRefused = answer.state === 'refused';
  const status = isRefused ? REJECTIONS[answer.code] : 202;
  const { code, message } = isRefused ? answer : { code: '', message: '' };
  const body = isRefused ? { error: { code, message } } : answer;
  response.writeHead(status, {
    'content-type': 'application/json',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    ...(status === 429 && { 'retry-after': '60' }),
    ...(status === 405 && { allow: 'POST' }),
    // What was not read away would be taken for the next request.
    ...(isRefused && { connection: 'close' }),
  });
  response.end(JSON.stringify(body));
}
