/** The agents as the scheduler and the API see them: who can take work, and what they are told. */
import type { Vitals } from '../../../shared/domain/agent.ts';
import type { AgentId, TaskId } from '../../../shared/ids.ts';
import type { TaskOrder } from '../../../shared/protocol/task-order.ts';
import type { Result } from '../../../shared/result.ts';
import type { AgentLogs } from './agent-logs.ts';
import type { VitalsHistory } from './vitals-history.ts';

/** Why agents are disconnected that were connected when the coordinator ended. */
export const COORDINATOR_RESTARTED = 'the coordinator was restarted';

export interface Fleet {
  /** Load of an agent from its last heartbeat; `null` when it is not connected. */
  vitals(id: AgentId): Vitals | null;
  /** Repository keys in the agent's cache. */
  repos(id: AgentId): ReadonlySet<string>;
  /** It is connected, can let a single attempt stand still, and takes its slots from here. */
  makesRoom(id: AgentId): boolean;
  /** Sends for the machine of an agent that has a hardware address and is not connected, until it comes, for some minutes. */
  wake(id: AgentId): void;
  /** Called when vitals changed, at most once a second with all of them. */
  onVitals(listener: (vitals: { agentId: AgentId; vitals: Vitals }[]) => void): () => void;
}

/** Carries out what a program on an agent's PC orders, or refuses it. Answers with the task, when that is durable. */
export type TakeOrder = (agentId: AgentId, order: TaskOrder) => Promise<Result<TaskId>>;

/** What can be asked of how agents were, and what they wrote down. */
export interface FleetPast {
  readonly history: Pick<VitalsHistory, 'read'>;
  readonly logs: AgentLogs;
}
