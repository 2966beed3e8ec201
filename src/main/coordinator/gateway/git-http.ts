/**
 * Git's smart HTTP for attempts, `/git/KEY.git/…`: an attempt fetches its own repository and pushes its own branches, with its
 * own token: that of the change for as long as it is the task's current one, that of its work in progress as long as
 * somebody may go on with it. A push under way is killed when its attempt ends, so that none comes late. What git serves is
 * the forge's mirror; the credentials of the real repository never come this way.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Logger } from 'pino';
import type { Clock } from '../../../shared/clock.ts';
import type { AgentId } from '../../../shared/ids.ts';
import type { Environment } from '../forge/git.ts';
import type { Forge } from '../forge/port.ts';
import { readPushHead, refusalOf, refusalReport, type PushHead } from './push-commands.ts';
import { createGitServices, type GitServices, type Service } from './git-services.ts';

/** What the holder of a token may do. */
export interface Grant {
  /** Only this agent works on it. */
  readonly agentId: AgentId;
  readonly key: string;
  /** What it may push. */
  readonly branches: readonly string[];
}

export interface GitGatewayDeps {
  readonly forge: Pick<Forge, 'mirrorPath'>;
  /**
   * `null` when the token is wrong, or nobody needs what it is for any more. Asked at each request, and again before a
   * push is taken. `user`: an attempt, or a self-test.
   */
  readonly authorize: (user: string, token: string) => Grant | null;
  /**
   * Told of what was refused for who asks or for what, and of pushes that ended because the attempt did.
   * `user`: as it was said. `what`: `push of refs/heads/x`.
   */
  readonly onRefused: (user: string, what: string, why: string) => void;
  readonly env: Environment;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
  /** Largest push in bytes. */
  readonly maxPushBytes?: number;
}

export interface GitGateway {
  /** @param member the agent that a certificate has shown it to be: then a token counts only when it is one of this agent's */
  handle(request: IncomingMessage, response: ServerResponse, member?: AgentId): void;
  /** Kills the pushes of an attempt that ended: when this returns, nothing more of them happens. */
  endPushes(user: string): void;
  /** Ends what is being served. */
  close(): Promise<void>;
}

const MOST_PUSH = 4 * 2 ** 30;
/** Names of commits that the client wants and has. */
const MOST_ASKED = 64 * 2 ** 20;

export function createGitGateway(deps: GitGatewayDeps): GitGateway {
  const services = createGitServices(deps);
  return {
    handle(request, response, member) {
      serve(request, response, member, { ...deps, services }).catch((error: unknown) => {
        if (error instanceof Refusal) {
          if (error.wrong !== null)
            deps.onRefused(error.wrong.user, error.wrong.what, error.message);
          return error.answer(request, response);
        }
        // The client went away, or sent less than it said: nobody is left to tell.
        if (response.destroyed) return;
        deps.log.warn({ err: error }, 'a git request failed');
        return new Refusal(500, 'the coordinator could not serve this').answer(request, response);
      });
    },
    endPushes(user) {
      services.pushes.end(user, () =>
        deps.onRefused(user, 'push (under way)', 'the attempt ended'),
      );
    },
    close: services.close,
  };
}

/** A plain text that git shows to whoever runs it. */
class Refusal extends Error {
  readonly status: number;
  /** Whose wrong use of the gateway it is, and of what; `null`: it is none. */
  readonly wrong: { readonly user: string; readonly what: string } | null;
  constructor(status: number, message: string, wrong: Refusal['wrong'] = null) {
    super(message);
    this.status = status;
    this.wrong = wrong;
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    if (response.headersSent) return void response.destroy();
    response.writeHead(this.status, {
      'content-type': 'text/plain; charset=utf-8',
      ...(this.status === 401 ? { 'www-authenticate': 'Basic realm="koubou"' } : {}),
      // The rest of the body is not wanted.
      ...(request.method === 'POST' ? { connection: 'close' } : {}),
    });
    response.end(`${this.message}\n`);
  }
}

const PATH =
  /^\/git\/(?<key>[a-z0-9][a-z0-9-]*)\.git\/(?<what>info\/refs|git-upload-pack|git-receive-pack)$/;
const SERVICES: readonly string[] = ['git-upload-pack', 'git-receive-pack'] satisfies Service[];

