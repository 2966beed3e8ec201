/** The agents: their links, leases and load, and the dispatcher that tells them what to do. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Logger } from 'pino';
import { WebSocketServer } from 'ws';
import type { Clock } from '../../../shared/clock.ts';
import type { AgentId, AttemptId } from '../../../shared/ids.ts';
import type { AttemptLimits } from '../../../shared/protocol/agent.ts';
import { MODELS_PROTOCOL } from '../../../shared/protocol/version.ts';
import type { Forge } from '../forge/port.ts';
import type { GrantModels } from '../gateway/models/grants.ts';
import { isSameToken } from '../gateway/tokens.ts';
import type { Journal } from '../journal/port.ts';
import type { Recordings } from '../terminal/port.ts';
import { createConsoles } from './consoles/consoles.ts';
import type { Consoles } from './consoles/port.ts';
import { closeLeftShells } from './consoles/shell-log.ts';
import { startDispatcher } from './dispatch.ts';
import { startEmergency } from './emergency.ts';
import { createLeases } from './leases.ts';
import { CLOSE, openLink, type LinkHandlers } from './link.ts';
import { Links } from './links.ts';
import { createMachine, type MachineDeps, type MachineService } from './machine.ts';
import { COORDINATOR_RESTARTED, type Fleet, type FleetPast, type TakeOrder } from './port.ts';
import { createReportTaker } from './reports.ts';
import { startRoom } from './room.ts';
import { createFence } from './stale.ts';
import { createVitalsHistory } from './vitals-history.ts';
import { createVitalsBoard } from './vitals.ts';

/** A hello with ten thousand repository names fits; nothing of the protocol is larger. */
const MOST_FRAME_BYTES = 4 * 1024 * 1024;

export interface FleetDeps extends Pick<MachineDeps, 'selfTestRepo' | 'releases' | 'renew'> {
  readonly journal: Journal;
  readonly recordings: Recordings;
  readonly forge: Pick<Forge, 'prepare' | 'pushedCommit' | 'hasCommit'>;
  readonly clock: Clock;
  readonly log: Logger;
  /** The bounds of an attempt that begins now. */
  readonly limits: () => AttemptLimits;
  readonly takeOrder: TakeOrder;
  readonly agentToken: (id: AgentId) => string;
  readonly gitToken: (attemptId: AttemptId, fence: number) => string;
  readonly grantModels: GrantModels;
  /** The key of a repository's mirror, from its URL. */
  readonly repoKey: (url: string) => string;
}

export interface FleetService
  extends Fleet, FleetPast, Pick<MachineService, 'selfTests' | 'updates' | 'logs'> {
  /**
   * Takes an upgrade request for `/agent`: of whom a certificate has shown to be `member`, or, without, one from this PC
   * that shows its token.
   */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, member?: AgentId): void;
  readonly consoles: Consoles;
  /** Build that an agent's own link said hello with; `null` when it is not connected. */
  buildOf(id: AgentId): string | null;
  /** Lets all agents connect again, and with it send anew what was not acknowledged. */
  renewLinks(why: string): void;
  /** Says goodbye to all agents; what they hold stays theirs. */
  close(): Promise<void>;
}

/**
 * Starts with all agents disconnected; those that hold work get a lease to come back in, and nothing of it is given to
 * another before that is over.
 */
