/** Which agents run an older program than the coordinator has for them. Pure. */
import type { Agent } from '../../shared/domain/agent.ts';
import type { Rollout } from '../../shared/rollout.ts';

type Program = Pick<Rollout, 'version' | 'build'>;

/** Tells nothing of agents of the coordinator's own PC: they run its own program. */
export function isBehind(
  agent: Pick<Agent, 'enrolment' | 'version' | 'update'>,
  newest: Program | null,
): boolean {
  if (!newest || newest.version === '' || !agent.enrolment || agent.version === '') return false;
  if (agent.version !== newest.version) return true;
  const { update } = agent;
  if (!update) return false;
  // The same version can have several builds, in development.
  return update.state === 'done' ? update.build !== newest.build : update.build === newest.build;
}

/** A build that failed its trial is not tried again on that machine. */
export function hasRefused(agent: Pick<Agent, 'update'>, newest: Program | null): boolean {
  return agent.update?.state === 'failed' && agent.update.build === newest?.build;
}

/** Those that an update would reach now. */
export function updatable(agents: Iterable<Agent>, newest: Program | null): Agent[] {
  return [...agents].filter(
    (agent) => agent.connected && isBehind(agent, newest) && !hasRefused(agent, newest),
  );
}
