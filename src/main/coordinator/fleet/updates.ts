/**
 * Updates of agents' programs, one at a time for each agent: it is told which build to try; it tries that beside the
 * one that runs, leaves its place to it when it is good, and comes back as the new build.
 *
 *   start ──order sent──► trying ──ok──► switching ──comes back as the new build──► done
 *                            └──not ok──────┴──does not, in time──► failed (the build before goes on)
 *
 * How it stands is in the journal (`Agent.update`); an order that a coordinator before this one gave is given again when
 * the agent connects. An agent that comes back as it was is asked again, too: it has written down why it refused.
 */
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import type { Clock } from '../../../shared/clock.ts';
import type { Agent, AgentUpdate } from '../../../shared/domain/agent.ts';
import { rejection, type Rejection } from '../../../shared/errors.ts';
import type { AgentId } from '../../../shared/ids.ts';
import { Platform } from '../../../shared/platform.ts';
import type { FromAgent } from '../../../shared/protocol/agent.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Journal } from '../journal/port.ts';
import type { Release, Releases } from '../releases/releases.ts';
import { executablePath } from './executables.ts';
import type { Link } from './link.ts';

type UpdateResult = Extract<FromAgent, { type: 'update_result' }>;

export interface Updates {
  /**
   * Begins the update of an agent to the newest build; what becomes of it is told by `agent.update_changed`. Resolves when it
   * is in the journal. One that runs goes on; an agent that has that build is not asked.
   */
  start(agentId: AgentId): Promise<Result<'running' | 'has_it'>>;
  /** The build that a connected agent runs; `null` when it is not connected. */
  buildOf(agentId: AgentId): string | null;
}

export interface UpdateService extends Updates {
  result(link: Link, frame: UpdateResult): void;
  connected(link: Link): void;
  removed(agentId: AgentId): void;
  /** The build that an order of an agent is about; `null` when it has no such order. */
  orderedBuild(agentId: AgentId, order: string): string | null;
  close(): void;
}

export interface UpdatesDeps {
  readonly journal: Pick<Journal, 'agent' | 'submit'>;
  readonly releases: Releases;
  readonly linkOf: (id: AgentId) => Link | null;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Download over a slow line, and the trial. */
const TRYING_MS = 15 * 60_000;
/** From leaving its place to being back as the new build. */
const SWITCHING_MS = 30_000;
/** So often an agent may leave its place and come back as it was. */
const MOST_SWITCHES = 2;
/** The first version of the agent protocol that has updates. */
const FIRST_PROTOCOL = 2;

interface Order {
  readonly id: string;
  readonly release: Release;
  switches: number;
  cancel: () => void;
}

export function createUpdates(deps: UpdatesDeps): UpdateService {
  return new AgentUpdates(deps);
}

class AgentUpdates implements UpdateService {
  readonly #deps: UpdatesDeps;
  readonly #orders = new Map<AgentId, Order>();

  constructor(deps: UpdatesDeps) {
    this.#deps = deps;
  }

  async start(agentId: AgentId): Promise<Result<'running' | 'has_it'>> {
    const { journal, linkOf } = this.#deps;
    const agent = journal.agent(agentId);
    if (!agent)
      return fail(rejection('not_found', `there is no agent ${agentId}`, { id: agentId }));
    const link = linkOf(agentId);
    const release = this.#newest(agent);
    const refused = refusalOf(agent, link, release);
    if (refused || !link || !release) return fail(refused ?? noExecutable(agent));
    if (link.build === release.build) return ok('has_it');
    if (this.#orders.has(agentId)) return ok('running');
    const order = this.#order(agentId, release);
    const noted = await this.#note(agentId, release, 'running', null);
    if (!noted.ok) {
      this.#forget(agentId);
      return noted;
    }
    // Gone meanwhile, it is told when it comes back.
    const now = linkOf(agentId);
    if (now) this.#give(now, order);
    return ok('running');
  }

  buildOf(agentId: AgentId): string | null {
    return this.#deps.linkOf(agentId)?.build ?? null;
  }

  orderedBuild(agentId: AgentId, id: string): string | null {
    const order = this.#orders.get(agentId);
    return order?.id === id ? order.release.build : null;
  }

  result(link: Link, frame: UpdateResult): void {
    const { agentId } = link;
    const order = this.#orders.get(agentId);
    if (order?.id !== frame.order) return;
    if (!frame.ok) return this.#end(agentId, order, frame.why ?? 'it does not say why');
    order.switches += 1;
    const late = `it left its place to the new build, and was not back within ${SWITCHING_MS / 1_000} s; see the log on its PC`;
    this.#wait(agentId, order, SWITCHING_MS, late);
  }

  connected(link: Link): void {
    const { agentId, build } = link;
    const update = this.#deps.journal.agent(agentId)?.update;
    if (!update) return;
    if (update.build === build) {
      this.#forget(agentId);
      if (update.state !== 'done') void this.#note(agentId, update, 'done', null);
      return;
    }
    if (update.state !== 'running') return;
    const order = this.#orders.get(agentId) ?? this.#orderAgain(agentId, update);
    if (!order) {
      const why =
        'the coordinator was restarted meanwhile, and has another build now; update it again';
      void this.#note(agentId, update, 'failed', why);
    } else if (order.switches >= MOST_SWITCHES) {
      this.#end(
        agentId,
        order,
        `it left its place to the new build ${order.switches} times, and came back as it was`,
      );
    } else {
      this.#give(link, order);
    }
  }

