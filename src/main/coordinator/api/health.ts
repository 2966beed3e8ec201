/** `/health` and `/ready`: open to this machine without a token, for scripts and service managers. */
import type { FastifyInstance } from 'fastify';
import { rejection, type Rejection } from '../../../shared/errors.ts';
import type { Health } from '../../../shared/upkeep.ts';
import type { Journal } from '../journal/port.ts';
import { sendRejection } from './answer.ts';
import type { OwnConditions } from './conditions.ts';

export interface HealthDeps {
  readonly journal: Journal;
  /** The coordinator's own troubles. */
  readonly conditions: OwnConditions;
  readonly version: string;
  /** Milliseconds since the start. */
  readonly uptimeMs: () => number;
  /** False while the coordinator closes. */
  readonly isOpen: () => boolean;
}

export const HEALTH_PATHS = ['/health', '/ready'] as const;

const UNWRITABLE = {
  full: 'storage_full',
  read_only: 'storage_read_only',
  damaged: 'storage_damaged',
} as const;

export function registerHealth(
  app: FastifyInstance,
  { journal, conditions, version, uptimeMs, isOpen }: HealthDeps,
): void {
  app.get('/health', () => {
    const agents = journal.agents();
    const connected = agents.filter((agent) => agent.connected).length;
    const health: Health = {
      status: connected > 0 && whyNotReady() === null ? 'ok' : 'degraded',
      version,
      seq: journal.seq(),
      uptimeMs: uptimeMs(),
      agents: { connected, known: agents.length },
      journal: journal.health(),
      conditions: [...conditions.list()],
    };
    return health;
  });
  app.get('/ready', (_, reply) => {
    const why = whyNotReady();
    return why === null ? { ready: true } : sendRejection(reply, why);
  });

  /** Why no command is taken at the moment. */
  function whyNotReady(): Rejection | null {
    if (!isOpen()) return rejection('shutting_down', 'the coordinator is closing');
    const { state, message } = journal.health();
    return state === 'sound' ? null : rejection(UNWRITABLE[state], message ?? state);
  }
}
