/**
 * What comes over the live connection, read and handed on: all of one frame together, and in a very busy workshop all of a tenth of
 * a second, so that the page spends its time on people. What is large is read in pieces, for the same reason. Owned by `socket.ts`.
 */
import type { Clock } from '../../shared/clock.ts';
import { decodeConsole, isConsoleFrame, type ConsoleFrame } from '../../shared/protocol/console.ts';
import { decodeOutput, type OutputFrame } from '../../shared/protocol/output.ts';
import type { Whole } from './gathering.ts';
import { createReader } from './reader.ts';

export type LiveMessage = Exclude<Whole, { type: 'output_end' }>;
export type OutputMessage =
  | { readonly type: 'bytes'; readonly frame: OutputFrame }
  | Extract<Whole, { type: 'output_end' }>;

export interface InboxHandlers {
  /** Everything that arrived since the last time, in order. */
  onBatch(messages: readonly LiveMessage[]): void;
  onOutput(message: OutputMessage): void;
  onConsole(frame: ConsoleFrame): void;
  /** What is sent is not what this version understands. */
  onNonsense(why: string): void;
}

export interface InboxDeps {
  readonly clock: Pick<Clock, 'after'>;
  /** Schedules a run with the next frame; the answer cancels it. */
  readonly nextFrame: (run: () => void) => () => void;
  readonly handlers: InboxHandlers;
}

export interface Inbox {
  receive(data: unknown): void;
  /** Hands on at once what was read. */
  flush(): void;
  /** Forgets what was not handed on. */
  drop(): void;
}

/** After so many events in one batch the next one is gathered for longer. */
const BUSY_EVENTS = 20;
const BUSY_MS = 100;

export function createInbox({ clock, nextFrame, handlers }: InboxDeps): Inbox {
  const reader = createReader(clock, take, (why) => handlers.onNonsense(why));
  let cancelFlush: (() => void) | null = null;
  let waiting: LiveMessage[] = [];
  let isBusy = false;

  function take(message: Whole): void {
    // Output has a brake of its own and an order of its own: it does not wait for the frame.
    if (message.type === 'output_end') return handlers.onOutput(message);
    waiting.push(message);
    cancelFlush ??= isBusy ? clock.after(BUSY_MS, flush) : nextFrame(flush);
  }

  function receiveBytes(bytes: Uint8Array): void {
    if (isConsoleFrame(bytes)) {
      const frame = decodeConsole(bytes);
      if (!frame.ok) return handlers.onNonsense(frame.error);
      return handlers.onConsole(frame.value);
    }
    const decoded = decodeOutput(bytes);
    if (!decoded.ok) return handlers.onNonsense(decoded.error);
    handlers.onOutput({ type: 'bytes', frame: decoded.value });
  }

  function flush(): void {
    const batch = takeAll();
    isBusy = eventsIn(batch) > BUSY_EVENTS;
    if (batch.length > 0) handlers.onBatch(batch);
  }

  function takeAll(): LiveMessage[] {
    cancelFlush?.();
    cancelFlush = null;
    const batch = waiting;
    waiting = [];
    return batch;
  }

  return {
    receive(data) {
      if (data instanceof ArrayBuffer) receiveBytes(new Uint8Array(data));
      else reader.read(data);
    },
    flush,
    drop() {
      takeAll();
      reader.drop();
    },
  };
}

function eventsIn(batch: readonly LiveMessage[]): number {
  return batch.reduce(
    (sum, message) => sum + (message.type === 'events' ? message.events.length : 0),
    0,
  );
}
