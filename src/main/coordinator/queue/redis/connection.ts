/**
 * The connection to Redis: whether it is there, and the one way to ask it something. Connects again by itself, for as long as
 * it is open; while it is away every question is refused at once, and of questions that wait for their answer there are
 * only so many.
 */
import type { Clock } from '../../../../shared/clock.ts';
import type { RedisAddress } from '../../../../shared/queue-address.ts';
import { SharedQueueError, type QueueState } from '../shared-port.ts';
import { checkServer, countOn } from './check.ts';
import { createClient, type RedisClient } from './client.ts';
import { troubleOf } from './trouble.ts';

/** More questions at a time than this mean that answers come too slowly. */
const MOST_WAITING = 5_000;

/** A server that was refused for its settings is looked at again so often. */
const CHECK_AGAIN_MS = 5_000;

const CONNECT_AGAIN_MS = 500;

export interface Connection {
  state(): QueueState;
  onState(listener: (state: QueueState) => void): () => void;
  warnings(): readonly string[];
  /** Throws `SharedQueueError` alone, at once while away. */
  ask<T>(question: (client: RedisClient) => Promise<T>): Promise<T>;
  /** One more client of the same server, not connected yet, which whoever asked for it closes. */
  another(): RedisClient;
  close(): void;
}

/** Resolves when it is known whether the server is there. Throws `SharedQueueError` where a file of the address cannot be read. */
export async function openConnection(
  address: RedisAddress,
  clock: Pick<Clock, 'after'>,
): Promise<Connection> {
  const client = createClient(address);
  const watch = watchClient(client, address.shown, clock);
  await watch.first;
  return {
    state: watch.state,
    onState: watch.onState,
    warnings: watch.warnings,
    ask: asker(client, address.shown, watch.state),
    another: () => createClient(address),
    close() {
      watch.end();
      client.disconnect();
    },
  };
}

interface Watch extends Pick<Connection, 'state' | 'onState' | 'warnings'> {
  readonly first: Promise<void>;
  end(): void;
}

/** Connects, and says how that stands from then on. */
function watchClient(client: RedisClient, shown: string, clock: Pick<Clock, 'after'>): Watch {
  const listeners = new Set<(state: QueueState) => void>();
  let state: QueueState = awayFor(new SharedQueueError('away', `${shown}: not connected yet`));
  let warnings: readonly string[] = [];
  let lastError: unknown;
  let ended = false;
  let cancelCheck = (): void => {};
  const first = Promise.withResolvers<void>();
  const enter = (next: QueueState): void => {
    first.resolve();
    if (ended || isSame(state, next)) return;
    state = next;
    for (const listener of [...listeners]) listener(next);
  };
  const enterTrouble = (error: unknown): void => enter(awayFor(troubleOf(error, shown)));
  const check = async (): Promise<void> => {
    cancelCheck();
    try {
      warnings = await checkServer(client);
      await countOn(client);
      lastError = undefined;
      enter({ kind: 'connected' });
    } catch (error) {
      enterTrouble(error);
      cancelCheck = clock.after(CHECK_AGAIN_MS, () => {
        if (!ended && client.status === 'ready') void check();
      });
    }
  };
  client.on('error', (error: unknown) => {
    lastError = error;
    if (client.status !== 'ready') enterTrouble(error);
  });
  client.on('node error', (error: unknown) => {
    lastError = error;
  });
  client.on('close', () => enterTrouble(lastError ?? new Error('Connection is closed')));
  client.on('ready', () => void check());
  const connect = (): void => {
    if (!ended) client.connect().catch(enterTrouble);
  };
  // It gives up where a way to a server breaks off while it is made, as in a fail-over.
  client.on('end', () => void clock.after(CONNECT_AGAIN_MS, connect));
  connect();
  return {
    first: first.promise,
    state: () => state,
    onState(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    warnings: () => warnings,
    end() {
      ended = true;
      cancelCheck();
    },
  };
}

function asker(client: RedisClient, shown: string, state: () => QueueState): Connection['ask'] {
  let waiting = 0;
  return async (question) => {
    const now = state();
    if (now.kind === 'away') throw new SharedQueueError(now.trouble, now.why);
    if (waiting >= MOST_WAITING)
      throw new SharedQueueError('away', `${shown}: Redis answers too slowly`);
    waiting += 1;
    try {
      return await question(client);
    } catch (error) {
      // It may hang for good, and what was asked must not heap up behind that.
      if (isTimeout(error) && client.status === 'ready') client.disconnect(true);
      throw troubleOf(error, shown);
    } finally {
      waiting -= 1;
    }
  };
}

function awayFor({ trouble, message }: SharedQueueError): QueueState {
  return { kind: 'away', trouble, why: message };
}

function isSame(a: QueueState, b: QueueState): boolean {
  if (a.kind === 'connected' || b.kind === 'connected') return a.kind === b.kind;
  return a.trouble === b.trouble && a.why === b.why;
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message.includes('Command timed out');
}
