/** Three masters that share the slots of a cluster. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { startRedis, type RedisServer } from './server.ts';

export interface RedisCluster {
  /** What `--queue` takes. */
  readonly url: string;
  readonly nodes: readonly RedisServer[];
  [Symbol.asyncDispose](): Promise<void>;
}

/** Resolves when all slots are served. */
export async function startCluster(): Promise<RedisCluster> {
  await using stack = new AsyncDisposableStack();
  const nodes: RedisServer[] = [];
  for (let index = 0; index < 3; index += 1)
    nodes.push(
      stack.use(
        await startRedis({ settings: ['cluster-enabled yes', 'cluster-node-timeout 2000'] }),
      ),
    );
  const hosts = nodes.map(({ port }) => `127.0.0.1:${port}`);
  await promisify(execFile)('redis-cli', ['--cluster', 'create', ...hosts, '--cluster-yes']);
  for (const node of nodes) await servesAll(node);
  const own = stack.move();
  return {
    url: `redis+cluster://${hosts.join(',')}`,
    nodes,
    [Symbol.asyncDispose]: () => own.disposeAsync(),
  };
}

async function servesAll(node: RedisServer): Promise<void> {
  const client = node.client();
  while (!(await client.cluster('INFO')).includes('cluster_state:ok'));
  client.disconnect();
}
