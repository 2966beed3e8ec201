/**
 * Reads the texts of the live connection in the order in which they came, and checks them. What is small is read at once; the
 * snapshot of a large workshop would hold up the page for a tenth of a second, and the load of its machines for some frames, so
 * their lists are checked piece by piece.
 */
import { z } from 'zod';
import type { Clock } from '../../shared/clock.ts';
import { Snapshot, ToClient, VitalsMessage } from '../../shared/protocol/client.ts';

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

const { tasks: Tasks, attempts: Attempts, agents: Agents } = Snapshot.shape;
/** As `Snapshot`, with lists that are not looked into yet. */
const LargeSnapshot = z.strictObject({
  type: z.literal('snapshot'),
  snapshot: Snapshot.extend({
    tasks: z.array(z.unknown()),
    attempts: z.array(z.unknown()),
    agents: z.array(z.unknown()),
  }),
});
const Vitals = VitalsMessage.shape.vitals;
const LargeVitals = VitalsMessage.extend({ vitals: z.array(z.unknown()) });
const Large = z.discriminatedUnion('type', [LargeSnapshot, LargeVitals]);

export function createReader(
  clock: Pick<Clock, 'after'>,
  take: (message: ToClient) => void,
  refuse: (why: string) => void,
): Reader {
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
    const isLarge = typeof text === 'string' && text.length >= LARGE;
    // To receive it took its time already: its reading begins with a turn of its own.
    if (isLarge) return later(() => readLarge(text));
    checkWhole(typeof text === 'string' ? parseJson(text) : undefined);
  }

  function readLarge(text: string): void {
    const value = parseJson(text);
    const large = Large.safeParse(value);
    if (large.success) next(piecesOf(large.data));
    else checkWhole(value);
    readAll();
  }

  function checkWhole(value: unknown): void {
    const parsed = ToClient.safeParse(value);
    if (parsed.success) take(parsed.data);
    else refuse('not a message of this version');
  }

  /** Goes on with a large one; what comes meanwhile waits for its turn. */
  function next(pieces: Iterator<undefined, ToClient | null>): void {
    const { done, value } = pieces.next();
    if (done !== true) {
      later(() => {
        next(pieces);
        readAll();
      });
    } else if (value) take(value);
    else refuse('not a message of this version');
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
    },
  };
}

/** Checks a large message, piece by piece; ends with `null` when it is none. */
function* piecesOf(message: z.infer<typeof Large>): Generator<undefined, ToClient | null> {
  if (message.type === 'vitals') {
    const vitals = yield* checked(Vitals, message.vitals);
    return vitals && { type: 'vitals', vitals };
  }
  const { tasks, attempts, agents, ...rest } = message.snapshot;
  const lists = {
    tasks: yield* checked(Tasks, tasks),
    attempts: yield* checked(Attempts, attempts),
    agents: yield* checked(Agents, agents),
  };
  const { tasks: t, attempts: a, agents: g } = lists;
  const snapshot = t && a && g ? { ...rest, tasks: t, attempts: a, agents: g } : null;
  return snapshot && { type: 'snapshot', snapshot };
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
