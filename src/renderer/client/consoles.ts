/**
 * Looking at consoles over the live connection, and typing into them. What comes for the one that a person types into is
 * shown at once, all others take turns. After a break it goes on where it was; where more was printed meanwhile than is
 * kept, the reader begins anew.
 */
import type { ConsoleId, Surface } from '../../shared/console.ts';
import type { FromClient } from '../../shared/protocol/client.ts';
import {
  CONSOLE_FRAME_MAX,
  encodeConsole,
  type ConsoleFrame,
} from '../../shared/protocol/console.ts';
import { createTurns, type TurnsDeps } from './turns.ts';
import { createWatched, type ConsoleReader, type Watched } from './watched.ts';

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

export interface ConsolesDeps extends TurnsDeps {
  readonly send: (message: FromClient) => void;
  readonly sendBytes: (data: Uint8Array<ArrayBuffer>) => void;
  readonly surface: Surface;
}

export function createConsoles({ send, sendBytes, surface, ...deps }: ConsolesDeps): Consoles {
  const watches = new Map<ConsoleId, Watched>();
  const claimed = new Set<ConsoleId>();
  const turns = createTurns(deps);
  let typedInto: ConsoleId | null = null;

  function open(id: ConsoleId, { taken }: Watched): void {
    send({ type: 'console_watch', consoleId: id, from: taken, pen: claimed.has(id), surface });
  }

  return {
    watch(id, reader) {
      const acknowledge = (offset: number, window: number): void =>
        send({ type: 'console_ack', consoleId: id, offset, window });
      const watched = createWatched({ reader, clock: deps.clock, acknowledge });
      watches.set(id, watched);
      open(id, watched);
      return {
        type(text) {
          typedInto = id;
          type(id, text, sendBytes);
          // What is answered must not wait behind what came before.
          watched.show();
        },
        resize: (cols, rows) => send({ type: 'console_resize', consoleId: id, cols, rows }),
        takePen() {
          claimed.add(id);
          send({ type: 'console_pen', consoleId: id });
        },
        close() {
          turns.forget(watched.show);
          if (watches.get(id) !== watched) return;
          watches.delete(id);
          send({ type: 'console_unwatch', consoleId: id });
        },
      };
    },
    claim(id) {
      claimed.add(id);
      const watched = watches.get(id);
      if (watched) open(id, watched);
    },
    reopen() {
      for (const [id, watched] of watches) open(id, watched);
    },
    receive(frame) {
      const { consoleId } = frame;
      const watched = watches.get(consoleId);
      if (!watched?.take(frame)) return;
      if (consoleId === typedInto) watched.show();
      else turns.ask(watched.show);
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