export async function startFleet(deps: FleetDeps): Promise<FleetService> {
  const { journal, clock, log } = deps;
  const vitals = createVitalsBoard(clock);
  const history = createVitalsHistory(clock);
  const fence = createFence(journal, log);
  const leases = createLeases({
    clock,
    lost: (id) => void links.lost(id),
    isDeafTo: (id) => links.isDeafTo(id),
  });
  const takeReport = createReportTaker({ ...deps, fence });
  const machine = createMachine({ ...deps, linkOf: (id) => links.linkOf(id) });
  const consoles = createConsoles({ ...deps, linkOf: (id) => links.linkOf(id) });
  const links = new Links({
    ...deps,
    ...{ fence, leases, vitals, history },
    ...{ takeReport, machine, consoles },
    welcomed(id, holding) {
      dispatcher.connected(id, holding);
      emergency.connected(id);
      room.connected(id);
    },
  });
  const dispatcher = startDispatcher({
    ...deps,
    send: (id, frame) => links.send(id, frame),
    isConnected: (id) => links.isConnected(id),
    knowsModels: (id) => (links.linkOf(id)?.protocol ?? 0) >= MODELS_PROTOCOL,
    abandonRecording: (id) => deps.recordings.abandon(id),
  });
  const emergency = startEmergency({ journal, log, links, dispatcher });
  const room = startRoom({ ...deps, links });
  const unsubscribe = onRemoval(journal, (id) => links.removed(id));
  const door = createDoor(deps, links);
  await forgetConnections(journal, leases.renew);
  await closeLeftShells(journal);

  return {
    ...{ vitals: vitals.vitals, repos: vitals.repos, onVitals: vitals.onVitals },
    ...{ selfTests: machine.selfTests, updates: machine.updates, logs: machine.logs },
    ...{ history, consoles },
    upgrade: door.upgrade,
    ...{ makesRoom: room.isAble, wake: room.wake },
    buildOf: (id) => links.linkOf(id)?.build ?? null,
    renewLinks: (why) => door.closeAll(CLOSE.notNow, why),
    async close() {
      unsubscribe();
      emergency.close();
      room.close();
      leases.close();
      consoles.end();
      machine.close();
      vitals.close();
      door.closeAll(CLOSE.goingAway, 'the coordinator is closing');
      await dispatcher.close();
      door.end();
    },
  };
}

function onRemoval(journal: Journal, removed: (id: AgentId) => void): () => void {
  return journal.subscribe((events) => {
    for (const { event } of events) if (event.type === 'agent.removed') removed(event.agentId);
  });
}

interface Door extends Pick<FleetService, 'upgrade'> {
  closeAll(code: number, why: string): void;
  end(): void;
}

/** Where agents come in. Knows also those that have not said hello yet. */
function createDoor(deps: FleetDeps, handlers: LinkHandlers): Door {
  const { clock, log } = deps;
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: MOST_FRAME_BYTES,
    perMessageDeflate: false,
  });
  const open = new Set<{ close(code: number, why: string): void }>();
  return {
    upgrade(request, socket, head, member) {
      const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
      const address = request.socket.remoteAddress ?? 'unknown';
      server.handleUpgrade(request, socket, head, (webSocket) => {
        const doubt = (id: AgentId): string | null => doubtOf(id, { member, token }, deps);
        const about = { socket: webSocket, address, hasCertificate: member !== undefined, doubt };
        const link = openLink({ ...about, clock, log, handlers });
        open.add(link);
        webSocket.once('close', () => open.delete(link));
      });
    },
    closeAll(code, why) {
      for (const link of [...open]) link.close(code, why);
    },
    end() {
      for (const socket of server.clients) socket.terminate();
      server.close();
    },
  };
}

/** Whether whoever dialled is agent `id`, by what it showed. */
function doubtOf(
  id: AgentId,
  { member, token }: { member: AgentId | undefined; token: string },
  { agentToken, journal }: FleetDeps,
): string | null {
  if (member !== undefined)
    return id === member ? null : `the certificate is that of ${member}, not of ${id}`;
  if (!isSameToken(agentToken(id), token)) return `the token is not that of ${id}`;
  if (!journal.agent(id)?.enrolment) return null;
  return `${id} has a certificate, and comes in with that only`;
}

/** No connection outlives the coordinator; what an agent held, it may come back with. */
async function forgetConnections(journal: Journal, expect: (id: AgentId) => void): Promise<void> {
  for (const agent of journal.agents()) {
    // Another coordinator's.
    if (agent.site !== null) continue;
    if (agent.running.length > 0) expect(agent.id);
    if (!agent.connected) continue;
    const why = COORDINATOR_RESTARTED;
    await journal.submit({ type: 'agent.disconnect', agentId: agent.id, why }, { actor: 'fleet' });
  }
}
