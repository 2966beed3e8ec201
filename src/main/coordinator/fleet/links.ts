/**
 * All agents' links: one per agent, a newer one replaces an older. Here a frame gets its meaning: hello, welcome,
 * heartbeat, output; reports are taken in `reports.ts`.
 */
import type { Logger } from 'pino';
import { isAttemptEnd } from '../../../shared/domain/attempt.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { Command } from '../../../shared/domain/command.ts';
import type { Condition } from '../../../shared/domain/condition.ts';
import { isEnd } from '../../../shared/domain/task.ts';
import { taskIdOfAttempt, type AgentId, type AttemptId } from '../../../shared/ids.ts';
import type { ToAgent } from '../../../shared/protocol/agent.ts';
import type { ConsoleFrame } from '../../../shared/protocol/console.ts';
import type { OutputFrame } from '../../../shared/protocol/output.ts';
import { AGENT_PAUSE_MS, HEARTBEAT_MS } from '../../../shared/protocol/timing.ts';
import { PROTOCOL_VERSION } from '../../../shared/protocol/version.ts';
import type { Forge } from '../forge/port.ts';
import type { Journal } from '../journal/port.ts';
import type { Recordings } from '../terminal/port.ts';
import { createAcks, type Acks } from './acks.ts';
import type { ConsolesService } from './consoles/consoles.ts';
import { createEndings, type Endings } from './endings.ts';
import type { Leases } from './leases.ts';
import {
  CLOSE,
  type ConsoleFrames,
  type Declined,
  type Heartbeat,
  type Hello,
  type Link,
  type LinkHandlers,
  type MachineFrame,
  type Order,
  type OutputEnd,
  type Report,
  type WorkKept,
} from './link.ts';
import type { Machine } from './machine.ts';
import type { TakeOrder } from './port.ts';
import { isHolder, overOf, type Fence, type OverDeps } from './stale.ts';
import { roomOf } from './room.ts';
import type { VitalsHistory } from './vitals-history.ts';
import type { VitalsBoard } from './vitals.ts';

export interface LinksDeps extends OverDeps {
  readonly journal: Journal;
  readonly recordings: Recordings;
  readonly forge: Pick<Forge, 'hasCommit'>;
  readonly fence: Fence;
  readonly leases: Leases;
  readonly vitals: VitalsBoard;
  readonly history: Pick<VitalsHistory, 'add' | 'forget'>;
  readonly takeOrder: TakeOrder;
  readonly takeReport: (link: Link, frame: Report) => Promise<void>;
  readonly welcomed: (agentId: AgentId, holding: ReadonlySet<AttemptId>) => void;
  /** What is about the machine and its program. */
  readonly machine: Machine;
  readonly consoles: Pick<ConsolesService, 'frame' | 'output' | 'gone'>;
  readonly clock: Clock;
  readonly log: Logger;
}

export class Links implements LinkHandlers {
  readonly #deps: LinksDeps;
  readonly #links = new Map<AgentId, Link>();
  /** Attempts whose output a link may send: looked up once, not per frame. */
  readonly #owned = new WeakMap<Link, Set<AttemptId>>();

  readonly #acks: Acks;
  readonly #endings: Endings;

  constructor(deps: LinksDeps) {
    this.#deps = deps;
    this.#acks = createAcks(deps.clock);
    this.#endings = createEndings(deps.recordings, deps.log);
  }

  isConnected(id: AgentId): boolean {
    return this.#links.get(id)?.isOpen() ?? false;
  }

  /** The agent's link; `null` when it is not connected, or not welcomed yet. */
  linkOf(id: AgentId): Link | null {
    const link = this.#links.get(id);
    return link?.isOpen() ? link : null;
  }

  /** True while nothing is read of what the agent says. */
  isDeafTo(id: AgentId): boolean {
    return this.#links.get(id)?.isDeaf() ?? false;
  }

  /** Answers false when the agent is not connected, or not welcomed yet. */
  send(id: AgentId, frame: ToAgent): boolean {
    const link = this.linkOf(id);
    link?.send(frame);
    return link !== null;
  }

