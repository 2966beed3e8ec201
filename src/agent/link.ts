/**
 * The one connection to the coordinator: opened, greeted, kept alive by heartbeats, opened again with doubling pauses
 * when it breaks. It knows when the coordinator was heard last, which is what attempts may run by; what frames mean is
 * decided by its owner.
 */
import type { IncomingMessage } from 'node:http';
import type { Logger } from 'pino';
import { WebSocket, type RawData } from 'ws';
import type { Vitals } from '../shared/domain/agent.ts';
import type { Condition } from '../shared/domain/condition.ts';
import type { DoorCode } from '../shared/protocol/enrol.ts';
import { FromAgent, ToAgent } from '../shared/protocol/agent.ts';
import { readFrame } from '../shared/protocol/read-frame.ts';
import {
  AGENT_PAUSE_MS,
  HEARTBEAT_MS,
  RECONNECT_FIRST_MS,
  RECONNECT_LONGEST_MS,
} from '../shared/protocol/timing.ts';
import { PROTOCOL_VERSION } from '../shared/protocol/version.ts';
import type { MachineClock } from './clock.ts';
import { messageOf } from './failure.ts';
import type { Access } from './identity/access.ts';
import { refusalOf } from './identity/ask.ts';
import { tlsTrouble } from './identity/tls.ts';
import type { OutputLink } from './sender.ts';

/** Unsent bytes on the socket beyond which output waits, and below which it goes on. */
const BUFFER_HIGH = 4 * 1024 * 1024;
const BUFFER_LOW = 1024 * 1024;
/** A connection that is not welcomed within this time is given up. */
const WELCOME_MS = 5_000;
/** Refusals that only a person can end, and how often it is looked whether somebody has. */
const LASTING: ReadonlySet<string> = new Set<DoorCode>([
  'not_a_member',
  'key_replaced',
  'certificate_refused',
]);
const REFUSED_MS = 30_000;
/** Share of the pause limit after which a silent connection is replaced by a new one. */
const SILENT_SHARE = 0.6;
/** So many heartbeats say how long a round trip is. */
const ROUND_TRIPS = 5;
/** So many kinds of frames that we do not know are told of. */
const MOST_UNKNOWN = 20;

export type Hello = Extract<FromAgent, { type: 'hello' }>;
export type Welcome = Extract<ToAgent, { type: 'welcome' }>;

export interface LinkOptions {
  /** `http://host:port` or `https://host:port` of the coordinator. */
  readonly coordinator: string;
  /** What shows who we are, asked for at each connection. */
  readonly access: () => Access;
  /** The coordinator says that the time of our certificate is over. */
  readonly onExpired?: () => void;
  readonly clock: MachineClock;
  readonly log: Logger;
  /** Who we are and what we hold, at the moment of connecting. */
  readonly hello: () => Promise<Hello>;
  readonly heartbeat: () => {
    vitals: Vitals;
    conditions: Condition[];
    at?: number;
    repos?: string[];
  };
  readonly onWelcome: (frame: Welcome) => void;
  readonly onFrame: (
    frame: Exclude<ToAgent, { type: 'welcome' | 'heartbeat' | 'goodbye' }>,
  ) => void;
  /** A binary frame. Answers why it is none; `null`: it was one. */
  readonly onBytes: (data: Uint8Array) => string | null;
  /** Output may be sent again. */
  readonly onRoom: () => void;
  /** The coordinator was heard; attempts that count may go on. */
  readonly onHeard: () => void;
}

export interface Link extends OutputLink {
  connect(): void;
  /** Sends when connected and welcomed; answers whether it did. */
  send(frame: FromAgent): boolean;
  /** The coordinator welcomed us, and the connection stands. */
  readonly connected: boolean;
  /** ms since the coordinator was heard last. */
  silentFor(): number;
  /**
   * When the coordinator was heard last: the time (ms since the machine started) at which the newest hello or heartbeat
   * that it answered was *sent*, so that its own count of our silence is at most as long.
   */
  heardAt(): number;
  /** Sends a heartbeat now. */
  hearNow(): void;
  /** The silence after which attempts stand still. */
  readonly pauseMs: number;
  close(): void;
}

/** Connects when it is told to, and goes on until `close`. */
export function createLink(options: LinkOptions): Link {
  return new CoordinatorLink(options);
}

class CoordinatorLink implements Link {
  private readonly options: LinkOptions;
  private socket: WebSocket | null = null;
  private welcomed = false;
  /** The coordinator speaks a newer protocol than we: what we do not know of it is passed over. */
  private isNewer = false;
  private readonly unknown = new Set<string>();
  private closed = false;
  private full = false;
  private reconnectMs = RECONNECT_FIRST_MS;
  private lastProblem = '';
  private heartbeatMs = HEARTBEAT_MS;
  pauseMs = AGENT_PAUSE_MS;
  /** Of the latest heartbeats that were answered, in ms. The shortest is the link's; the others also waited for one of the ends. */
  private roundTrips: number[] = [];
  private beat = 0;
  private readonly beats = new Map<number, number>();
  private helloAt = 0;
  /** When the newest answered hello or heartbeat was sent: the coordinator's lease is at least as young. */
  private aliveAt: number;
  private cancels: (() => void)[] = [];
  private cancelReconnect = (): void => {};
  private cancelSilence = (): void => {};

