/** `POST /execute_task` and `POST /cancel_task/{id}`: read what is sent, pass it on, and answer as the coordinator does. */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { REJECTIONS } from '../../shared/errors.ts';
import { MOST_ORDER_BYTES, OrderKey, type TaskOrder } from '../../shared/protocol/task-order.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { OrderRefusal, OrderResult } from '../orders.ts';
import { refuse, sendJson } from './answer.ts';

export type OrderRoute =
  | { readonly kind: 'create' }
  | { readonly kind: 'cancel'; readonly taskId: string };

/** Of refusals that only newer coordinators know. */
const UNKNOWN_STATUS = 409;
const STATUS: ReadonlyMap<string, number> = new Map(Object.entries(REJECTIONS));

/** The caller has shown the token. */
export async function takeOrder(
  request: IncomingMessage,
  response: ServerResponse,
  route: OrderRoute,
  give: (order: TaskOrder) => Promise<OrderResult>,
): Promise<void> {
  const order = await orderOf(request, route);
  const result = order.ok ? await give(order.value) : order;
  if (!result.ok) {
    const { code, message, details } = result.error;
    return refuse(response, STATUS.get(code) ?? UNKNOWN_STATUS, code, message, details);
  }
  sendJson(response, route.kind === 'create' ? 202 : 200, { task_id: result.value });
}

async function orderOf(
  request: IncomingMessage,
  route: OrderRoute,
): Promise<Result<TaskOrder, OrderRefusal>> {
  const { headers } = request;
  const given = headers['idempotency-key'];
  const key = OrderKey.safeParse(given ?? randomUUID());
  if (!key.success)
    return refused(
      'invalid_input',
      'Idempotency-Key: 1 to 200 visible ASCII characters without spaces',
    );
  const body = await textOf(request);
  if (body === null)
    return refused('payload_too_large', `the body is larger than ${MOST_ORDER_BYTES} bytes`);
  if (route.kind === 'cancel' && body === '') return ok({ ...route, body });
  if (!/^application\/json *(;|$)/i.test(headers['content-type'] ?? ''))
    return refused('unsupported_media_type', 'send JSON, with Content-Type: application/json');
  // Only JSON is passed on: what the coordinator makes of it, it says itself.
  if (!isJson(body)) return refused('invalid_input', 'the body is not JSON');
  return ok(route.kind === 'create' ? { ...route, key: key.data, body } : { ...route, body });
}

function refused(code: OrderRefusal['code'], message: string): Result<never, OrderRefusal> {
  return fail({ code, message });
}

/** `null`: it is too large. The rest of it is let pass. */
async function textOf(request: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = [];
  let size = 0;
  const sent: AsyncIterable<unknown> = request.iterator({ destroyOnReturn: false });
  for await (const chunk of sent) {
    // Without an encoding it gives nothing else.
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > MOST_ORDER_BYTES) return null;
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString('utf8');
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // Said by who asks.
    return false;
  }
}
