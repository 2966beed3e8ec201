/** What the invariants look at: the outside of the workshop, gathered once at the end of a run. */
import type { StoredEvent } from '../../../src/shared/domain/event.ts';
import type { Attempt } from '../../../src/shared/domain/attempt.ts';
import type { Task } from '../../../src/shared/domain/task.ts';
import type { Client } from '../client.ts';
import type { Order, Operator } from '../operator.ts';
import type { Violations } from '../violations.ts';
import type { Workshop } from '../workshop.ts';

export interface Evidence {
  readonly folder: string;
  readonly workshop: Workshop;
  readonly operator: Operator;
  readonly client: Client;
  readonly events: readonly StoredEvent[];
  /** Every task the coordinator knows. */
  readonly tasks: readonly Task[];
  readonly violations: Violations;
}

export async function allTasks(client: Client): Promise<Task[]> {
  const tasks: Task[] = [];
  let cursor: string | undefined;
  do {
    const input = { limit: 500, ...(cursor !== undefined && { cursor }) };
    const page = await client.call('tasks.list', input);
    if (!page.ok) throw new Error(`the tasks cannot be listed: ${page.error.message}`);
    tasks.push(...page.value.tasks);
    cursor = page.value.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return tasks;
}

export async function attemptsOf(client: Client, { id }: Pick<Order, 'id'>): Promise<Attempt[]> {
  const answer = await client.call('tasks.attempts', { id });
  // A task that is not there any more is a violation of its own, named where tasks are looked for.
  if (!answer.ok && answer.error.code === 'not_found') return [];
  if (!answer.ok) throw new Error(`the attempts of ${id} cannot be read: ${answer.error.message}`);
  return answer.value.attempts;
}
