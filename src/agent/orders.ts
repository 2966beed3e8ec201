/**
 * Orders of programs on this PC, passed to the coordinator, which decides. Nothing is kept for later: without a connection they
 * are refused. Those that wait for an answer when the connection breaks are sent again over the next one; by its key the
 * coordinator knows one that it carried out.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../shared/clock.ts';
import { rejection, type RejectionCode } from '../shared/errors.ts';
import type { TaskId } from '../shared/ids.ts';
import type { FromAgent, ToAgent } from '../shared/protocol/agent.ts';
import { ORDER_ANSWER_MS, type TaskOrder } from '../shared/protocol/task-order.ts';
import { fail, ok, type Result } from '../shared/result.ts';

type Answer = Extract<ToAgent, { type: 'task_order_answer' }>;
type Welcome = Extract<ToAgent, { type: 'welcome' }>;
type OrderFrame = Extract<FromAgent, { type: 'task_order' }>;

/** Its code may be one that this build does not know. */
export interface OrderRefusal extends Omit<NonNullable<Answer['refusal']>, 'code'> {
  readonly code: RejectionCode | (string & {});
}
export type OrderResult = Result<TaskId, OrderRefusal>;

export interface OrderDeps {
  readonly link: { readonly connected: boolean; send(frame: FromAgent): boolean };
  readonly coordinator: string;
  readonly clock: Clock;
}

export interface Orders {
  /** Resolves with the coordinator's answer, or with why there is none. */
  give(order: TaskOrder): Promise<OrderResult>;
  answered(frame: Answer): void;
  /** There is a new connection. */
  welcomed(frame: Welcome): void;
  /** Nobody is answered any more. */
  close(): void;
}

interface Waiting {
  readonly frame: OrderFrame;
  readonly resolve: (result: OrderResult) => void;
}

export function createOrders({ link, coordinator, clock }: OrderDeps): Orders {
  const waiting = new Map<string, Waiting>();
  let isTaken = false;

  const older = (): OrderResult =>
    fail(
      rejection(
        'coordinator_older',
        `the coordinator at ${coordinator} is of an older build and takes no orders of agents; update it, or give the order there`,
      ),
    );
  const unconnected = (): OrderResult =>
    fail(
      rejection(
        'not_connected',
        `this agent has no connection to its coordinator at ${coordinator}; nothing was queued. Send it again when /health says connected`,
      ),
    );

  return {
    async give(order) {
      if (!link.connected) return unconnected();
      if (!isTaken) return older();
      const { promise, resolve } = Promise.withResolvers<OrderResult>();
      const frame = { type: 'task_order', id: randomUUID(), order } as const;
      waiting.set(frame.id, { frame, resolve });
      const cancel = clock.after(ORDER_ANSWER_MS, () => resolve(unanswered(order, coordinator)));
      if (!link.send(frame)) resolve(unconnected());
      try {
        return await promise;
      } finally {
        cancel();
        waiting.delete(frame.id);
      }
    },
    answered({ id, taskId, refusal }) {
      const one = waiting.get(id);
      if (taskId !== null) one?.resolve(ok(taskId));
      else if (refusal) one?.resolve(fail(refusal));
    },
    welcomed({ takesOrders = false }) {
      isTaken = takesOrders;
      for (const { frame, resolve } of waiting.values()) {
        if (isTaken) link.send(frame);
        else resolve(older());
      }
    },
    close() {
      for (const { frame, resolve } of waiting.values())
        resolve(unanswered(frame.order, coordinator));
    },
  };
}

function unanswered(order: TaskOrder, coordinator: string): OrderResult {
  const known = order.kind === 'create' ? { key: order.key } : undefined;
  const again =
    order.kind === 'create'
      ? `send it again with the header Idempotency-Key: ${order.key}, and it is carried out once`
      : 'send it again: a task is cancelled once only';
  const message = `the coordinator at ${coordinator} did not answer in time, and may have carried it out; ${again}`;
  return fail(rejection('no_answer', message, known));
}
