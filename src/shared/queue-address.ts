/**
 * Where the queue is, as `--queue` and the settings say it: `embedded`, or a Redis that several coordinators share. Pure: what
 * a file of a password holds is read by whoever connects.
 */
import { z } from 'zod';
import { rejection } from './errors.ts';
import { fail, ok, type Result } from './result.ts';

export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

/** A Redis. What is `null` was not given. */
export interface RedisAddress {
  readonly kind: 'redis';
  /** `single`: one server; `sentinel`: the nodes say who is the master; `cluster`: any of the nodes knows the others. */
  readonly how: 'single' | 'sentinel' | 'cluster';
  readonly nodes: readonly RedisNode[];
  /** What the sentinels call the master. */
  readonly master: string | null;
  readonly db: number;
  readonly user: string | null;
  readonly password: string | null;
  /** A file whose first line is the password. */
  readonly passwordFile: string | null;
  readonly tls: boolean;
  /** A file with the certificate of whoever signed the server's; `null`: one that the system trusts. */
  readonly ca: string | null;
  /** The address for people and logs: without the password. */
  readonly shown: string;
}

export type QueueAddress = { readonly kind: 'embedded' } | RedisAddress;

const FORMS =
  'write embedded, redis://HOST:PORT, rediss://HOST (with TLS), redis+sentinel://HOST,HOST/NAME or redis+cluster://HOST,HOST';

const DEFAULT_PORT = { single: 6379, sentinel: 26_379, cluster: 6379 } as const;

const Scheme = z.stringFormat('scheme', /^rediss?(?:\+sentinel|\+cluster)?$/);
const Port = z.coerce.number().int().min(1).max(65_535);
const Db = z.coerce.number().int().min(0).max(1_000);
const Params = z.strictObject({
  'password-file': z.string().min(1).optional(),
  ca: z.string().min(1).optional(),
});

/** Reads an address; what is wrong is told without repeating a password. */
export function parseQueueAddress(text: string): Result<QueueAddress> {
  const written = text.trim();
  if (written === 'embedded') return ok({ kind: 'embedded' });
  const parts =
    /^(?<scheme>[a-z+]+):\/\/(?:(?<login>.*)@)?(?<hosts>[^@/?#]*)(?:\/(?<path>[^?#]*))?(?:\?(?<query>[^#]*))?$/.exec(
      written,
    )?.groups;
  const scheme = Scheme.safeParse(parts?.['scheme']);
  if (!parts || !scheme.success) return wrong(`that is no address of a queue; ${FORMS}`);
  try {
    return ok(addressOf(scheme.data, parts));
  } catch (error) {
    return wrong(error instanceof Mistake ? error.message : `it cannot be read; ${FORMS}`);
  }
}

/** Thrown and caught in this file. */
class Mistake extends Error {}

function addressOf(
  scheme: string,
  { login, hosts, path = '', query }: Record<string, string | undefined>,
): RedisAddress {
  const how: RedisAddress['how'] = scheme.endsWith('sentinel')
    ? 'sentinel'
    : scheme.endsWith('cluster')
      ? 'cluster'
      : 'single';
  const nodes = nodesOf(hosts ?? '', how);
  const [master, db] = placeOf(path, how);
  const params = paramsOf(query);
  const tls = scheme.startsWith('rediss');
  if (params.ca !== undefined && !tls)
    throw new Mistake('ca= is for TLS: write rediss:// instead of redis://');
  const { user, password } = loginOf(login);
  const passwordFile = params['password-file'] ?? null;
  if (password !== null && passwordFile !== null)
    throw new Mistake('give the password or password-file=, not both');
  const ca = params.ca ?? null;
  const address = { how, nodes, master, db, user, passwordFile, tls, ca };
  return { kind: 'redis', ...address, password, shown: shownOf(scheme, address) };
}

function nodesOf(hosts: string, how: RedisAddress['how']): RedisNode[] {
  const nodes = hosts.split(',').map((one) => {
    const found = /^(?:\[(?<v6>[0-9a-f:.]+)\]|(?<name>[\w.-]+))(?::(?<port>\d+))?$/i.exec(one);
    const host = found?.groups?.['v6'] ?? found?.groups?.['name'];
    const port = Port.safeParse(found?.groups?.['port'] ?? DEFAULT_PORT[how]);
    if (host === undefined || !port.success) throw new Mistake(`${one || 'nothing'} is no host`);
    return { host, port: port.data };
  });
  if (how === 'single' && nodes.length > 1)
    throw new Mistake('several hosts are for redis+sentinel:// or redis+cluster://');
  return nodes;
}

/** The name of the master, where there is one, and the number of the database. */
function placeOf(path: string, how: RedisAddress['how']): [string | null, number] {
  const pieces = path === '' ? [] : path.split('/').map((piece) => decodeURIComponent(piece));
  const master = how === 'sentinel' ? pieces.shift() : null;
  if (master === undefined || master === '')
    throw new Mistake('say what the sentinels call the master: redis+sentinel://HOST,HOST/NAME');
  const db = Db.safeParse(pieces.shift() ?? 0);
  if (!db.success || pieces.length > 0)
    throw new Mistake('after the host stands the number of a database at most');
  if (how === 'cluster' && db.data !== 0)
    throw new Mistake('a cluster has no database but 0; leave the number out');
  return [master, db.data];
}

function paramsOf(query: string | undefined): z.infer<typeof Params> {
  const pairs = (query ?? '')
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair): [string, string] => {
      const [name = '', ...value] = pair.split('=');
      return [name, decodeURIComponent(value.join('='))];
    });
  const params = Params.safeParse(Object.fromEntries(pairs));
  if (!params.success) throw new Mistake('after ? only password-file=FILE and ca=FILE may stand');
  return params.data;
}

function loginOf(login: string | undefined): { user: string | null; password: string | null } {
  if (login === undefined) return { user: null, password: null };
  const [user = '', ...rest] = login.split(':');
  const password = rest.join(':');
  return {
    user: user === '' ? null : decodeURIComponent(user),
    password: password === '' ? null : decodeURIComponent(password),
  };
}

function shownOf(
  scheme: string,
  { nodes, user, master, db }: Pick<RedisAddress, 'nodes' | 'user' | 'master' | 'db'>,
): string {
  const hosts = nodes.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host}:${port}`);
  const place = [...(master === null ? [] : [master]), ...(db === 0 ? [] : [db])];
  return [
    `${scheme}://${user === null ? '' : `${user}@`}${hosts.join(',')}`,
    ...place.map(String),
  ].join('/');
}

function wrong(message: string): Result<never> {
  return fail(rejection('invalid_input', `--queue: ${message}`));
}
