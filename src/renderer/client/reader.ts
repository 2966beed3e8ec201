/**
 * Reads the texts of the live connection in the order in which they came, and checks them. A snapshot that comes in parts is put
 * together again. What is small is read at once; the load of a thousand machines would hold up the page for some frames, so it
 * is checked piece by piece.
 */
import { z } from 'zod';
import type { Clock } from '../../shared/clock.ts';
import { ToClient, VitalsMessage } from '../../shared/protocol/client.ts';
import { createGathering, type Whole } from './gathering.ts';

export interface Reader {
  read(text: unknown): void;
  /** Forgets what is not read to its end. */
  drop(): void;
}

/** Texts that are shorter are read at once. In UTF-16 units. */
const LARGE = 100_000;
/** Entries that are checked before the page has its turn: some milliseconds. */
const PIECE = 100;
/** Texts that are read in one turn, of those that waited for a large one. */
const AT_ONCE = 50;

const FOREIGN = 'not a message of this version';

const Vitals = VitalsMessage.shape.vitals;
/** As `VitalsMessage`, with a list that is not looked into yet. */
const LargeVitals = VitalsMessage.extend({ vitals: z.array(z.unknown()) });

export function createReader(
  clock: Pick<Clock, 'after'>,
  take: (message: Whole) => void,
  refuse: (why: string) => void,
): Reader {
  const gathering = createGathering();
  let texts: unknown[] = [];
  let cancel: (() => void) | null = null;

  function readAll(): void {
    for (let n = 0; !cancel && texts.length > 0; n++) {
      if (n === AT_ONCE) return later(readAll);
      readOne(texts.shift());
    }
  }

  function later(run: () => void): void {
    cancel = clock.after(0, () => {
      cancel = null;
      run();
    });
  }

  function readOne(text: unknown): void {
    if (typeof text !== 'string') return checkWhole(undefined);
    // To receive it took its time already: its reading begins with a turn of its own.
    if (text.length >= LARGE) return later(() => readLarge(text));
    checkWhole(parseJson(text));
  }

  function readLarge(text: string): void {
    const value = parseJson(text);
    const { data } = LargeVitals.safeParse(value);
    if (data) next(piecesOf(data));
    else checkWhole(value);
    readAll();
  }

  function checkWhole(value: unknown): void {
    const { data } = ToClient.safeParse(value);
    if (!data) return refuse(FOREIGN);
    const message = gathering.take(data);
    if (message) take(message);
  }

  /** Goes on with a large one; what comes meanwhile waits for its turn. */
  function next(pieces: Iterator<undefined, Whole | null>): void {
    const { done, value } = pieces.next();
    if (done === true) return value ? take(value) : refuse(FOREIGN);
    later(() => {
      next(pieces);
      readAll();
    });
  }

  return {
    read(text) {
      texts.push(text);
      readAll();
    },
    drop() {
      cancel?.();
      cancel = null;
      texts = [];
      gathering.drop();
    },
  };
}

/** Checks a large message, piece by piece; ends with `null` when it is none. */
function* piecesOf({ vitals }: z.infer<typeof LargeVitals>): Generator<undefined, Whole | null> {
  const checkedVitals = yield* checked(Vitals, vitals);
  return checkedVitals && { type: 'vitals', vitals: checkedVitals };
}

function* checked<T>(
  list: z.ZodType<T[]>,
  entries: readonly unknown[],
): Generator<undefined, T[] | null> {
  const good: T[] = [];
  for (let at = 0; at < entries.length; at += PIECE) {
    const piece = list.safeParse(entries.slice(at, at + PIECE));
    if (!piece.success) return null;
    good.push(...piece.data);
    yield;
  }
  return good;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema refuses it.
    return undefined;
  }
}