function isService(name: string): name is Service {
  return SERVICES.includes(name);
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  member: AgentId | undefined,
  deps: GitGatewayDeps & { readonly services: GitServices },
): Promise<void> {
  const { services } = deps;
  const url = new URL(request.url ?? '/', 'http://coordinator');
  const { key = '', what = '' } = PATH.exec(url.pathname)?.groups ?? {};
  if (key === '') throw new Refusal(404, 'there is nothing here; repositories are at /git/KEY.git');
  const isList = what === 'info/refs';
  const service = isList ? (url.searchParams.get('service') ?? '') : what;
  if (!isService(service))
    throw new Refusal(403, 'only smart HTTP is spoken here; use a newer git');
  if (request.method !== (isList ? 'GET' : 'POST'))
    throw new Refusal(405, `${what} takes ${isList ? 'GET' : 'POST'}`);
  const { user, token } = credentialsOf(request);
  const grant = () => granted({ user, token, key, member }, deps);
  const { branches } = grant();
  const mirror = deps.forge.mirrorPath(key);
  if (mirror === undefined) throw new Refusal(404, `there is no repository ${key}`);
  response.setHeader('cache-control', 'no-cache, max-age=0, must-revalidate');
  const call = { service, mirror, user, branches, protocol: protocolOf(request), response };
  if (isList) return await services.advertise(call);
  if (request.headers['content-type'] !== `application/x-${service}-request`) {
    throw new Refusal(415, `send application/x-${service}-request`);
  }
  if (service === 'git-upload-pack') return await services.run(call, chunksOf(request, MOST_ASKED));
  const { maxPushBytes = MOST_PUSH } = deps;
  // Git's own limit comes first, because its answer is the better one.
  const chunks = chunksOf(request, maxPushBytes + MOST_ASKED);
  const head = await readPushHead(chunks);
  if (!head.ok) throw new Refusal(400, head.error);
  const refused = refusalOf(head.value, branches);
  if (refused !== undefined) {
    deps.onRefused(user, pushOf(head.value), refused);
    const report = refusalReport(head.value, refused);
    if (report === undefined) throw new Refusal(403, refused);
    // Git reads the answer when it has sent all it has.
    await drain(chunks);
    response.writeHead(200, { 'content-type': `application/x-${service}-result` });
    return void response.end(report);
  }
  await services.pushes.settled(mirror);
  // The attempt may have ended while the head of the push was on its way. From here to the start of git nothing is awaited.
  const late = refusalOf(head.value, grant().branches);
  if (late !== undefined) {
    throw new Refusal(403, late, { user, what: pushOf(head.value) });
  }
  await services.run(call, following(head.value.bytes, chunks), {
    'receive.maxInputSize': String(maxPushBytes),
  });
}

function pushOf({ commands }: PushHead): string {
  return `push of ${commands.map(({ ref }) => ref).join(', ')}`;
}

/** @throws Refusal */
function credentialsOf({ headers }: IncomingMessage): { user: string; token: string } {
  const basic = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
  const [, user = '', token = ''] =
    /^([^:]*):(.*)$/s.exec(Buffer.from(basic, 'base64').toString()) ?? [];
  // How every git begins that is not told to show them at once: no wrong use yet.
  if (user === '') throw new Refusal(401, 'give the id of an attempt and its token');
  return { user, token };
}

interface Asked {
  readonly user: string;
  readonly token: string;
  readonly key: string;
  readonly member: AgentId | undefined;
}

/** @throws Refusal */
function granted({ user, token, key, member }: Asked, { authorize }: GitGatewayDeps): Grant {
  const grant = authorize(user, token);
  const wrong = { user, what: `git of ${key}` };
  if (!grant)
    throw new Refusal(401, 'the attempt is not known, is over, or its token is wrong', wrong);
  if (member !== undefined && grant.agentId !== member)
    throw new Refusal(403, `${user} is the work of another agent than ${member}`, wrong);
  if (grant.key !== key)
    throw new Refusal(403, `${user} works on ${grant.key}, not on ${key}`, wrong);
  return grant;
}

function protocolOf({ headers }: IncomingMessage): string | undefined {
  const asked = headers['git-protocol'];
  return typeof asked === 'string' && /^version=[012]$/.test(asked) ? asked : undefined;
}

/** The body, unpacked; at most so many bytes of it. */
function chunksOf(request: IncomingMessage, most: number): AsyncGenerator<Buffer> {
  const encoding = request.headers['content-encoding'];
  if (encoding === 'gzip' || encoding === 'x-gzip') {
    const gunzip = createGunzip();
    // Whoever reads it is told; what comes after it was refused concerns nobody.
    gunzip.on('error', () => {});
    request.once('error', (error) => gunzip.destroy(error));
    request.once(
      'close',
      () => request.readableEnded || gunzip.destroy(new Error('the request was cut off')),
    );
    return bounded(request.pipe(gunzip), most);
  }
  if (encoding !== undefined) throw new Refusal(415, `bodies in ${encoding} are not read here`);
  return bounded(request, most);
}

async function* bounded(body: Readable, most: number): AsyncGenerator<Buffer> {
  let size = 0;
  // Not destroyed when it is left early: the answer still has to go out over the same connection.
  for await (const chunk of body.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('a body is bytes');
    size += chunk.length;
    if (size > most) throw new Refusal(413, `at most ${most} bytes are taken at once`);
    yield chunk;
  }
}

async function* following(head: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  yield* rest;
}

async function drain(chunks: AsyncGenerator<Buffer>): Promise<void> {
  while ((await chunks.next()).done !== true);
}
