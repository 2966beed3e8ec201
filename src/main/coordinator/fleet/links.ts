/**
 * All agents' links: one per agent, a newer one replaces an older. Here a frame gets its meaning: hello, welcome,
 * heartbeat, output; reports are taken in `reports.ts`.
 */
import type { Logger } from 'pino';
import { isAttemptEnd } from '../../../shared/domain/attempt.ts';
import type { Command } from '../../../shared/domain/command.ts';
import type { AgentId, AttemptId } from '../../../shared/ids.ts';
import type { ToAgent } from '../../../shared/protocol/agent.ts';
import { AGENT_STOP_MS, HEARTBEAT_MS } from '../../../shared/protocol/timing.ts';
import { PROTOCOL_VERSION } from '../../../shared/protocol/version.ts';
import type { Journal } from '../journal/port.ts';
import type { Recordings } from '../terminal/port.ts';
import type { Leases } from './leases.ts';
import { CLOSE, type Declined, type Hello, type Link, type LinkHandlers, type Report } from './link.ts';
import type { VitalsBoard } from './vitals.ts';

export interface LinksDeps {
  readonly journal: Journal;
  readonly recordings: Recordings;
  readonly leases: Leases;
  readonly vitals: VitalsBoard;
  readonly takeReport: (link: Link, frame: Report) => Promise<void>;
  readonly welcomed: (agentId: AgentId, holding: ReadonlySet<AttemptId>) => void;
  readonly log: Logger;
}

export interface Links extends LinkHandlers {
  isConnected(id: AgentId): boolean;
  /** Answers false when the agent is not connected. */
  send(id: AgentId, frame: ToAgent): boolean;
  /** Gives up all attempts of an agent whose lease ran out. */
  lost(id: AgentId): Promise<void>;
  closeAll(why: string): void;
}

