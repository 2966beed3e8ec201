/**
 * A transcript as it grows: bytes in, entries out, within bounds. The result of a tool is laid into its call, and what an answer
 * of the model used follows it. Entries are values: one that changes is a new one.
 */
import {
  words,
  type Entry,
  type EntryBody,
  type UsageEntry,
} from '../../../shared/transcript/entry.ts';
import { readTranscriptLine } from '../../../shared/transcript/read-line.ts';

export interface Transcript {
  /** The newest entries, oldest first. The list is a new one after each change. */
  readonly entries: readonly Entry[];
  /** Older entries that are not held any more. */
  readonly dropped: number;
}

export interface TranscriptReader {
  push(bytes: Uint8Array): void;
  /** The transcript is whole: a last line without an end counts. */
  end(): void;
  /** What there is now; the same value until there is more. */
  read(): Transcript;
}

export const MOST_ENTRIES = 50_000;
/** Of all texts together. */
const MOST_CHARACTERS = 48 * 1024 * 1024;
/** A line that is longer is kept as the beginning of itself. */
const LONGEST_LINE = 1024 * 1024;

export function readTranscript(mostEntries: number = MOST_ENTRIES): TranscriptReader {
  const shelf = createShelf(mostEntries);
  const lines = splitLines((line, offset, isCut) => {
    if (isCut) shelf.add({ kind: 'raw', ...words(line) }, offset, null);
    else shelf.take(line, offset);
  });
  return {
    push: (bytes) => lines.push(bytes),
    end() {
      lines.end();
      shelf.endTurn();
    },
    read: () => shelf.read(),
  };
}

interface Shelf {
  add(body: EntryBody, offset: number, at: number | null): void;
  take(line: string, offset: number): void;
  endTurn(): void;
  read(): Transcript;
}

function createShelf(mostEntries: number): Shelf {
  let entries: Entry[] = [];
  let dropped = 0;
  let characters = 0;
  let next = 0;
  let shown: Transcript | null = null;
  /** Calls without a result, by the engine's name of them. */
  const open = new Map<string, number>();
  let turn: { id: string; usage: UsageEntry; offset: number; at: number | null } | null = null;

  function add(body: EntryBody, offset: number, at: number | null): void {
    if (body.kind === 'tool_call') open.set(body.id, next);
    entries.push({ ...body, n: next, offset, at });
    next += 1;
    characters += sizeOf(body);
    shown = null;
    if (entries.length > mostEntries || characters > MOST_CHARACTERS) drop();
  }

  /** Some more than needed, so that it is seldom done. */
  function drop(): void {
    const surplus = surplusOf(entries, mostEntries);
    entries = entries.slice(surplus);
    dropped += surplus;
    characters = entries.reduce((sum, entry) => sum + sizeOf(entry), 0);
    for (const [id, n] of open) if (n < dropped) open.delete(id);
  }

  function settle(body: Extract<EntryBody, { kind: 'tool_result' }>): boolean {
    const n = open.get(body.id);
    const call = n === undefined ? undefined : entries[n - dropped];
    if (n === undefined || call?.kind !== 'tool_call') return false;
    open.delete(body.id);
    const { text, cut, isError, exitCode } = body;
    entries[n - dropped] = { ...call, result: { text, cut, isError, exitCode } };
    characters += text.length;
    shown = null;
    return true;
  }

  function endTurn(): void {
    if (turn) add(turn.usage, turn.offset, turn.at);
    turn = null;
  }

  return {
    add,
    endTurn,
    take(line: string, offset: number): void {
      const { at, bodies, turn: said } = readTranscriptLine(line);
      if (said === null || said.id !== turn?.id) endTurn();
      for (const body of bodies) {
        if (body.kind !== 'tool_result' || !settle(body)) add(body, offset, at);
      }
      if (said) turn = { ...said, offset, at };
    },
    read(): Transcript {
      shown ??= { entries: [...entries], dropped };
      return shown;
    },
  };
}

/** So many of the oldest have to go. */
function surplusOf(entries: readonly Entry[], mostEntries: number): number {
  let surplus = Math.max(0, entries.length - Math.floor(mostEntries * 0.9));
  let left = entries.slice(surplus).reduce((sum, entry) => sum + sizeOf(entry), 0);
  while (left > MOST_CHARACTERS * 0.9 && surplus < entries.length - 1) {
    const oldest = entries[surplus];
    left -= oldest ? sizeOf(oldest) : 0;
    surplus += 1;
  }
  return surplus;
}

function sizeOf(body: EntryBody): number {
  if (body.kind === 'tool_call') {
    return 200 + body.input.text.length + (body.result?.text.length ?? 0);
  }
  return 200 + ('text' in body ? body.text.length : 0);
}

type OnLine = (line: string, offset: number, isCut: boolean) => void;

/** Bytes into lines, each with the place of its first byte. */
function splitLines(onLine: OnLine) {
  const decoder = new TextDecoder();
  let pieces: Uint8Array[] = [];
  /** Bytes of the open line that are kept, and that came. */
  let kept = 0;
  let length = 0;
  let offset = 0;

  function keep(bytes: Uint8Array): void {
    length += bytes.length;
    const room = LONGEST_LINE - kept;
    if (room <= 0 || bytes.length === 0) return;
    // A copy: the bytes are a part of what came over the wire, which would be held whole.
    const piece = bytes.slice(0, room);
    pieces.push(piece);
    kept += piece.length;
  }

  function endLine(withBreak: boolean): void {
    const all = new Uint8Array(kept);
    let at = 0;
    for (const piece of pieces) {
      all.set(piece, at);
      at += piece.length;
    }
    if (length > 0) onLine(decoder.decode(all), offset, length > kept);
    offset += length + (withBreak ? 1 : 0);
    pieces = [];
    kept = 0;
    length = 0;
  }

  return {
    push(bytes: Uint8Array): void {
      let from = 0;
      for (;;) {
        const end = bytes.indexOf(10, from);
        if (end < 0) break;
        keep(bytes.subarray(from, end));
        endLine(true);
        from = end + 1;
      }
      keep(bytes.subarray(from));
    },
    end: () => endLine(false),
  };
}
