/** plainjob and liteque for the bench of the queue: SQLite in this process, as they come, and at full durability. Their own calls for one worker are used directly, without their polling. */
import Database from 'better-sqlite3';
import { buildDBClient, SqliteQueue } from 'liteque';
import { better, defineQueue } from 'plainjob';
import { PAYLOAD, type Rival } from './queue-rival.ts';

const TYPE = 'task';
const SILENT = { error() {}, warn() {}, info() {}, debug() {} };

/** NORMAL is how it opens its file: the last commits may be gone after a power cut. */
export function openPlainjob(file: string, durability: 'FULL' | 'NORMAL'): Rival {
  const db = new Database(file);
  const queue = defineQueue({ connection: better(db), logger: SILENT });
  if (durability === 'FULL') db.pragma('synchronous = FULL');
  const claim = (): number => {
    const job = queue.getAndMarkJobAsProcessing(TYPE);
    if (!job) throw new Error('nothing waits');
    return job.id;
  };
  const put = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n++) queue.add(TYPE, PAYLOAD);
  };
  return {
    ...{ name: 'plainjob', durability, one: put, together: put },
    async bulk(count) {
      queue.addMany(
        TYPE,
        Array.from({ length: count }, () => PAYLOAD),
      );
    },
    hands: {
      async work(count, workers) {
        for (let done = 0; done < count; done += workers) {
          const held = Array.from({ length: Math.min(workers, count - done) }, claim);
          for (const id of held) queue.markJobAsDone(id);
        }
      },
      async claim() {
        const begun = performance.now();
        const id = claim();
        const ms = performance.now() - begun;
        queue.markJobAsDone(id);
        return ms;
      },
    },
    async close() {
      queue.close();
      db.close();
    },
  };
}

export function openLiteque(file: string, durability: 'FULL' | 'NORMAL'): Rival {
  const client = buildDBClient(file, { runMigrations: true, walEnabled: true });
  const db = databaseOf(client);
  if (durability === 'FULL') db.pragma('synchronous = FULL');
  const options = { defaultJobArgs: { numRetries: 1 }, keepFailedJobs: false };
  const queue = new SqliteQueue<typeof PAYLOAD>(TYPE, client, options);
  const together = async (count: number): Promise<void> => {
    await Promise.all(Array.from({ length: count }, () => queue.enqueue(PAYLOAD)));
  };
  return {
    ...{ name: 'liteque', durability, together, bulk: together },
    async one(count) {
      for (let n = 0; n < count; n++) await queue.enqueue(PAYLOAD);
    },
    // Its claim is a transaction that awaits, which this version of better-sqlite3 refuses.
    hands: null,
    async close() {
      db.close();
    },
  };
}

interface Opened {
  pragma(text: string): unknown;
  close(): unknown;
}

/** It does not hand out the database that it opened. */
function databaseOf(client: object): Opened {
  const session: unknown = Reflect.get(client, 'session');
  const db: unknown = isObject(session) ? Reflect.get(session, 'client') : undefined;
  if (!isOpened(db)) throw new Error('liteque keeps its database elsewhere now');
  return db;
}

function isOpened(value: unknown): value is Opened {
  return isObject(value) && 'pragma' in value && 'close' in value;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
