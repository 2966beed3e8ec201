/** Operations about what agents did and how they were; a part of the list in `contract.ts`. */
import { z } from 'zod';
import { Attempt } from './domain/attempt.ts';
import { Task } from './domain/task.ts';
import { AgentId } from './ids.ts';
import { operation } from './operation.ts';
import { VitalsPast } from './vitals-past.ts';

export const AGENT_OPERATIONS = {
  'agents.vitals': operation({
    method: 'GET',
    path: '/api/v1/agents/{id}/vitals',
    summary:
      'The load of an agent over the last minutes, as far as it was heard since the coordinator started',
    permission: 'read',
    status: 200,
    input: z.strictObject({
      id: AgentId,
      minutes: z.coerce.number().int().min(1).max(1_440).default(15),
    }),
    output: VitalsPast,
  }),
  'agents.attempts': operation({
    method: 'GET',
    path: '/api/v1/agents/{id}/attempts',
    summary:
      'The latest attempts of an agent with their tasks, newest first; those that run included',
    permission: 'read',
    status: 200,
    input: z.strictObject({
      id: AgentId,
      limit: z.coerce.number().int().min(1).max(100).default(20),
    }),
    output: z.strictObject({
      attempts: z.array(z.strictObject({ attempt: Attempt, task: Task.nullable() })),
    }),
  }),
  'agents.log': operation({
    method: 'GET',
    path: '/api/v1/agents/{id}/log',
    summary: 'The end of what the program of a connected agent logged',
    permission: 'read',
    status: 200,
    input: z.strictObject({ id: AgentId }),
    output: z.strictObject({ text: z.string() }),
  }),
} as const;
