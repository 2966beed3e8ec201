/**
 * One agent's WebSocket, from the upgrade to its end: says who may speak, reads frames, answers them.
 *
 *   new ──hello──► greeting ──welcome sent──► open ──► closed
 *
 * `new`: nothing but a hello of one who proved who it is is heard. `greeting`: the hello is being committed; heartbeats
 * are answered. `open`: everything is. A frame that is none, or comes out of turn, ends the link with a reason and
 * touches nothing else. What a frame means is decided in `reports.ts` and `links.ts`.
 *
 * A build on trial (`trials.ts`) has a link of its own, which may answer a self-test and nothing else.
 */
import type { Logger } from 'pino';
import type { RawData, WebSocket } from 'ws';
import type { Clock } from '../../../shared/clock.ts';
import type { AgentId } from '../../../shared/ids.ts';
import { FromAgent, type ToAgent } from '../../../shared/protocol/agent.ts';
import {
  decodeConsole,
  isConsoleFrame,
  type ConsoleFrame,
} from '../../../shared/protocol/console.ts';
import { decodeOutput, type OutputFrame } from '../../../shared/protocol/output.ts';
import { readFrame } from '../../../shared/protocol/read-frame.ts';
import { checkProtocol, PROTOCOL_VERSION } from '../../../shared/protocol/version.ts';

/** WebSocket close codes of our own; the reason beside them is for people. */
export const CLOSE = {
  badFrame: 4400,
  unauthorized: 4401,
  replaced: 4409,
  lost: 4408,
  tried: 4200,
  notNow: 4503,
  goingAway: 1001,
} as const;

const HELLO_MS = 10_000;
/** So many kinds of frames that we do not know are told of. */
const MOST_UNKNOWN = 20;
/** Frames that may be in work at once before the socket is read no further. */
const MOST_PENDING = 256;

export type Hello = Extract<FromAgent, { type: 'hello' }>;
export type Heartbeat = Extract<FromAgent, { type: 'heartbeat' }>;
export type Report = Extract<FromAgent, { type: 'report' }>;
export type Declined = Extract<FromAgent, { type: 'declined' }>;
export type WorkKept = Extract<FromAgent, { type: 'work_kept' }>;
/** What is about the machine and its program, not about attempts. */
export type MachineFrame = Extract<
  FromAgent,
  { type: 'renew' | 'self_test_result' | 'update_result' | 'log_tail' }
>;
export type Order = Extract<FromAgent, { type: 'task_order' }>;
export type ConsoleFrames = Extract<
  FromAgent,
  { type: 'console_opened' | 'console_ended' | 'consoles_here' }
>;
export type OutputEnd = Extract<FromAgent, { type: 'output_end' }>;

export interface Link {
  readonly agentId: AgentId;
  readonly address: string;
  /** It came in with the certificate of its enrolment. */
  readonly hasCertificate: boolean;
  /** The version that it speaks, which may be newer than ours. */
  readonly protocol: number;
  /** Content id of its program; empty: run from its sources. */
  readonly build: string;
  send(frame: ToAgent): void;
  /** A binary frame. */
  sendBytes(data: Uint8Array): void;
  /** Sends the answer to hello; from here on everything is heard. */
  welcome(frame: Extract<ToAgent, { type: 'welcome' }>): void;
  /** Says why and closes; frames still in work find `isClosed()` true. */
  close(code: number, why: string): void;
  isClosed(): boolean;
  /** True from the welcome to the end. */
  isOpen(): boolean;
  /** True while the socket is not read, because too much of what came is still in work. */
  isDeaf(): boolean;
}

/** What the owner of the links does with what an agent says. Promises are awaited for the brake only. */
export interface LinkHandlers {
  /** The agent proved who it is. Resolves when `welcome` was sent. */
  hello(link: Link, frame: Hello): Promise<void>;
  /** So did a build on trial. */
  trial(link: Link, frame: Hello): void;
  heard(link: Link): void;
  heartbeat(link: Link, frame: Heartbeat): void;
  report(link: Link, frame: Report): Promise<void>;
  declined(link: Link, frame: Declined): Promise<void>;
  workKept(link: Link, frame: WorkKept): Promise<void>;
  order(link: Link, frame: Order): Promise<void>;
  output(link: Link, frame: OutputFrame): void;
  outputEnd(link: Link, frame: OutputEnd): void;
  machine(link: Link, frame: MachineFrame): void;
  console(link: Link, frame: ConsoleFrames): void;
  consoleOutput(link: Link, frame: ConsoleFrame): void;
  gone(link: Link, why: string): void;
}

