/** Whether a Redis may be trusted with tasks: its version, its role, and what it does when memory or power runs out. */
import { SharedQueueError } from '../shared-port.ts';
import type { RedisClient } from './client.ts';
import { KEYS } from './keys.ts';
import { run, script } from './script.ts';

const LEAST = [6, 2] as const;

/** Answers with what should be set otherwise, in words; throws `SharedQueueError` on what would lose tasks. */
export async function checkServer(client: RedisClient): Promise<string[]> {
  const nodes = 'nodes' in client ? client.nodes('master') : [client];
  const warnings = await Promise.all(nodes.map(async (node) => checkInfo(await node.info())));
  return [...new Set(warnings.flat())];
}

/**
 * A copy that became the master may lack the last numbers that the one before gave out. It has given out fewer than this since
 * it copied, so no number comes twice.
 */
const LEAP = 1_000_000;

const COUNT_ON = script(`
local now = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
if redis.call('GET', KEYS[1]) ~= now then
  redis.call('SET', KEYS[1], now)
  redis.call('INCRBY', KEYS[2], ARGV[1])
end
return 1
`);

/** After every new connection, before any number is asked for. */
export async function countOn(client: RedisClient): Promise<void> {
  await run(client, COUNT_ON, [KEYS.run, KEYS.fence], [LEAP]);
}

/** @param info what INFO answers */
export function checkInfo(info: string): string[] {
  const fields = new Map(
    info.split(/\r?\n/).map((line): [string, string] => {
      const at = line.indexOf(':');
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
  const version = fields.get('redis_version') ?? '0';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < LEAST[0] || (major === LEAST[0] && minor < LEAST[1]))
    throw new SharedQueueError(
      'too_old',
      `Redis ${version} is too old: install ${LEAST.join('.')} or newer`,
    );
  if (fields.get('loading') === '1')
    throw new SharedQueueError('away', 'Redis is reading its data from disk');
  if (fields.get('role') === 'slave')
    throw new SharedQueueError('read_only', 'this Redis is a copy of another one: name its master');
  const policy = fields.get('maxmemory_policy') ?? 'noeviction';
  if (policy !== 'noeviction')
    throw new SharedQueueError(
      'unsafe',
      `this Redis drops data when its memory is full: run CONFIG SET maxmemory-policy noeviction (it is ${policy}), and write it in its configuration`,
    );
  return fields.get('aof_enabled') === '1'
    ? []
    : [
        'this Redis loses what is newer than its last snapshot when its power goes: run CONFIG SET appendonly yes, and write it in its configuration',
      ];
}
