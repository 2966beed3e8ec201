/** When the work of an agent that cannot be reached is given away. */
import type { Agent } from '../../shared/domain/agent.ts';
import { useNowAs } from '../components/now.ts';
import { useApp } from '../context.ts';
import { givenAwayAt, isReconnecting } from '../store/trouble.ts';

/** Epoch ms; `null` while the agent is well, and when it is simply offline. */
export function useAwayAt(agent: Agent): number | null {
  const { data } = useApp();
  // Read with the clock: what was heard last changes all the time, and says the same nearly always.
  return useNowAs((now) => {
    const heardAt = data.getState().live.heardAt.get(agent.id);
    return isReconnecting(agent, heardAt, now) ? givenAwayAt(agent, heardAt, now) : null;
  });
}
