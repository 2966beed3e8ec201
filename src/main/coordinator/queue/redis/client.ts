/** A connection to Redis as ioredis has it, made from an address. Commands fail at once while it is down: none wait in memory. */
import fs from 'node:fs';
import { Cluster, Redis, type CommonRedisOptions } from 'ioredis';
import type { RedisAddress } from '../../../../shared/queue-address.ts';
import { SharedQueueError } from '../shared-port.ts';

export type RedisClient = Redis | Cluster;

/** A server that does not answer for so long is away. */
export const ANSWER_MS = 5_000;
const CONNECT_MS = 5_000;
const RETRY_FIRST_MS = 50;
const RETRY_MOST_MS = 3_000;

/** The client is not connected yet. Reads the files that the address names; throws `SharedQueueError` when they cannot be read. */
export function createClient(address: RedisAddress): RedisClient {
  const options = optionsOf(address);
  const nodes = address.nodes.map(({ host, port }) => ({ host, port }));
  switch (address.how) {
    case 'cluster':
      return new Cluster(nodes, {
        lazyConnect: true,
        enableOfflineQueue: false,
        clusterRetryStrategy: retryDelay,
        slotsRefreshTimeout: CONNECT_MS,
        redisOptions: options,
      });
    case 'sentinel':
      return new Redis({
        ...options,
        ...atOnce(),
        sentinels: nodes,
        name: address.master ?? '',
        db: address.db,
        sentinelRetryStrategy: retryDelay,
        sentinelCommandTimeout: ANSWER_MS,
        enableTLSForSentinelMode: address.tls,
        ...(options.tls ? { sentinelTLS: options.tls } : {}),
      });
    default:
      return new Redis({ ...options, ...atOnce(), ...nodes[0], db: address.db });
  }
}

function optionsOf(address: RedisAddress) {
  const password = passwordOf(address);
  const tls = address.ca === null ? {} : { ca: read(address.ca, 'ca=') };
  return {
    // BullMQ reads answers in this form.
    protocol: 2 as const,
    connectTimeout: CONNECT_MS,
    commandTimeout: ANSWER_MS,
    // What was asked when it broke off is refused at once: whoever asked knows whether it may ask again.
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    disableClientInfo: true,
    ...(address.user === null ? {} : { username: address.user }),
    ...(password === null ? {} : { password }),
    ...(address.tls ? { tls } : {}),
  };
}

function atOnce(): Pick<
  CommonRedisOptions,
  'lazyConnect' | 'enableOfflineQueue' | 'retryStrategy' | 'reconnectOnError'
> {
  return {
    lazyConnect: true,
    enableOfflineQueue: false,
    retryStrategy: retryDelay,
    // A master that became a copy: look for the new one.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  };
}

function retryDelay(times: number): number {
  return Math.min(RETRY_FIRST_MS * 2 ** Math.min(times, 10), RETRY_MOST_MS);
}

function passwordOf({ password, passwordFile }: RedisAddress): string | null {
  if (passwordFile === null) return password;
  return read(passwordFile, 'password-file=').split(/\r?\n/)[0] ?? '';
}

function read(file: string, what: string): string {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new SharedQueueError('sign_in', `the file of ${what} cannot be read: ${why}`, {
      cause: error,
    });
  }
}