  constructor(options: LinkOptions) {
    this.options = options;
    this.aliveAt = options.clock.sinceBoot();
  }

  connect(): void {
    const { coordinator, clock } = this.options;
    let access: Access;
    try {
      access = this.options.access();
    } catch (error) {
      return this.again(messageOf(error));
    }
    const socket = new WebSocket(`${coordinator.replace(/^http/, 'ws')}/agent`, {
      ...access,
      perMessageDeflate: false,
      // A mask hides nothing; it keeps scripts in browsers from forging traffic, which we are not. All zeros, neither end
      // walks through every byte for it: 0.8 instead of 0.6 of a terminal's own speed.
      generateMask: (mask) => mask.fill(0),
      handshakeTimeout: WELCOME_MS,
      maxPayload: 16 * 1024 * 1024,
    });
    this.socket = socket;
    socket.on('open', () => {
      this.cancels.push(
        clock.after(Math.min(WELCOME_MS, this.pauseMs * SILENT_SHARE), () =>
          this.drop(socket, 'the coordinator did not answer our hello'),
        ),
      );
      this.greet(socket).catch((error: unknown) => this.drop(socket, messageOf(error)));
    });
    socket.on('message', (data, isBinary) => {
      if (socket === this.socket) this.onMessage(socket, data, isBinary);
    });
    socket.on('unexpected-response', (_, response) => {
      this.onRefused(socket, response).catch((error: unknown) =>
        this.drop(socket, messageOf(error)),
      );
    });
    socket.on('error', (error) => {
      const other = `cannot reach the coordinator at ${coordinator}: ${messageOf(error)}`;
      this.drop(socket, tlsTrouble(error, coordinator, clock.now()) ?? other);
    });
    socket.on('close', (code, reason) =>
      this.drop(socket, reason.length > 0 ? String(reason) : `connection closed (${code})`),
    );
  }

  private async onRefused(socket: WebSocket, response: IncomingMessage): Promise<void> {
    const { coordinator, onExpired } = this.options;
    const refusal = await refusalOf(response);
    if (socket !== this.socket) return;
    if (refusal?.code === 'certificate_expired') onExpired?.();
    // Nothing that passes by itself.
    else if (refusal && LASTING.has(refusal.code)) this.reconnectMs = REFUSED_MS;
    const why =
      refusal && `the coordinator at ${coordinator} refuses this agent: ${refusal.message}`;
    this.drop(socket, why ?? refusedBecause(response.statusCode, coordinator));
  }

  send(frame: FromAgent): boolean {
    if (!this.welcomed || !this.socket) return false;
    this.transmit(this.socket, frame);
    return true;
  }

  canSend(): boolean {
    return this.welcomed && !this.full;
  }

  sendOutput(frame: Uint8Array): boolean {
    const { socket } = this;
    if (!socket || !this.canSend()) return false;
    socket.send(frame, () => this.onFlushed(socket));
    if (socket.bufferedAmount > BUFFER_HIGH) this.full = true;
    return true;
  }

  get connected(): boolean {
    return this.welcomed;
  }

  silentFor(): number {
    return this.options.clock.sinceBoot() - this.aliveAt;
  }

  heardAt(): number {
    return this.aliveAt;
  }

  hearNow(): void {
    if (this.welcomed) this.beatNow();
  }

  close(): void {
    this.closed = true;
    this.cancelReconnect();
    this.cancelSilence();
    const { socket } = this;
    this.reset();
    socket?.close(1000, 'the agent ends');
  }

  private async greet(socket: WebSocket): Promise<void> {
    const hello = await this.options.hello();
    if (socket !== this.socket) return;
    this.helloAt = this.options.clock.sinceBoot();
    this.transmit(socket, hello);
  }

  private transmit(socket: WebSocket, frame: FromAgent): void {
    // A frame of ours that is not as agreed is a bug here: better found here than guessed at over there.
    socket.send(JSON.stringify(FromAgent.parse(frame)));
  }

  private onFlushed(socket: WebSocket): void {
    if (!this.full || socket !== this.socket || socket.bufferedAmount > BUFFER_LOW) return;
    this.full = false;
    this.options.onRoom();
  }

  private onMessage(socket: WebSocket, data: RawData, isBinary: boolean): void {
    if (isBinary) return this.onBytes(socket, data);
    const frame = this.read(data);
    if (typeof frame === 'string')
      return this.drop(socket, `the coordinator does not speak our protocol: ${frame}`);
    if (frame === null) return;
    if (frame.type === 'welcome') return this.onWelcome(frame);
    if (frame.type === 'heartbeat') return this.onHeartbeat(frame.n);
    if (frame.type === 'goodbye')
      return this.drop(socket, `the coordinator said goodbye: ${frame.why}`);
    this.options.onFrame(frame);
  }

