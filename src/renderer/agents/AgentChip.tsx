/** The state of an agent in a word. One that may come back in time is not offline yet. */
import type { Agent } from '../../shared/domain/agent.ts';
import { isBlocked } from '../../shared/domain/condition.ts';
import { StateChip } from '../components/StateChip.tsx';
import { useText } from '../context.ts';
import { lookOf } from './look.ts';
import { useAwayAt } from './use-away-at.ts';

export function AgentChip({ agent }: { readonly agent: Agent }) {
  const { agentStates, agents, fleet } = useText();
  const { state } = agent;
  if (useAwayAt(agent) !== null) {
    return <StateChip state="reconnecting" label={agents.reconnecting} testId="agent-state" />;
  }
  if (lookOf(agent) === 'resting') {
    return <StateChip state="resting" label={fleet.looks.resting} testId="agent-state" />;
  }
  if (state === 'idle' && isBlocked(agent.conditions)) {
    return <StateChip state="error" label={agents.blocked} testId="agent-state" />;
  }
  return <StateChip state={state} label={agentStates[state]} testId="agent-state" />;
}
