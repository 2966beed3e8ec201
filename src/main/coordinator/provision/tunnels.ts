/**
 * The tunnels by which agents find the coordinator that cannot reach it: kept alive, and made again after a restart, by keys
 * alone. Where a sign-in needs a person the tunnel stays down, and a condition of the coordinator says so.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Clock } from '../../../shared/clock.ts';
import type { AgentId } from '../../../shared/ids.ts';
import { ok, type Result } from '../../../shared/result.ts';
import type { Door } from '../lan/door.ts';
import { problem, type Problem } from './problem.ts';
import type { SshAccess } from './ssh-access.ts';
import { createRunMemory, type RunMemory } from './ssh/ask.ts';
import { openReverseTunnel, type ReverseTunnel, type TunnelState } from './ssh/reverse-tunnel.ts';
import type { Route } from './ssh/route.ts';

export interface TunnelsDeps {
  /** `<data>/tunnels.json` */
  readonly file: string;
  readonly ssh: SshAccess;
  readonly door: Pick<Door, 'open'>;
  /** Where SSH found an agent, as its enrolment says. */
  readonly hostOf: (agentId: AgentId) => string | null;
  /** What lasts; `null`: all is well. */
  readonly onTrouble: (message: string | null) => void;
  readonly clock: Clock;
  readonly log: Logger;
}

/** How the run that needs the tunnel signed in: used once, and forgotten. */
interface FirstSignIn {
  readonly route: Route;
  readonly memory: RunMemory;
}

const Kept = z.array(z.object({ target: z.string(), port: z.int().min(1).max(65_535) }));
type Kept = z.infer<typeof Kept>;

interface Entry {
  readonly tunnel: ReverseTunnel;
  port: number;
}

export class Tunnels {
  readonly #deps: TunnelsDeps;
  readonly #open = new Map<string, Entry>();
  #writing: Promise<void> = Promise.resolve();

  constructor(deps: TunnelsDeps) {
    this.#deps = deps;
  }

  /** Makes those again that were kept; a list that cannot be read counts as none. */
  async start(): Promise<void> {
    for (const { target, port } of await readKept(this.#deps.file))
      await this.#begin(target, port, null);
  }

  /** Opens one to a host, or gives the one there is. It outlives the provisioning. */
  async open(
    target: string,
    first: FirstSignIn,
    signal: AbortSignal,
  ): Promise<Result<{ readonly port: number }, Problem>> {
    const before = this.#open.get(target);
    if (before?.tunnel.state().kind === 'open') return ok({ port: before.port });
    await this.#end(target);
    const entry = await this.#begin(target, before?.port ?? 0, first);
    const state = entry && (await settled(entry.tunnel, signal));
    if (state?.kind === 'open') return ok({ port: state.port });
    await this.#end(target);
    return problem('tunnel_refused', whyNot(state));
  }

  /** An agent that is removed needs none. */
  async close(agentId: AgentId): Promise<void> {
    const target = this.#deps.hostOf(agentId);
    if (target !== null) await this.#end(target);
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#open.values()].map(async ({ tunnel }) => await tunnel.close()));
    await this.#writing;
  }

  async #begin(target: string, port: number, first: FirstSignIn | null): Promise<Entry | null> {
    const { ssh, door, clock, log } = this.#deps;
    const at = await door.open();
    if (!at.ok) return null;
    let once = first;
    const tunnel = openReverseTunnel({
      to: { host: '127.0.0.1', port: at.value.port },
      port,
      clock,
      async open(signal) {
        const route = once?.route ?? (await ssh.route(target));
        const memory = once?.memory ?? createRunMemory();
        once = null;
        // Nobody is there to answer.
        const ask = (): Promise<null> => Promise.resolve(null);
        const say = (line: string): void => log.info({ target }, line);
        return await ssh.open(route, { memory, signal, ask, log: say });
      },
    });
    const entry: Entry = { tunnel, port };
    this.#open.set(target, entry);
    tunnel.onChange((state) => this.#changed(target, entry, state));
    return entry;
  }

  #changed(target: string, entry: Entry, state: TunnelState): void {
    if (state.kind === 'open' && state.port !== entry.port) {
      if (entry.port !== 0)
        this.#deps.log.warn({ target, port: state.port }, 'a tunnel had to take another port');
      entry.port = state.port;
      this.#keep();
    }
    this.#tell();
  }

  async #end(target: string): Promise<void> {
    const entry = this.#open.get(target);
    if (!entry) return;
    this.#open.delete(target);
    await entry.tunnel.close();
    this.#keep();
    this.#tell();
  }

  #keep(): void {
    const { file, log } = this.#deps;
    const kept: Kept = [...this.#open]
      .map(([target, { port }]) => ({ target, port }))
      .filter(({ port }) => port !== 0);
    this.#writing = this.#writing
      .then(async () => await replace(file, `${JSON.stringify(kept, null, 2)}\n`))
      .catch((error: unknown) =>
        log.error({ err: error }, 'the list of tunnels cannot be written'),
      );
  }

  #tell(): void {
    const down = [...this.#open].flatMap(([target, { tunnel }]) => {
      const state = tunnel.state();
      return state.kind === 'failed' ? [`${target} (${state.error.message})`] : [];
    });
    this.#deps.onTrouble(
      down.length === 0
        ? null
        : `the tunnel to ${down.join('; ')} is down, and the agent there cannot reach this PC. Add the host again; with an SSH key there it comes back by itself`,
    );
  }
}

/** The first state that is not `opening`. */
async function settled(tunnel: ReverseTunnel, signal: AbortSignal): Promise<TunnelState> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = (): void => {
    if (tunnel.state().kind !== 'opening') resolve();
  };
  const stop = (): void => resolve();
  const unsubscribe = tunnel.onChange(look);
  signal.addEventListener('abort', stop, { once: true });
  look();
  await promise;
  unsubscribe();
  signal.removeEventListener('abort', stop);
  return tunnel.state();
}

function whyNot(state: TunnelState | null): string {
  const how =
    'Let the port for agents (8443) through the firewall of this PC, or set AllowTcpForwarding in the sshd_config of the host.';
  if (state?.kind === 'failed') return `${state.error.message} ${how}`;
  if (state?.kind === 'waiting') return `The tunnel was not made: ${state.why} ${how}`;
  return `The tunnel was not made. ${how}`;
}

async function readKept(file: string): Promise<Kept> {
  try {
    return Kept.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    // None was ever made, or the list is damaged: adding the host again makes it anew.
    return [];
  }
}

async function replace(file: string, text: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(`${file}.tmp`, text, { mode: 0o600 });
  await rename(`${file}.tmp`, file);
}
