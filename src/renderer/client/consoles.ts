/**
 * Looking at consoles over the live connection, and typing into them. After a break it goes on where it was; where more was
 * printed meanwhile than is kept, the reader begins anew.
 */
import type { ConsoleId, Surface } from '../../shared/console.ts';
import type { FromClient } from '../../shared/protocol/client.ts';
import {
  CONSOLE_ACK_EVERY,
  CONSOLE_FRAME_MAX,
  encodeConsole,
  type ConsoleFrame,
} from '../../shared/protocol/console.ts';

export interface ConsoleReader {
  /** `done` is called when the piece was digested. */
  onBytes(bytes: Uint8Array, done: () => void): void;
  /** What was shown before does not lead to what comes. */
  onReset(): void;
}

export interface ConsoleWatch {
  /** What the person typed. */
  type(text: string): void;
  resize(cols: number, rows: number): void;
  takePen(): void;
  close(): void;
}

export interface Consoles {
  watch(id: ConsoleId, reader: ConsoleReader): ConsoleWatch;
  /** The person opened it here: they have the pen, unless somebody else has. */
  claim(id: ConsoleId): void;
  /** The connection is (again) there. */
  reopen(): void;
  receive(frame: ConsoleFrame): void;
}

export interface ConsolesDeps {
  readonly send: (message: FromClient) => void;
  readonly sendBytes: (data: Uint8Array<ArrayBuffer>) => void;
  readonly surface: Surface;
}

interface Watch {
  readonly id: ConsoleId;
  readonly reader: ConsoleReader;
  taken: number;
  acknowledged: number;
}

export function createConsoles({ send, sendBytes, surface }: ConsolesDeps): Consoles {
  const watches = new Map<ConsoleId, Watch>();
  const claimed = new Set<ConsoleId>();

  function open({ id, taken }: Watch): void {
    send({ type: 'console_watch', consoleId: id, from: taken, pen: claimed.has(id), surface });
  }

  function onDigested(watch: Watch, offset: number): void {
    const isCaughtUp = offset === watch.taken;
    if (!isCaughtUp && offset - watch.acknowledged < CONSOLE_ACK_EVERY) return;
    watch.acknowledged = offset;
    send({ type: 'console_ack', consoleId: watch.id, offset });
  }

  return {
    watch(id, reader) {
      const watch = { id, reader, taken: 0, acknowledged: 0 };
      watches.set(id, watch);
      open(watch);
      return {
        type: (text) => type(id, text, sendBytes),
        resize: (cols, rows) => send({ type: 'console_resize', consoleId: id, cols, rows }),
        takePen() {
          claimed.add(id);
          send({ type: 'console_pen', consoleId: id });
        },
        close() {
          if (watches.get(id) !== watch) return;
          watches.delete(id);
          send({ type: 'console_unwatch', consoleId: id });
        },
      };
    },
    claim(id) {
      claimed.add(id);
      const watch = watches.get(id);
      if (watch) open(watch);
    },
    reopen() {
      for (const watch of watches.values()) open(watch);
    },
    receive({ consoleId, offset, bytes }) {
      const watch = watches.get(consoleId);
      if (!watch) return;
      if (offset > watch.taken) {
        watch.reader.onReset();
        watch.taken = offset;
      }
      const fresh = bytes.subarray(Math.min(bytes.length, watch.taken - offset));
      if (fresh.length === 0) return;
      watch.taken += fresh.length;
      const end = watch.taken;
      watch.reader.onBytes(fresh, () => onDigested(watch, end));
    },
  };
}

function type(id: ConsoleId, text: string, sendBytes: ConsolesDeps['sendBytes']): void {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += CONSOLE_FRAME_MAX) {
    const piece = bytes.subarray(at, at + CONSOLE_FRAME_MAX);
    sendBytes(encodeConsole({ consoleId: id, offset: 0, bytes: piece }));
  }
}