export interface LinkOptions {
  readonly socket: WebSocket;
  readonly address: string;
  /** Came in with the certificate of its enrolment, not with a token. */
  readonly hasCertificate: boolean;
  /** Why whoever dialled cannot be this agent; `null` when it can. */
  readonly doubt: (id: AgentId) => string | null;
  readonly clock: Clock;
  readonly log: Logger;
  readonly handlers: LinkHandlers;
}

/** Takes the socket over; everything further happens through the handlers. */
export function openLink(options: LinkOptions): { close(code: number, why: string): void } {
  return new SocketLink(options);
}

class SocketLink {
  readonly #options: LinkOptions;
  readonly #cancelHello: () => void;
  #state: 'new' | 'greeting' | 'open' | 'closed' = 'new';
  #link: Link | null = null;
  #isTrial = false;
  /** It speaks a newer protocol than we: what we do not know of it is passed over. */
  #isNewer = false;
  readonly #unknown = new Set<string>();
  #pending = 0;

  constructor(options: LinkOptions) {
    this.#options = options;
    const { socket, clock, log } = options;
    this.#cancelHello = clock.after(HELLO_MS, () => this.close(CLOSE.badFrame, 'no hello came'));
    socket.on('message', (data, isBinary) => this.#onMessage(data, isBinary));
    socket.on('close', (code, reason) => this.#onClose(code, reason));
    // Too large a frame, bad UTF-8 and the like: `ws` closes the socket by itself afterwards.
    socket.on('error', (error) =>
      log.warn({ err: error, agent: this.#link?.agentId }, 'agent connection'),
    );
  }

  close(code: number, why: string): void {
    if (this.#state === 'closed') return;
    this.#end();
    const { socket } = this.#options;
    if (socket.readyState === socket.OPEN)
      socket.send(JSON.stringify({ type: 'goodbye', why } satisfies ToAgent));
    // A close reason is at most 123 bytes; the goodbye frame has the whole sentence.
    socket.close(code, Buffer.from(why).subarray(0, 100).toString().replaceAll('\uFFFD', ''));
    if (this.#link) this.#options.handlers.gone(this.#link, why);
  }

  #end(): void {
    this.#state = 'closed';
    this.#cancelHello();
    // A paused socket would never see the other side close.
    this.#options.socket.resume();
  }

  #onClose(code: number, reason: Buffer): void {
    if (this.#state === 'closed') return;
    this.#end();
    const why = reason.length > 0 ? reason.toString() : `connection closed (${code})`;
    if (this.#link) this.#options.handlers.gone(this.#link, why);
  }

  #onMessage(data: RawData, isBinary: boolean): void {
    if (this.#state === 'closed' || !Buffer.isBuffer(data)) return;
    try {
      if (isBinary) this.#onBinary(data);
      else this.#onText(data);
    } catch (error) {
      this.#onBug(error);
    }
  }

  #onText(data: Buffer): void {
    const frame = this.#read(data);
    if (typeof frame === 'string') return this.close(CLOSE.badFrame, frame);
    if (frame === null) return;
    if (frame.type === 'hello') {
      if (this.#state !== 'new')
        return this.close(CLOSE.badFrame, 'a second hello on one connection');
      return this.#brake(this.#greet(frame));
    }
    const link = this.#link;
    const { handlers } = this.#options;
    if (!link) return this.close(CLOSE.badFrame, `"${frame.type}" before hello`);
    if (this.#isTrial) return this.#onTrial(link, frame);
    handlers.heard(link);
    if (frame.type === 'heartbeat') return handlers.heartbeat(link, frame);
    if (this.#state !== 'open') return this.close(CLOSE.badFrame, `"${frame.type}" before welcome`);
    if (frame.type === 'report') return this.#brake(handlers.report(link, frame));
    if (frame.type === 'declined') return this.#brake(handlers.declined(link, frame));
    if (frame.type === 'work_kept') return this.#brake(handlers.workKept(link, frame));
    if (frame.type === 'task_order') return this.#brake(handlers.order(link, frame));
    if (frame.type === 'output_end') return handlers.outputEnd(link, frame);
    if (
      frame.type === 'console_opened' ||
      frame.type === 'console_ended' ||
      frame.type === 'consoles_here'
    )
      return handlers.console(link, frame);
    return handlers.machine(link, frame);
  }

  /** A build on trial says that it lives, and how its self-test went; the agent's own link says all else. */
  #onTrial(link: Link, frame: FromAgent): void {
    if (frame.type === 'heartbeat') return link.send({ type: 'heartbeat', n: frame.n });
    if (frame.type === 'self_test_result') return this.#options.handlers.machine(link, frame);
    return this.close(CLOSE.badFrame, `"${frame.type}" is not for a build on trial to say`);
  }

  /** `null`: a frame that only builds newer than ours know. A text: it is none. */
  #read(data: Buffer): FromAgent | string | null {
    let value: unknown;
    try {
      value = JSON.parse(data.toString());
    } catch {
      return 'a text frame is not JSON';
    }
    if (this.#state === 'new') this.#isNewer = isNewer(value);
    const read = readFrame(FromAgent, value, this.#isNewer);
    if (read.kind === 'frame') return read.frame;
    if (read.kind === 'bad') return `a frame is not as agreed: ${read.why}`;
    if (!this.#unknown.has(read.type) && this.#unknown.size < MOST_UNKNOWN) {
      this.#unknown.add(read.type);
      const about = { agent: this.#link?.agentId, frame: read.type };
      this.#options.log.info(about, 'a frame that only newer builds know is passed over');
    }
    return null;
  }

  #onBinary(data: Buffer): void {
    const link = this.#link;
    if (!link || this.#state !== 'open') return this.close(CLOSE.badFrame, 'output before welcome');
    if (this.#isTrial) return this.close(CLOSE.badFrame, 'a build on trial has no output');
    this.#options.handlers.heard(link);
    if (isConsoleFrame(data)) {
      const bytes = decodeConsole(data);
      if (!bytes.ok) return this.close(CLOSE.badFrame, bytes.error);
      return this.#options.handlers.consoleOutput(link, bytes.value);
    }
    const frame = decodeOutput(data);
    if (!frame.ok) return this.close(CLOSE.badFrame, frame.error);
    return this.#options.handlers.output(link, frame.value);
  }

  async #greet(frame: Hello): Promise<void> {
    const { doubt, socket, address, hasCertificate, handlers } = this.#options;
    const version = checkProtocol(frame.protocol);
    if (!version.ok) return this.close(CLOSE.badFrame, version.error);
    const doubted = doubt(frame.agentId);
    if (doubted !== null) return this.close(CLOSE.unauthorized, doubted);
    this.#cancelHello();
    this.#state = 'greeting';
    this.#link = {
      agentId: frame.agentId,
      address,
      hasCertificate,
      protocol: frame.protocol,
      build: frame.build,
      send: (answer) => socket.send(JSON.stringify(answer)),
      sendBytes: (data) => socket.send(data),
      close: (code, why) => this.close(code, why),
      isClosed: () => this.#state === 'closed',
      isOpen: () => this.#state === 'open',
      isDeaf: () => socket.isPaused,
      welcome: (answer) => {
        // Open before it is sent: what the agent answers may be here before anything else runs.
        this.#state = 'open';
        socket.send(JSON.stringify(answer));
      },
    };
    this.#isTrial = frame.trial !== null;
    if (this.#isTrial) handlers.trial(this.#link, frame);
    else await handlers.hello(this.#link, frame);
  }

  /** Reads no further while too much is in work; a failure of the work ends the link. */
  #brake(work: Promise<void>): void {
    const { socket } = this.#options;
    this.#pending += 1;
    if (this.#pending >= MOST_PENDING) socket.pause();
    void work
      .catch((error: unknown) => this.#onBug(error))
      .finally(() => {
        this.#pending -= 1;
        if (this.#pending < MOST_PENDING && socket.isPaused) socket.resume();
      });
  }

  #onBug(error: unknown): void {
    this.#options.log.error(
      { err: error, agent: this.#link?.agentId },
      'an agent frame could not be handled',
    );
    this.close(CLOSE.notNow, 'the coordinator had an error of its own; its log has more');
  }
}

/** Said in the first frame of a connection. */
function isNewer(hello: unknown): boolean {
  if (typeof hello !== 'object' || hello === null || !('protocol' in hello)) return false;
  return typeof hello.protocol === 'number' && hello.protocol > PROTOCOL_VERSION;
}