  async hello(link: Link, frame: Hello): Promise<void> {
    const { leases, vitals, log, welcomed, fence } = this.#deps;
    const { agentId, name, version, build, slots, capabilities } = frame;
    const older = this.#links.get(agentId);
    // Entered before anything else, so that the end of the older link does not disconnect the agent.
    this.#links.set(agentId, link);
    older?.close(CLOSE.replaced, 'this agent connected again from elsewhere');
    leases.renew(agentId);
    vitals.drop(agentId);
    vitals.setRepos(agentId, frame.repos);
    const { address } = link;
    if (
      !(await this.#submit({
        type: 'agent.connect',
        agentId,
        name,
        version,
        build,
        address,
        slots,
        capabilities,
      }))
    ) {
      return link.close(
        CLOSE.notNow,
        'the coordinator cannot store that you connected; its log has more',
      );
    }
    const holding = new Set(frame.holding.map(({ attemptId }) => attemptId));
    await this.#giveUpForgotten(agentId, holding);
    if (link.isClosed()) return;
    this.#abandonRecordings(agentId, holding);
    const over = overOf(this.#deps, agentId, frame.holding);
    link.welcome({
      type: 'welcome',
      protocol: PROTOCOL_VERSION,
      heartbeatMs: HEARTBEAT_MS,
      pauseMs: AGENT_PAUSE_MS,
      takesOrders: true,
      standStill: this.#deps.journal.workshop().stopped !== null,
      ...roomOf(this.#deps.journal, agentId),
      attempts: this.#countingOf(link, frame),
      over,
    });
    for (const { attemptId } of over) fence(attemptId, 'hello (it came back with it)');
    log.info({ agent: agentId, slots, holding: frame.holding.length }, 'agent connected');
    welcomed(agentId, holding);
    this.#deps.machine.connected(link);
  }

  trial(link: Link, frame: Hello): void {
    this.#deps.machine.trial(link, frame);
  }

  heard(link: Link): void {
    this.#deps.leases.renew(link.agentId);
  }

  heartbeat(link: Link, { n, vitals: said, repos, conditions, at, latencyMs }: Heartbeat): void {
    const { agentId } = link;
    const { vitals: board, history, clock } = this.#deps;
    link.send({ type: 'heartbeat', n });
    if (this.#links.get(agentId) !== link) return;
    if (repos) board.setRepos(agentId, repos);
    const agent = this.#deps.journal.agent(agentId);
    // Compared here as well: a command per heartbeat would be a turn of the journal per heartbeat.
    if (agent && kindsOf(agent.conditions) !== kindsOf(conditions))
      void this.#submit({ type: 'agent.conditions', agentId, conditions });
    const cpus = agent?.capabilities.cpus ?? 1;
    const vitals = {
      ...said,
      ...(at !== undefined && { clockAheadMs: at - clock.now() }),
      ...(latencyMs !== undefined && { latencyMs }),
    };
    history.add(agentId, vitals, agent?.running.length ?? 0);
    const overloaded = board.heartbeat(agentId, vitals, cpus);
    if (overloaded !== null) void this.#submit({ type: 'agent.load', agentId, overloaded });
  }

  async report(link: Link, frame: Report): Promise<void> {
    if (this.#endings.isHeld(link, frame.attemptId)) return;
    await this.#deps.takeReport(link, frame);
  }

  async declined(link: Link, { attemptId, fence, why }: Declined): Promise<void> {
    if (!isHolder(this.#deps.journal.attempt(attemptId), link.agentId, fence)) return;
    const message = `${link.agentId} declined it: ${why}`;
    await this.#submit({ type: 'attempt.give_up', attemptId, code: 'agent_refused', message });
  }

  async workKept(link: Link, { attemptId, fence, commit }: WorkKept): Promise<void> {
    const { agentId } = link;
    if (!(await this.#isKept(attemptId, commit))) {
      const about = { agent: agentId, attempt: attemptId, commit };
      return this.#deps.log.warn(about, 'work that is said to be kept was not pushed');
    }
    if (await this.#submit({ type: 'attempt.keep_work', agentId, attemptId, fence, commit })) {
      link.send({ type: 'work_kept_ack', attemptId });
    }
  }

  async order(link: Link, { id, order }: Order): Promise<void> {
    const taken = await this.#deps.takeOrder(link.agentId, order);
    const answer = taken.ok
      ? { taskId: taken.value, refusal: null }
      : { taskId: null, refusal: taken.error };
    if (link.isOpen()) link.send({ type: 'task_order_answer', id, ...answer });
  }

  output(link: Link, frame: OutputFrame): void {
    const { attemptId, stream } = frame;
    if (!this.#mayWrite(link, attemptId)) return this.#refuseForeign(link, attemptId);
    this.#acks.stands(link, attemptId, stream, this.#deps.recordings.append(frame));
  }

  outputEnd(link: Link, frame: OutputEnd): void {
    const { attemptId } = frame;
    if (!this.#mayWrite(link, attemptId)) return this.#refuseForeign(link, attemptId);
    this.#endings.end(link, frame);
  }

  machine(link: Link, frame: MachineFrame): void {
    this.#deps.machine.frame(link, frame);
  }

  console(link: Link, frame: ConsoleFrames): void {
    this.#deps.consoles.frame(link, frame);
  }

  consoleOutput(link: Link, frame: ConsoleFrame): void {
    this.#deps.consoles.output(link, frame);
  }

  gone(link: Link, why: string): void {
    const { journal, leases, vitals, machine, log } = this.#deps;
    const { agentId } = link;
    machine.gone(link);
    if (this.#links.get(agentId) !== link) return;
    this.#links.delete(agentId);
    this.#deps.consoles.gone(link);
    vitals.drop(agentId);
    log.info({ agent: agentId, why }, 'agent disconnected');
    void this.#submit({ type: 'agent.disconnect', agentId, why });
    if ((journal.agent(agentId)?.running ?? []).length === 0) leases.drop(agentId);
  }

  /** Gives up all attempts of an agent whose lease ran out. */
  async lost(agentId: AgentId): Promise<void> {
    const why = 'no message came for too long';
    this.#deps.log.warn({ agent: agentId }, 'agent lost');
    this.#links.get(agentId)?.close(CLOSE.lost, why);
    await this.#submit({ type: 'agent.disconnect', agentId, why });
    const running = this.#deps.journal.agent(agentId)?.running ?? [];
    await Promise.all(
      running.map((id) => this.#giveUp(id, 'agent_lost', `${agentId} was not heard for too long`)),
    );
  }

  /**
   * The agent is removed: nobody is expected to send the rest of its recordings, and its certificate counts no more. One of
   * this PC stays connected: it comes with the coordinator.
   */
  removed(agentId: AgentId): void {
    this.#abandonRecordings(agentId, new Set());
    this.#deps.machine.removed(agentId);
    this.#deps.history.forget(agentId);
    const link = this.#links.get(agentId);
    if (link?.hasCertificate) link.close(CLOSE.unauthorized, 'it was removed from the workshop');
  }

  async #submit(command: Command): Promise<boolean> {
    const { journal, log } = this.#deps;
    const result = await journal.submit(command, { actor: 'fleet' });
    if (!result.ok)
      log.warn({ code: result.error.code, command: command.type }, result.error.message);
    return result.ok;
  }

  /** What runs by the journal and is unknown to the agent has lost its processes: an agent finds those that live. */
  async #giveUpForgotten(agentId: AgentId, holding: ReadonlySet<AttemptId>): Promise<void> {
    const { journal } = this.#deps;
    const running = journal.agent(agentId)?.running ?? [];
    const forgotten = running.filter(
      (id) => !holding.has(id) && journal.attempt(id)?.state === 'running',
    );
    const why = `its processes on ${agentId} were gone when the agent came back`;
    await Promise.all(forgotten.map((id) => this.#giveUp(id, 'supervisor_died', why)));
  }

  async #giveUp(
    attemptId: AttemptId,
    code: 'agent_lost' | 'supervisor_died',
    message: string,
  ): Promise<void> {
    await this.#submit({ type: 'attempt.give_up', attemptId, code, message });
  }

  /** Nobody will send the rest of what the agent does not hold. */
  #abandonRecordings(agentId: AgentId, holding: ReadonlySet<AttemptId>): void {
    const { journal, recordings } = this.#deps;
    for (const id of recordings.unfinished()) {
      const attempt = journal.attempt(id);
      if (attempt?.agentId !== agentId || holding.has(id)) continue;
      if (isAttemptEnd(attempt.state)) recordings.abandon(id);
    }
  }

  /** True when the work is in the mirror; or is of no use any more, and may be gone from there. */
  async #isKept(attemptId: AttemptId, commit: string): Promise<boolean> {
    const { journal, forge, repoKey } = this.#deps;
    const task = journal.task(taskIdOfAttempt(attemptId));
    if (!task || isEnd(task.state)) return true;
    return await forge.hasCommit(repoKey(task.repo.url), commit);
  }

  #countingOf(link: Link, frame: Hello): Extract<ToAgent, { type: 'welcome' }>['attempts'] {
    const { journal, recordings, gitToken } = this.#deps;
    return frame.holding.flatMap(({ attemptId, fence }) => {
      const attempt = journal.attempt(attemptId);
      if (!isHolder(attempt, link.agentId, fence) || isAttemptEnd(attempt.state)) return [];
      const terminal = recordings.end(attemptId, 'terminal');
      const transcript = recordings.end(attemptId, 'transcript');
      const at = { reportSeq: attempt.reportSeq, terminal, transcript };
      return [{ attemptId, fence, ...at, gitToken: gitToken(attemptId, fence) }];
    });
  }

  #mayWrite(link: Link, attemptId: AttemptId): boolean {
    const mine = this.#owned.get(link) ?? new Set();
    this.#owned.set(link, mine);
    if (mine.has(attemptId)) return true;
    // An ended attempt may still send its last bytes.
    if (this.#deps.journal.attempt(attemptId)?.agentId !== link.agentId) return false;
    mine.add(attemptId);
    return true;
  }

  #refuseForeign(link: Link, attemptId: AttemptId): void {
    link.close(
      CLOSE.badFrame,
      `output of ${attemptId}, which is not an attempt of ${link.agentId}`,
    );
  }
}

function kindsOf(conditions: readonly Condition[]): string {
  return conditions.map(({ kind }) => kind).join(' ');
}
