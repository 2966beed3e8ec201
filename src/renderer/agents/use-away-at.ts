/** When the work of an agent that cannot be reached is given away. */
import type { Agent } from '../../shared/domain/agent.ts';
import { useNow } from '../components/now.ts';
import { useData } from '../context.ts';
import { selectHeardAt } from '../store/selectors.ts';
import { givenAwayAt, isReconnecting } from '../store/trouble.ts';

/** Epoch ms; `null` while the agent is well, and when it is simply offline. */
export function useAwayAt(agent: Agent): number | null {
  const heardAt = useData(selectHeardAt(agent.id));
  const now = useNow();
  return isReconnecting(agent, heardAt, now) ? givenAwayAt(agent, heardAt, now) : null;
}
