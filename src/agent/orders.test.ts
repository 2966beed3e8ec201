/** Orders on their way to the coordinator: refused without one, sent again over a new connection, and never left hanging. */
import { beforeEach, expect, test } from 'vitest';
import { TaskId } from '../shared/ids.ts';
import type { FromAgent } from '../shared/protocol/agent.ts';
import { ORDER_ANSWER_MS, type TaskOrder } from '../shared/protocol/task-order.ts';
import { createOrders, type Orders } from './orders.ts';
import { testClock, type TestClock } from './testing/clock.ts';

const TASK = TaskId.parse('task-1');
const ORDER: TaskOrder = { kind: 'create', key: 'mine', body: '{}' };

let link: { connected: boolean; send(frame: FromAgent): boolean };
let sent: Extract<FromAgent, { type: 'task_order' }>[];
let clock: TestClock;
let orders: Orders;
beforeEach(() => {
  sent = [];
  link = {
    connected: true,
    send(frame) {
      if (link.connected && frame.type === 'task_order') sent.push(frame);
      return link.connected;
    },
  };
  clock = testClock();
  orders = createOrders({ link, coordinator: 'https://10.0.0.1:8443', clock });
});

function welcome(takesOrders?: boolean): void {
  const about = { protocol: 2, heartbeatMs: 1, pauseMs: 1, attempts: [], over: [] };
  orders.welcomed({
    ...{ type: 'welcome', ...about },
    ...(takesOrders !== undefined && { takesOrders }),
  });
}

function answer(taskId: TaskId | null, code = 'not_allowed'): void {
  const refusal = taskId === null ? { code, message: 'm' } : null;
  orders.answered({ type: 'task_order_answer', id: sent.at(-1)?.id ?? '', taskId, refusal });
}

test('the answer is that of the coordinator, also a refusal that only newer ones know', async () => {
  welcome(true);
  const first = orders.give(ORDER);
  answer(TASK);
  expect(await first).toEqual({ ok: true, value: TASK });
  const second = orders.give({ kind: 'cancel', taskId: TASK, body: '' });
  answer(null, 'something_new');
  expect(await second).toEqual({ ok: false, error: { code: 'something_new', message: 'm' } });
});

test('without a connection, or to an older coordinator, nothing is sent', async () => {
  welcome(true);
  link.connected = false;
  expect(await orders.give(ORDER)).toMatchObject({ error: { code: 'not_connected' } });
  link.connected = true;
  welcome();
  expect(await orders.give(ORDER)).toMatchObject({ error: { code: 'coordinator_older' } });
  expect(sent).toEqual([]);
});

test('over a new connection it is sent again, under the same key', async () => {
  welcome(true);
  const given = orders.give(ORDER);
  welcome(true);
  expect(sent).toHaveLength(2);
  expect(sent[1]).toEqual(sent[0]);
  answer(TASK);
  expect(await given).toEqual({ ok: true, value: TASK });
  const other = orders.give(ORDER);
  welcome(false);
  expect(await other).toMatchObject({ error: { code: 'coordinator_older' } });
});

test('one that is not answered in time says how to ask again', async () => {
  welcome(true);
  const given = orders.give(ORDER);
  clock.pass(ORDER_ANSWER_MS);
  expect(await given).toMatchObject({
    error: { code: 'no_answer', details: { key: 'mine' } },
  });
  answer(TASK);
  const last = orders.give(ORDER);
  orders.close();
  expect(await last).toMatchObject({ error: { code: 'no_answer' } });
});
