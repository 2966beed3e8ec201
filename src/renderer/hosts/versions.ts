/** Which agents run an older program than the coordinator has for them. Pure. */
import type { Agent } from '../../shared/domain/agent.ts';
import type { Rollout } from '../../shared/rollout.ts';

type Program = Pick<Rollout, 'version' | 'build'>;

/** Agents of the coordinator's own PC never are: they run its own program. */
function isBehind(
  { enrolment, version, build = '' }: Pick<Agent, 'enrolment' | 'version' | 'build'>,
  newest: Program,
): boolean {
  if (newest.version === '' || !enrolment || version === '') return false;
  // The same version can have several builds, in development.
  return version !== newest.version || (build !== '' && build !== newest.build);
}

/** True when an update would reach it now. A build that failed its trial is not tried again on that machine. */
export function canUpdate(
  agent: Pick<Agent, 'connected' | 'enrolment' | 'version' | 'build' | 'update'>,
  newest: Program | null,
): boolean {
  if (!newest || !agent.connected || !isBehind(agent, newest)) return false;
  const { update } = agent;
  return (
    update?.state !== 'running' && !(update?.state === 'failed' && update.build === newest.build)
  );
}