  removed(agentId: AgentId): void {
    this.#forget(agentId);
  }

  close(): void {
    for (const id of [...this.#orders.keys()]) this.#forget(id);
  }

  #newest({ capabilities: { os, arch } }: Agent): Release | null {
    const platform = Platform.safeParse(`${os === 'win32' ? 'win' : os}-${arch}`);
    return platform.success ? this.#deps.releases.find(platform.data) : null;
  }

  #order(agentId: AgentId, release: Release): Order {
    const order = { id: randomBytes(8).toString('hex'), release, switches: 0, cancel: () => {} };
    this.#orders.set(agentId, order);
    return order;
  }

  /** An order of a coordinator before us. */
  #orderAgain(agentId: AgentId, { build }: AgentUpdate): Order | null {
    const agent = this.#deps.journal.agent(agentId);
    const release = agent ? this.#newest(agent) : null;
    return release?.build === build ? this.#order(agentId, release) : null;
  }

  #give(link: Link, order: Order): void {
    const { version, build, size, sha256 } = order.release;
    const path = executablePath(order.release);
    link.send({ type: 'update', order: order.id, version, build, size, sha256, path });
    const late = `it said nothing for ${TRYING_MS / 60_000} minutes; see the log on its PC`;
    this.#wait(link.agentId, order, TRYING_MS, late);
  }

  #wait(agentId: AgentId, order: Order, ms: number, late: string): void {
    order.cancel();
    order.cancel = this.#deps.clock.after(ms, () => this.#end(agentId, order, late));
  }

  #end(agentId: AgentId, order: Order, why: string): void {
    if (this.#orders.get(agentId) === order) this.#forget(agentId);
    void this.#note(agentId, order.release, 'failed', why.slice(0, MOST_WHY));
  }

  #forget(agentId: AgentId): void {
    this.#orders.get(agentId)?.cancel();
    this.#orders.delete(agentId);
  }

  async #note(
    agentId: AgentId,
    { version, build }: Pick<AgentUpdate, 'version' | 'build'>,
    state: AgentUpdate['state'],
    why: string | null,
  ): Promise<Result<unknown>> {
    const { journal, clock, log } = this.#deps;
    const update = { state, version, build, why, at: clock.now() };
    log.info({ agent: agentId, build, state, why }, 'update');
    const noted = await journal.submit(
      { type: 'agent.update', agentId, update },
      { actor: 'fleet' },
    );
    if (!noted.ok) log.warn({ code: noted.error.code, agent: agentId }, noted.error.message);
    return noted;
  }
}

const MOST_WHY = 2_000;

function refusalOf(agent: Agent, link: Link | null, release: Release | null): Rejection | null {
  const { id } = agent;
  if (!link)
    return rejection(
      'agent_unavailable',
      `${id} is not connected: switch its PC on, then try again`,
      { agentId: id },
    );
  if (link.protocol >= FIRST_PROTOCOL) return release ? null : noExecutable(agent);
  const message = `${id} speaks protocol ${link.protocol}, which has no updates: install it anew with "koubou agents add"`;
  return rejection('agent_unavailable', message, { agentId: id });
}

function noExecutable({ id, capabilities: { os, arch } }: Agent): Rejection {
  const message = `there is no executable for ${id} (${os} ${arch}): make it with "npm run build:koubou"`;
  return rejection('no_executable', message, { agentId: id });
}
