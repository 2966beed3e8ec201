/**
 * What a console printed, until the coordinator says that it was read: at most the reader's window is under way, so that what a
 * person types is answered at once however much is printed. Kept so long, for a link that breaks.
 */
import { CONSOLE_FRAME_MAX, CONSOLE_WINDOW, encodeConsole } from '../../shared/protocol/console.ts';
import type { ConsoleId } from '../../shared/console.ts';
import type { OutputLink } from '../sender.ts';

export interface Outbox {
  /** Answers false when no more should be printed for now. */
  write(bytes: Buffer): boolean;
  /**
   * Read up to `offset`; over a new link, also where to go on. Answers true when more may be printed.
   * @param window how much may be under way beyond it, in bytes
   */
  acknowledged(offset: number, window: number): boolean;
  /** The link is down, or a new one: nothing is sent until it is said from where. */
  hold(): void;
  pump(): void;
}

export function createOutbox(consoleId: ConsoleId, link: OutputLink): Outbox {
  let kept = Buffer.alloc(0);
  let [acked, sent] = [0, 0];
  let most = CONSOLE_WINDOW;
  let isHeld = false;
  const hasRoom = (): boolean => kept.length < most;

  function pump(): void {
    for (;;) {
      const from = sent - acked;
      const to = Math.min(kept.length, most, from + CONSOLE_FRAME_MAX);
      if (isHeld || from >= to || !link.canSend()) return;
      const bytes = kept.subarray(from, to);
      if (!link.sendOutput(encodeConsole({ consoleId, offset: sent, bytes }))) return;
      sent += bytes.length;
    }
  }

  return {
    write(bytes) {
      kept = Buffer.concat([kept, bytes]);
      pump();
      return hasRoom();
    },
    acknowledged(offset, window) {
      most = window;
      const read = Math.min(Math.max(offset, acked), acked + kept.length);
      kept = kept.subarray(read - acked);
      acked = read;
      sent = isHeld ? read : Math.max(sent, read);
      isHeld = false;
      pump();
      return hasRoom();
    },
    hold() {
      isHeld = true;
    },
    pump,
  };
}
