/** Runs git's own server programs for one request each, streaming both ways at the pace of the slower end. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Logger } from 'pino';
import type { Clock } from '../../../shared/clock.ts';
import { createGit, endGit, type Environment, type Git, type GitConfig } from '../forge/git.ts';
import { FLUSH, packet } from './push-commands.ts';
import { createPushes, type Pushes } from './pushes.ts';

export type Service = 'git-upload-pack' | 'git-receive-pack';

export interface Call {
  readonly service: Service;
  readonly mirror: string;
  /** Whose request it is: an attempt, or a self-test. */
  readonly user: string;
  /** Branches that it may push; the others are not listed to a push. */
  readonly branches: readonly string[];
  /** `version=2`, when the client asked for it. */
  readonly protocol: string | undefined;
  readonly response: ServerResponse;
}

export interface GitServices {
  /** Lists the branches. */
  advertise(call: Call): Promise<void>;
  run(call: Call, body: AsyncIterable<Buffer>, config?: GitConfig): Promise<void>;
  readonly pushes: Pick<Pushes, 'end' | 'settled'>;
  close(): Promise<void>;
}

/** Whatever the user set for repositories of their own, these hold for ours. */
const CONFIG: GitConfig = {
  'transfer.hideRefs': 'refs/upstream',
  'uploadpack.allowAnySHA1InWant': 'true',
  'receive.denyDeletes': 'true',
  'receive.denyNonFastForwards': 'false',
  'receive.autogc': 'false',
  'receive.advertisePushOptions': 'false',
};

export interface ServiceDeps {
  readonly env: Environment;
  readonly clock: Clock;
  readonly log: Pick<Logger, 'warn'>;
}

export function createGitServices(deps: ServiceDeps): GitServices {
  const git = createGit(deps);
  const running = new Set<Child>();
  const pushes = createPushes();

  function begin(call: Call, options: string[], config: GitConfig = {}): Started {
    const started = start(git, call, options, { ...hidden(call), ...config }, deps);
    const { child } = started;
    running.add(child);
    child.once('close', () => running.delete(child));
    if (call.service === 'git-receive-pack')
      pushes.add({ ...call, child, hangUp: () => call.response.destroy() });
    return started;
  }

  return {
    pushes,
    async advertise(call) {
      const { child, closed } = begin(call, ['--advertise-refs']);
      child.stdin.end();
      const { service, response } = call;
      response.writeHead(200, { 'content-type': `application/x-${service}-advertisement` });
      const isSecond = service === 'git-upload-pack' && call.protocol === 'version=2';
      if (!isSecond)
        response.write(Buffer.concat([packet(Buffer.from(`# service=${service}\n`)), FLUSH]));
      await Promise.all([pipeline(child.stdout, response), closed]);
    },
    async run(call, body, config) {
      const { child, closed } = begin(call, [], config);
      const sent = send(body, child);
      call.response.writeHead(200, { 'content-type': `application/x-${call.service}-result` });
      const answered = pipeline(child.stdout, call.response);
      try {
        await Promise.all([sent, answered, closed]);
      } catch (error) {
        endGit(child, deps.clock);
        await Promise.allSettled([sent, answered, closed]);
        throw error;
      }
    },
    async close() {
      await Promise.all([...running].map(async (child) => await stop(child, deps.clock)));
    },
  };
}

type Child = ReturnType<Git['start']>;

/** Of thousands of branches and tags a push needs to see its own, and the bases that it builds on. */
function hidden({ branches }: Call): GitConfig {
  const own = branches.map((branch) => `!refs/heads/${branch}`);
  return { 'receive.hideRefs': ['refs/tags', 'refs/heads/koubou', ...own] };
}

interface Started {
  readonly child: Child;
  readonly closed: Promise<void>;
}

function start(
  git: Git,
  { service, mirror, protocol, response }: Call,
  options: string[],
  config: GitConfig,
  { clock, log }: ServiceDeps,
): Started {
  // Pushes are always in the first version: only fetches have a second one.
  const isSecond = service === 'git-upload-pack' && protocol !== undefined;
  const env = isSecond ? { GIT_PROTOCOL: protocol } : {};
  const args = [service.slice('git-'.length), '--stateless-rpc', ...options, '--', mirror];
  const child = git.start(args, { config: { ...CONFIG, ...config }, env });
  child.stdin.on('error', () => {}); // Git may end without reading; its exit code tells.
  response.once('close', () => {
    if (!response.writableFinished) endGit(child, clock);
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2_000);
  });
  const closed = exitOf(child).then((code) => {
    if (code !== 0) log.warn({ code, said }, `${service} failed`);
  });
  return { child, closed };
}

async function send(body: AsyncIterable<Buffer>, child: Child): Promise<void> {
  try {
    await pipeline(Readable.from(body, { objectMode: false }), child.stdin);
  } catch (error) {
    // Git had enough: its answer says why. Everything else is ours to tell.
    if (!isBrokenPipe(error)) throw error;
  }
}

async function exitOf(child: Child): Promise<number | null> {
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('error', reject).once('close', resolve);
  return await promise;
}

async function stop(child: Child, clock: Clock): Promise<void> {
  const closed = once(child, 'close');
  endGit(child, clock);
  await closed;
}

function isBrokenPipe(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return error.code === 'EPIPE' || error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
