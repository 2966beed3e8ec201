/**
 * One agent's WebSocket, from the upgrade to its end: says who may speak, reads frames, answers them.
 *
 *   new ──hello──► greeting ──welcome sent──► open ──► closed
 *
 * `new`: nothing but a hello with the right token is heard. `greeting`: the hello is being committed; heartbeats
 * are answered. `open`: everything is. A frame that is none, or comes out of turn, ends the link with a reason and
 * touches nothing else. What a frame means is decided in `reports.ts` and `links.ts`.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Logger } from 'pino';
import type { RawData, WebSocket } from 'ws';
import type { Clock } from '../../../shared/clock.ts';
import type { AgentId } from '../../../shared/ids.ts';
import { FromAgent, type ToAgent } from '../../../shared/protocol/agent.ts';
import { decodeOutput, type OutputFrame } from '../../../shared/protocol/output.ts';
import { checkProtocol } from '../../../shared/protocol/version.ts';

/** WebSocket close codes of our own; the reason beside them is for people. */
export const CLOSE = {
  badFrame: 4400,
  unauthorized: 4401,
  replaced: 4409,
  lost: 4408,
  notNow: 4503,
  goingAway: 1001,
} as const;

const HELLO_MS = 10_000;
/** Frames that may be in work at once before the socket is read no further. */
const MOST_PENDING = 256;

export type Hello = Extract<FromAgent, { type: 'hello' }>;
export type Heartbeat = Extract<FromAgent, { type: 'heartbeat' }>;
export type Report = Extract<FromAgent, { type: 'report' }>;
export type Declined = Extract<FromAgent, { type: 'declined' }>;
export type OutputEnd = Extract<FromAgent, { type: 'output_end' }>;

export interface Link {
  readonly agentId: AgentId;
  readonly address: string;
  send(frame: ToAgent): void;
  /** Says why and closes; frames still in work find `closed` true. */
  close(code: number, why: string): void;
  readonly closed: boolean;
}

/** What the owner of the links does with what an agent says. Promises are awaited for the brake only. */
export interface LinkHandlers {
  /** The agent proved who it is. Resolves when `welcome` was sent. */
  hello(link: Link, frame: Hello): Promise<void>;
  heard(link: Link): void;
  heartbeat(link: Link, frame: Heartbeat): void;
  report(link: Link, frame: Report): Promise<void>;
  declined(link: Link, frame: Declined): Promise<void>;
  output(link: Link, frame: OutputFrame): void;
  outputEnd(link: Link, frame: OutputEnd): void;
  gone(link: Link, why: string): void;
}

export interface LinkOptions {
  readonly socket: WebSocket;
  readonly address: string;
  /** The bearer token of the upgrade request. */
  readonly token: string;
  /** The token the agent must have. */
  readonly agentToken: (id: AgentId) => string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly handlers: LinkHandlers;
}

/** Takes the socket over; everything further happens through `handlers`. */
export function openLink(options: LinkOptions): { close(code: number, why: string): void } {
  const { socket, handlers, log } = options;
  let state: 'new' | 'greeting' | 'open' | 'closed' = 'new';
  let link: Link | null = null;
  let pending = 0;
  const cancelHello = options.clock.after(HELLO_MS, () => close(CLOSE.badFrame, 'no hello came'));

  function close(code: number, why: string): void {
    if (state === 'closed') return;
    const known = link;
    end();
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify({ type: 'goodbye', why } satisfies ToAgent));
    // A close reason is at most 123 bytes; the goodbye frame has the whole sentence.
    socket.close(code, Buffer.from(why).subarray(0, 100).toString().replaceAll('\uFFFD', ''));
    if (known) handlers.gone(known, why);
  }

  function end(): void {
    state = 'closed';
    cancelHello();
    socket.resume();
  }

  function brake(work: Promise<void>): void {
    pending += 1;
    if (pending >= MOST_PENDING) socket.pause();
    work
      .catch((error: unknown) => {
        log.error({ err: error, agent: link?.agentId }, 'an agent frame could not be handled');
        close(CLOSE.notNow, 'the coordinator had an error of its own; its log has more');
      })
      .finally(() => {
        pending -= 1;
        if (pending < MOST_PENDING && socket.isPaused) socket.resume();
      });
  }

  async function greet(frame: Hello): Promise<void> {
    const version = checkProtocol(frame.protocol);
    if (!version.ok) return close(CLOSE.badFrame, version.error);
    if (!sameText(options.token, options.agentToken(frame.agentId))) {
      return close(CLOSE.unauthorized, `the token is not that of ${frame.agentId}`);
    }
    cancelHello();
    state = 'greeting';
    const opened: Link = {
      agentId: frame.agentId,
      address: options.address,
      send: (answer) => socket.send(JSON.stringify(answer)),
      close,
      get closed() {
        return state === 'closed';
      },
    };
    link = opened;
    await handlers.hello(opened, frame);
    if (!opened.closed) state = 'open';
  }

  function onText(data: RawData): void {
    const frame = parseFrame(data);
    if (typeof frame === 'string') return close(CLOSE.badFrame, frame);
    if (frame.type === 'hello') {
      if (state !== 'new') return close(CLOSE.badFrame, 'a second hello on one connection');
      return brake(greet(frame));
    }
    if (!link) return close(CLOSE.badFrame, `"${frame.type}" before hello`);
    handlers.heard(link);
    if (frame.type === 'heartbeat') return handlers.heartbeat(link, frame);
    if (state !== 'open') return close(CLOSE.badFrame, `"${frame.type}" before welcome`);
    if (frame.type === 'report') return brake(handlers.report(link, frame));
    if (frame.type === 'declined') return brake(handlers.declined(link, frame));
    return handlers.outputEnd(link, frame);
  }

  function onBinary(data: RawData): void {
    if (!link || state !== 'open') return close(CLOSE.badFrame, 'output before welcome');
    const frame = Buffer.isBuffer(data) ? decodeOutput(data) : null;
    if (!frame?.ok) return close(CLOSE.badFrame, frame?.error ?? 'not an output frame');
    handlers.heard(link);
    return handlers.output(link, frame.value);
  }

  socket.on('message', (data, isBinary) => {
    if (state === 'closed') return;
    try {
      if (isBinary) onBinary(data);
      else onText(data);
    } catch (error) {
      log.error({ err: error, agent: link?.agentId }, 'an agent frame could not be handled');
      close(CLOSE.notNow, 'the coordinator had an error of its own; its log has more');
    }
  });
  socket.on('close', (code, reason) => {
    if (state === 'closed') return;
    end();
    if (link) handlers.gone(link, reason.length > 0 ? String(reason) : `connection closed (${code})`);
  });
  // Too large a frame, bad UTF-8 and the like: `ws` closes the socket by itself afterwards.
  socket.on('error', (error) => log.warn({ err: error, agent: link?.agentId }, 'agent connection'));
  return { close };
}

function parseFrame(data: RawData): FromAgent | string {
  let value: unknown;
  try {
    value = JSON.parse(String(data));
  } catch {
    return 'a text frame is not JSON';
  }
  const parsed = FromAgent.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  return `a frame is not as agreed: ${issue ? `${issue.path.join('.')}: ${issue.message}` : 'unknown reason'}`;
}

/** Compares secrets without telling by time how much of them was right. */
function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
