/**
 * One console and those who look at it. The agent is told that output was read as fast as whoever writes reads it; others
 * follow as they can, and one that falls behind what is kept goes on from there. While nobody looks, output is let through
 * slowly, so that what runs does not stand still and does not fill the link.
 */
import type { Clock } from '../../../../shared/clock.ts';
import type { Console, Surface } from '../../../../shared/console.ts';
import {
  CONSOLE_ACK_SHARE,
  CONSOLE_FRAME_MAX,
  CONSOLE_WINDOW,
  encodeConsole,
} from '../../../../shared/protocol/console.ts';
import type { ConsoleClient, Size, WatchOptions } from './port.ts';
import { createRing } from './ring.ts';

/** Output that is kept for who comes later, about a thousand lines; more than what may be under way. */
const KEPT_BYTES = 256 * 1024;
/** How often output is let through while nobody looks. */
const UNSEEN_MS = 100;
/** A console that nobody has looked at for so long is closed. */
export const FORGOTTEN_MS = 10 * 60_000;

export interface RoomDeps {
  readonly clock: Clock;
  /** Output up to `offset` was read; so much may be under way beyond it. */
  readonly ack: (offset: number, window: number) => void;
  /** Output that is new. */
  readonly printed: (bytes: Uint8Array) => void;
  readonly resize: (size: Size) => void;
  readonly type: (bytes: Uint8Array) => void;
  readonly changed: (console: Console) => void;
  /** Nobody has looked at it for FORGOTTEN_MS. */
  readonly forgotten: () => void;
}

interface Reader {
  readonly client: ConsoleClient;
  readonly surface: Surface;
  sent: number;
  acked: number;
  /** How much may be under way to it. */
  window: number;
}

export class Room {
  readonly #deps: RoomDeps;
  readonly #ring = createRing(KEPT_BYTES);
  readonly #readers = new Map<string, Reader>();
  #console: Console;
  #acked = 0;
  #cancelUnseen: (() => void) | null = null;
  #cancelForgotten: () => void;

  constructor(console: Console, deps: RoomDeps) {
    this.#console = console;
    this.#deps = deps;
    this.#cancelForgotten = deps.clock.after(FORGOTTEN_MS, deps.forgotten);
  }

  get console(): Console {
    return this.#console;
  }

  change(changes: Partial<Console>): void {
    this.#console = { ...this.#console, ...changes };
    this.#deps.changed(this.#console);
  }

  end(): void {
    this.#cancelForgotten();
    this.#cancelUnseen?.();
  }

  /** The agent has a new link: it goes on from here. */
  resume(): void {
    this.#acked = this.#ring.end;
    this.#deps.ack(this.#acked, CONSOLE_WINDOW);
  }

  output(offset: number, bytes: Uint8Array): void {
    // What came twice over two links.
    const fresh = bytes.subarray(Math.min(bytes.length, Math.max(0, this.#ring.end - offset)));
    if (fresh.length === 0) return;
    this.#ring.append(fresh);
    this.#deps.printed(fresh);
    for (const reader of this.#readers.values()) this.#pump(reader);
    this.#pace();
  }

  watch(client: ConsoleClient, { from, pen, surface }: WatchOptions): void {
    const at = Math.min(Math.max(from, this.#ring.start), this.#ring.end);
    const reader = { client, surface, sent: at, acked: at, window: CONSOLE_WINDOW };
    this.#readers.set(client.id, reader);
    this.#cancelForgotten();
    const isFree = this.#console.writer === null;
    this.change({
      watchers: this.#readers.size,
      ...(pen && isFree && { writer: { clientId: client.id, surface } }),
    });
    this.#pump(reader);
    this.#pace();
  }

  unwatch(client: ConsoleClient): void {
    if (!this.#readers.delete(client.id)) return;
    const isWriter = this.#isWriter(client);
    this.change({ watchers: this.#readers.size, ...(isWriter && { writer: null }) });
    if (this.#readers.size === 0)
      this.#cancelForgotten = this.#deps.clock.after(FORGOTTEN_MS, this.#deps.forgotten);
    this.#pace();
  }

  /** @param window how much may be under way beyond it, in bytes */
  acknowledge(client: ConsoleClient, offset: number, window: number): void {
    const reader = this.#readers.get(client.id);
    if (!reader || offset <= reader.acked || offset > reader.sent) return;
    reader.acked = offset;
    reader.window = window;
    this.#pump(reader);
    this.#pace();
  }

  takePen(client: ConsoleClient): void {
    const reader = this.#readers.get(client.id);
    if (!reader || this.#isWriter(client)) return;
    this.change({ writer: { clientId: client.id, surface: reader.surface } });
    this.#pace();
  }

  type(client: ConsoleClient, bytes: Uint8Array): void {
    if (this.#isWriter(client)) this.#deps.type(bytes);
  }

  resize(client: ConsoleClient, { cols, rows }: Size): void {
    const { cols: wide, rows: tall } = this.#console;
    if (!this.#isWriter(client) || (cols === wide && rows === tall)) return;
    this.#deps.resize({ cols, rows });
    this.change({ cols, rows });
  }

  #isWriter(client: ConsoleClient): boolean {
    return this.#console.writer?.clientId === client.id;
  }

  #pump(reader: Reader): void {
    const ring = this.#ring;
    while (reader.sent < ring.end && reader.sent - reader.acked < reader.window) {
      // It fell behind what is kept: the jump in the offsets tells it so. As much is under way to it as before.
      const behind = Math.max(0, ring.start - reader.sent);
      reader.sent += behind;
      reader.acked += behind;
      const bytes = ring.read(reader.sent, CONSOLE_FRAME_MAX);
      const consoleId = this.#console.id;
      reader.client.send(encodeConsole({ consoleId, offset: reader.sent, bytes }));
      reader.sent += bytes.length;
    }
  }

  /** Tells the agent how far the one who sets the pace has read. */
  #pace(): void {
    const { end } = this.#ring;
    const readers = [...this.#readers.values()];
    const writer = readers.find(({ client }) => this.#isWriter(client));
    if (readers.length === 0) {
      if (this.#acked < end)
        this.#cancelUnseen ??= this.#deps.clock.after(UNSEEN_MS, () => {
          this.#cancelUnseen = null;
          this.#ack(this.#ring.end, CONSOLE_WINDOW);
        });
      return;
    }
    const first = writer ?? readers.reduce((one, other) => (other.acked > one.acked ? other : one));
    const { acked: read, window } = first;
    if (read === end || read - this.#acked >= window * CONSOLE_ACK_SHARE) this.#ack(read, window);
  }

  #ack(offset: number, window: number): void {
    if (offset <= this.#acked) return;
    this.#acked = offset;
    this.#deps.ack(offset, window);
  }
}