  private onBytes(socket: WebSocket, data: RawData): void {
    // With the default binaryType it arrives in one buffer.
    const why = Buffer.isBuffer(data) ? this.options.onBytes(data) : 'it came in pieces';
    if (why !== null) this.drop(socket, `the coordinator does not speak our protocol: ${why}`);
  }

  /** `null`: a frame that only builds newer than ours know. A text: why it is none. */
  private read(data: RawData): ToAgent | string | null {
    let value: unknown;
    try {
      // With the default binaryType text arrives in one buffer.
      value = Buffer.isBuffer(data) ? JSON.parse(data.toString('utf8')) : undefined;
    } catch {
      return 'a frame is not JSON';
    }
    if (!this.welcomed) this.isNewer = (protocolOf(value) ?? 0) > PROTOCOL_VERSION;
    const read = readFrame(ToAgent, value, this.isNewer);
    if (read.kind === 'frame') return read.frame;
    if (read.kind === 'bad') return read.why;
    if (!this.unknown.has(read.type) && this.unknown.size < MOST_UNKNOWN) {
      this.unknown.add(read.type);
      this.options.log.info(
        { frame: read.type },
        'a frame that only newer builds know is passed over',
      );
    }
    return null;
  }

  private onWelcome(frame: Welcome): void {
    this.stopTimers();
    this.welcomed = true;
    this.lastProblem = '';
    this.heartbeatMs = frame.heartbeatMs;
    this.pauseMs = frame.pauseMs;
    this.options.log.info({ attempts: frame.attempts.length }, 'connected to the coordinator');
    this.aliveAt = Math.max(this.aliveAt, this.helloAt);
    this.sendHeartbeat();
    this.watchSilence();
    this.options.onWelcome(frame);
    this.options.onHeard();
  }

  private sendHeartbeat(): void {
    this.beatNow();
    this.cancels.push(
      this.options.clock.after(this.heartbeatMs, () => {
        this.stopTimers();
        this.sendHeartbeat();
      }),
    );
  }

  private beatNow(): void {
    const { clock, heartbeat } = this.options;
    this.beat += 1;
    this.beats.set(this.beat, clock.sinceBoot());
    const latencyMs = this.roundTrips.length === 0 ? undefined : Math.min(...this.roundTrips);
    this.send({ type: 'heartbeat', n: this.beat, ...heartbeat(), latencyMs });
  }

  private onHeartbeat(n: number): void {
    const sentAt = this.beats.get(n);
    if (sentAt === undefined) return;
    const took = Math.max(0, this.options.clock.sinceBoot() - sentAt);
    this.roundTrips = [...this.roundTrips.slice(1 - ROUND_TRIPS), took];
    for (const older of [...this.beats.keys()].filter((key) => key <= n)) this.beats.delete(older);
    this.aliveAt = Math.max(this.aliveAt, sentAt);
    // Only a coordinator that goes on answering makes the next break a fresh one.
    this.reconnectMs = RECONNECT_FIRST_MS;
    this.watchSilence();
    this.options.onHeard();
  }

  private watchSilence(): void {
    this.cancelSilence();
    // A connection that answers nothing is as good as none; a new one may do better. Given up before attempts stand still.
    const mostMs = this.pauseMs * SILENT_SHARE;
    const left = Math.max(0, mostMs - this.silentFor());
    this.cancelSilence = this.options.clock.after(left, () => {
      if (this.socket && this.welcomed)
        this.drop(this.socket, `no heartbeat was answered for ${mostMs / 1000} s`);
    });
  }

  private drop(socket: WebSocket, why: string): void {
    if (socket !== this.socket) return;
    this.reset();
    socket.terminate();
    if (!this.closed) this.again(why);
  }

  private again(why: string): void {
    if (why !== this.lastProblem) this.options.log.warn(why);
    this.lastProblem = why;
    this.cancelReconnect = this.options.clock.after(this.reconnectMs, () => this.connect());
    this.reconnectMs = Math.min(this.reconnectMs * 2, RECONNECT_LONGEST_MS);
  }

  private reset(): void {
    this.stopTimers();
    this.socket = null;
    this.welcomed = false;
    this.full = false;
    this.beats.clear();
    // The next connection may go another way.
    this.roundTrips = [];
  }

  private stopTimers(): void {
    for (const cancel of this.cancels.splice(0)) cancel();
  }
}

/** The version of the protocol that a welcome names; what is said after it is read accordingly. */
function protocolOf(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null || !('protocol' in value)) return undefined;
  return typeof value.protocol === 'number' ? value.protocol : undefined;
}

function refusedBecause(status: number | undefined, coordinator: string): string {
  if (status === 401 || status === 403) {
    return `the coordinator at ${coordinator} refuses this agent's token; give the agent the configuration of this workshop`;
  }
  if (status === 404) return `there is no Koubou coordinator at ${coordinator} (it answers 404)`;
  return `the coordinator at ${coordinator} answers ${status ?? 'nothing'} instead of opening the connection`;
}
