/**
 * Writes output into an xterm: what came since the last frame in few slices, so that the page stays awake, and tells whoever gave
 * it when it was digested, so that no more comes than can be shown. Knows which line shows which byte.
 */
import type { IMarker, Terminal } from '@xterm/xterm';
import { linePlaces } from './line-places.ts';
import { grouped, joined, type Piece } from './pieces.ts';

export interface Writer {
  add(bytes: Uint8Array, done: () => void): void;
  /**
   * Forgets what is not written yet, and clears the terminal.
   * @param from offset of the byte that comes next
   * @param modes sequences that set the terminal up for it
   */
  restart(from: number, modes?: string): void;
  /** Offset of the byte that a line of the buffer begins with. */
  offsetOf(line: number): number;
  /** The line of the buffer that shows a byte. */
  lineOf(offset: number): number;
  close(): void;
}

/** The terminal takes a breath between writes, not within one. */
const LARGEST_WRITE_BYTES = 32 * 1024;

/** The escape sequence for a full reset. */
const RESET = Uint8Array.of(0x1b, 0x63);

export function createWriter(
  terminal: Terminal,
  nextFrame: (run: () => void) => () => void,
): Writer {
  let pieces: Piece[] = [];
  let cancel: (() => void) | null = null;
  let life = 0;
  let places = linePlaces(0);
  let written = 0;
  /** Lines that the buffer has dropped since the restart, seen by a marker that moves with its line. */
  let dropped = 0;
  let mark: { readonly marker: IMarker; readonly line: number } | null = null;

  function flush(): void {
    cancel = null;
    const [batch, current] = [pieces, life];
    pieces = [];
    for (const group of grouped(batch, LARGEST_WRITE_BYTES)) {
      const bytes = joined(group);
      terminal.write(bytes, () => {
        if (current === life) note(bytes.length);
        for (const { done } of group) done();
      });
    }
  }

  function note(count: number): void {
    written += count;
    const { active } = terminal.buffer;
    // What fills the screen without scrolling has no lines of its own.
    if (active.type === 'alternate') return;
    if (mark) {
      // Gone: more was written at once than is held.
      const line = mark.marker.isDisposed ? 0 : mark.marker.line;
      dropped += mark.line - line;
      mark.marker.dispose();
      places.drop(dropped);
    }
    const line = active.baseY + active.cursorY;
    places.note(dropped + line, written);
    mark = { marker: terminal.registerMarker(0), line };
  }

  return {
    add(bytes, done) {
      pieces.push({ bytes, done });
      cancel ??= nextFrame(flush);
    },
    restart(from, modes = '') {
      life += 1;
      cancel?.();
      cancel = null;
      pieces = [];
      mark?.marker.dispose();
      mark = null;
      [written, dropped] = [from, 0];
      places = linePlaces(from);
      // In its turn behind what is being written, which a reset at once would let come after it.
      terminal.write(RESET);
      terminal.write(modes);
    },
    offsetOf: (line) => places.offsetOf(dropped + line),
    lineOf: (offset) => Math.max(0, places.lineOf(offset) - dropped),
    close: () => cancel?.(),
  };
}