export function createLinks(deps: LinksDeps): Links {
  const { journal, recordings, leases, vitals, log } = deps;
  const links = new Map<AgentId, Link>();
  // Attempts whose output a link may send: looked up once, not per frame.
  const owned = new WeakMap<Link, Set<AttemptId>>();

  async function submit(command: Command): Promise<boolean> {
    const result = await journal.submit(command, { actor: 'fleet' });
    if (!result.ok) log.warn({ code: result.error.code, command: command.type }, result.error.message);
    return result.ok;
  }

  async function hello(link: Link, frame: Hello): Promise<void> {
    const { agentId, name, version, slots, capabilities } = frame;
    const older = links.get(agentId);
    // Entered before anything else, so that the end of the older link does not disconnect the agent.
    links.set(agentId, link);
    older?.close(CLOSE.replaced, 'this agent connected again from elsewhere');
    leases.renew(agentId);
    vitals.drop(agentId);
    vitals.setRepos(agentId, frame.repos);
    const { address } = link;
    if (!(await submit({ type: 'agent.connect', agentId, name, version, address, slots, capabilities }))) {
      return link.close(CLOSE.notNow, 'the coordinator cannot store that you connected; its log has more');
    }
    if (link.closed) return;
    const holding = new Set(frame.holding.map(({ attemptId }) => attemptId));
    await giveUpForgotten(agentId, holding);
    if (link.closed) return;
    link.send({
      type: 'welcome',
      protocol: PROTOCOL_VERSION,
      heartbeatMs: HEARTBEAT_MS,
      stopMs: AGENT_STOP_MS,
      attempts: countingOf(link, frame),
    });
    log.info({ agent: agentId, slots, holding: frame.holding.length }, 'agent connected');
    deps.welcomed(agentId, holding);
  }

  /** What runs by the journal and is unknown to the agent is lost: it was restarted without it. */
  async function giveUpForgotten(agentId: AgentId, holding: ReadonlySet<AttemptId>): Promise<void> {
    const running = journal.agent(agentId)?.running ?? [];
    const forgotten = running.filter((id) => !holding.has(id) && journal.attempt(id)?.state === 'running');
    await Promise.all(forgotten.map((id) => giveUpLost(id, `${agentId} came back without it`)));
  }

  async function giveUpLost(attemptId: AttemptId, message: string): Promise<void> {
    await submit({ type: 'attempt.give_up', attemptId, code: 'agent_lost', message });
    recordings.finish(attemptId);
  }

  function countingOf(link: Link, frame: Hello): Extract<ToAgent, { type: 'welcome' }>['attempts'] {
    return frame.holding.flatMap(({ attemptId, fence }) => {
      const attempt = journal.attempt(attemptId);
      if (attempt?.agentId !== link.agentId || attempt.fence !== fence || isAttemptEnd(attempt.state)) return [];
      const terminal = recordings.end(attemptId, 'terminal');
      const transcript = recordings.end(attemptId, 'transcript');
      return [{ attemptId, fence, reportSeq: attempt.reportSeq, terminal, transcript }];
    });
  }

  async function declined(link: Link, { attemptId, fence, why }: Declined): Promise<void> {
    const attempt = journal.attempt(attemptId);
    if (attempt?.agentId !== link.agentId || attempt.fence !== fence) return;
    const message = `${link.agentId} declined it: ${why}`;
    await submit({ type: 'attempt.give_up', attemptId, code: 'agent_refused', message });
  }

  function mayWrite(link: Link, attemptId: AttemptId): boolean {
    let mine = owned.get(link);
    if (!mine) owned.set(link, (mine = new Set()));
    if (mine.has(attemptId)) return true;
    // An ended attempt may still send its last bytes.
    if (journal.attempt(attemptId)?.agentId !== link.agentId) return false;
    mine.add(attemptId);
    return true;
  }

  return {
    hello,
    declined,
    report: deps.takeReport,
    heard: (link) => leases.renew(link.agentId),
    heartbeat(link, { n, vitals: load, repos }) {
      link.send({ type: 'heartbeat', n });
      if (links.get(link.agentId) !== link) return;
      if (repos) vitals.setRepos(link.agentId, repos);
      const cpus = journal.agent(link.agentId)?.capabilities.cpus ?? 1;
      const overloaded = vitals.heartbeat(link.agentId, load, cpus);
      if (overloaded !== null) void submit({ type: 'agent.load', agentId: link.agentId, overloaded });
    },
    output(link, frame) {
      const { attemptId, stream } = frame;
      if (!mayWrite(link, attemptId)) return link.close(CLOSE.badFrame, `output of ${attemptId}, which is not yours`);
      link.send({ type: 'output_ack', attemptId, stream, offset: recordings.append(frame) });
    },
    outputEnd(link, { attemptId, terminal, transcript }) {
      if (!mayWrite(link, attemptId)) return link.close(CLOSE.badFrame, `output of ${attemptId}, which is not yours`);
      const whole =
        recordings.end(attemptId, 'terminal') >= terminal && recordings.end(attemptId, 'transcript') >= transcript;
      if (!whole)
        log.warn({ agent: link.agentId, attempt: attemptId }, 'the recording ends before the agent says it does');
      recordings.finish(attemptId);
    },
    gone(link, why) {
      if (links.get(link.agentId) !== link) return;
      links.delete(link.agentId);
      vitals.drop(link.agentId);
      log.info({ agent: link.agentId, why }, 'agent disconnected');
      void submit({ type: 'agent.disconnect', agentId: link.agentId, why });
      for (const id of owned.get(link) ?? []) {
        const attempt = journal.attempt(id);
        if (attempt && isAttemptEnd(attempt.state)) recordings.finish(id);
      }
      if ((journal.agent(link.agentId)?.running ?? []).length === 0) leases.drop(link.agentId);
    },
    isConnected: (id) => links.has(id),
    send(id, frame) {
      const link = links.get(id);
      link?.send(frame);
      return link !== undefined;
    },
    async lost(id) {
      log.warn({ agent: id }, 'agent lost: no message for too long');
      links.get(id)?.close(CLOSE.lost, 'no message came for too long');
      await submit({ type: 'agent.disconnect', agentId: id, why: 'no message came for too long' });
      const running = journal.agent(id)?.running ?? [];
      await Promise.all(running.map((attemptId) => giveUpLost(attemptId, `${id} was not heard for too long`)));
    },
    closeAll(why) {
      for (const link of [...links.values()]) link.close(CLOSE.goingAway, why);
    },
  };
}
