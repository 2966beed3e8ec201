/** `/health` and `/ready`: open to this machine without a token, for scripts and service managers. */
import type { FastifyInstance } from 'fastify';
import type { Health } from '../../../shared/contract.ts';
import { rejection } from '../../../shared/errors.ts';
import type { Journal } from '../journal/port.ts';
import { sendRejection } from './answer.ts';

export interface HealthDeps {
  readonly journal: Journal;
  readonly version: string;
  /** Milliseconds since the start. */
  readonly uptimeMs: () => number;
  /** False while the coordinator closes. */
  readonly isOpen: () => boolean;
}

export const HEALTH_PATHS = ['/health', '/ready'] as const;

export function registerHealth(
  app: FastifyInstance,
  { journal, version, uptimeMs, isOpen }: HealthDeps,
): void {
  app.get('/health', () => {
    const agents = journal.agents();
    const connected = agents.filter((agent) => agent.connected).length;
    const health: Health = {
      status: connected > 0 ? 'ok' : 'degraded',
      version,
      seq: journal.seq(),
      uptimeMs: uptimeMs(),
      agents: { connected, known: agents.length },
    };
    return health;
  });
  app.get('/ready', (_, reply) => {
    if (isOpen()) return { ready: true };
    return sendRejection(reply, rejection('shutting_down', 'the coordinator is closing'));
  });
}
