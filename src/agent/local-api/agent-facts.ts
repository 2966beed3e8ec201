/** What an agent's own API tells, looked up when somebody asks. */
import type { Clock } from '../../shared/clock.ts';
import type { Agent } from '../agent.ts';
import type { AgentConfig } from '../config.ts';
import { freeBytes } from '../failure.ts';
import { certificateTimes } from '../identity/files.ts';
import { createVitals } from '../vitals.ts';
import type { AgentFacts } from './metrics.ts';

export function createFacts(
  { agentId, name, slots, dir, coordinator, identity }: AgentConfig,
  agent: Agent,
  clock: Clock,
): () => Promise<AgentFacts> {
  const vitals = createVitals();
  return async () => {
    const times = identity === null ? null : certificateTimes(identity);
    return {
      ...{ agentId, name, slots, coordinator },
      version: __KOUBOU_VERSION__,
      build: __KOUBOU_BUILD__,
      connected: agent.connected,
      running: agent.holding().map(({ attemptId }) => attemptId),
      vitals: vitals(await freeBytes(dir)),
      certificateMs: times === null ? null : times.to - clock.now(),
    };
  };
}
