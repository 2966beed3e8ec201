/** For tests of this folder. */
import type { Attempt } from '../../../shared/domain/attempt.ts';
import { AgentId, attemptIdOf, taskIdOf } from '../../../shared/ids.ts';

export function attemptFor(ordinal: number, what: Partial<Attempt>): Attempt {
  return {
    id: attemptIdOf(taskIdOf(1), ordinal),
    taskId: taskIdOf(1),
    agentId: AgentId.parse('kiln'),
    fence: ordinal,
    ordinal,
    state: 'running',
    phases: [],
    reasons: [],
    assignedAt: 0,
    startedAt: 0,
    endedAt: null,
    reportSeq: 1,
    usage: null,
    failure: null,
    resumedFrom: null,
    checkpoint: null,
    pausedAt: null,
    takenOver: null,
    fenced: null,
    kept: null,
    ...what,
  };
}
