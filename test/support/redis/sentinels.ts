/** A master with one copy, and three sentinels that put the copy in the master's place when it is gone. */
import { startRedis, type RedisServer } from './server.ts';

const NAME = 'koubou';

export interface SentinelTrio {
  /** What `--queue` takes. */
  readonly url: string;
  readonly master: RedisServer;
  readonly copy: RedisServer;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Resolves when the sentinels know the copy and one another, and the copy has what the master has. */
export async function startSentinels(): Promise<SentinelTrio> {
  await using stack = new AsyncDisposableStack();
  // Else it waits five seconds for more copies before it gives one its data.
  const master = stack.use(await startRedis({ settings: ['repl-diskless-sync-delay 0'] }));
  const copy = stack.use(await startRedis({ settings: [`replicaof 127.0.0.1 ${master.port}`] }));
  const settings = [
    `sentinel monitor ${NAME} 127.0.0.1 ${master.port} 2`,
    `sentinel down-after-milliseconds ${NAME} 500`,
    `sentinel failover-timeout ${NAME} 3000`,
  ];
  const sentinels: RedisServer[] = [];
  for (let index = 0; index < 3; index += 1)
    sentinels.push(stack.use(await startRedis({ sentinel: true, settings })));
  for (const sentinel of sentinels) await knowsAll(sentinel);
  await isInStep(copy);
  const own = stack.move();
  return {
    url: `redis+sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/${NAME}`,
    master,
    copy,
    [Symbol.asyncDispose]: () => own.disposeAsync(),
  };
}

/** A copy that has not had its first data yet would become an empty master. */
async function isInStep(copy: RedisServer): Promise<void> {
  const client = copy.client();
  try {
    while (!(await client.info('replication')).includes('master_link_status:up'))
      await new Promise(setImmediate);
  } finally {
    client.disconnect();
  }
}

async function knowsAll(sentinel: RedisServer): Promise<void> {
  const client = sentinel.client();
  for (;;) {
    const info = await client.info('sentinel');
    if (info.includes('status=ok') && /slaves=1,sentinels=3/.test(info)) break;
  }
  client.disconnect();
}
