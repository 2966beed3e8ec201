/**
 * A machine played by the test: it speaks the protocol of agents to the coordinator of a window, and does exactly what the
 * test says, so that each trouble can be brought about and held. It runs nothing.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { WebSocket } from 'ws';
import type { AttemptReport } from '../../src/shared/domain/attempt.ts';
import type { Condition } from '../../src/shared/domain/condition.ts';
import { AgentId } from '../../src/shared/ids.ts';
import {
  ToAgent,
  type AttemptSpec,
  type FromAgent,
  type Holding,
} from '../../src/shared/protocol/agent.ts';
import { HEARTBEAT_MS } from '../../src/shared/protocol/timing.ts';
import { agentToken } from '../../src/main/coordinator/gateway/tokens.ts';
import { serveInfo } from './app.ts';

/** What a task must need to come to a machine that is played, and never to a real one. */
export const PLAYED = 'played';

const VITALS = {
  cpu: 0.34,
  memoryUsedBytes: 5.1e9,
  memoryBytes: 16e9,
  diskFreeBytes: 84e9,
  load1: 1.2,
};

export interface ScriptedAgent {
  /** Resolves with the next attempt that it is given. */
  assigned(): Promise<AttemptSpec>;
  /** Reports are numbered by themselves. Resolves when the coordinator has answered. */
  report(spec: AttemptSpec, report: AttemptReport): Promise<void>;
  send(frame: FromAgent): void;
  /** Output, as a binary frame. */
  sendBytes(bytes: Uint8Array): void;
  /** Sends its conditions with this and every later heartbeat. */
  conditions(conditions: Condition[]): void;
  /** Stays connected and says nothing more. */
  fallSilent(): void;
  /** Breaks the connection as a pulled plug does. */
  leave(): void;
}

export async function playAgent(
  dataDir: string,
  name: string,
  holding: Holding[] = [],
): Promise<ScriptedAgent> {
  const agentId = AgentId.parse(name);
  const secret = readFileSync(path.join(dataDir, 'secret'), 'utf8').trim();
  const socket = new WebSocket(`${serveInfo(dataDir).url.replace('http', 'ws')}/agent`, {
    headers: { authorization: `Bearer ${agentToken(secret, agentId)}` },
  });
  // A connection that the coordinator gives up is part of the play.
  socket.on('error', () => {});
  const inbox = openInbox(socket);
  const reported = new Map(holding.map(({ attemptId, reportSeq }) => [attemptId, reportSeq]));
  let conditions: Condition[] = [];
  let beat = 0;

  function send(frame: FromAgent): void {
    socket.send(JSON.stringify(frame));
  }

  function heartbeat(): void {
    beat += 1;
    send({ type: 'heartbeat', n: beat, vitals: VITALS, conditions });
  }

  await once(socket, 'open');
  send(helloOf(agentId, holding));
  await inbox.next('welcome');
  heartbeat();
  const timer = setInterval(heartbeat, HEARTBEAT_MS);
  socket.once('close', () => clearInterval(timer));
  return {
    send,
    sendBytes: (bytes) => socket.send(bytes),
    assigned: async () => (await inbox.next('assign')).spec,
    async report({ attemptId, fence }, report) {
      const seq = (reported.get(attemptId) ?? 0) + 1;
      reported.set(attemptId, seq);
      send({ type: 'report', attemptId, fence, seq, report });
      await Promise.race([inbox.next('report_ack'), inbox.next('report_refused')]);
    },
    conditions(next) {
      conditions = next;
      heartbeat();
    },
    fallSilent: () => clearInterval(timer),
    leave: () => socket.terminate(),
  };
}

type Frame<T extends ToAgent['type']> = Extract<ToAgent, { type: T }>;

/** The frames that came and were not asked for yet. */
function openInbox(socket: WebSocket) {
  const frames: ToAgent[] = [];
  const looks = new Set<() => void>();
  socket.on('message', (data) => {
    frames.push(ToAgent.parse(JSON.parse(Buffer.isBuffer(data) ? data.toString() : '')));
    for (const look of [...looks]) look();
  });
  return {
    next: <T extends ToAgent['type']>(type: T) =>
      new Promise<Frame<T>>((resolve) => {
        const look = (): void => {
          const found = frames.find((frame): frame is Frame<T> => frame.type === type);
          if (!found) return;
          looks.delete(look);
          frames.splice(frames.indexOf(found), 1);
          resolve(found);
        };
        looks.add(look);
        look();
      }),
  };
}

function helloOf(agentId: AgentId, holding: Holding[]): FromAgent {
  return {
    type: 'hello',
    protocol: 1,
    build: '',
    trial: null,
    agentId,
    name: agentId,
    version: '0.1.0',
    slots: 2,
    repos: [],
    holding,
    capabilities: {
      os: 'linux',
      arch: 'x64',
      hostname: `${agentId}.lan`,
      cpus: 8,
      memoryBytes: 16e9,
      diskFreeBytes: 84e9,
      tools: [{ name: 'git', version: '2.47.3', path: '/usr/bin/git' }],
      engines: [{ kind: 'command', version: '1', ready: true, why: null }],
      specialties: [],
      labels: [PLAYED],
    },
  };
}
