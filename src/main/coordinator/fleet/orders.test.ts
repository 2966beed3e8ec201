/** Orders over an agent's link: who ordered is who is connected, and each gets its answer. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LOCAL, openTestFleet, TASK, type TestFleet } from './testing.ts';

let fleet: TestFleet;
beforeEach(async () => {
  fleet = await openTestFleet();
});
afterEach(async () => await fleet.close());

test('the coordinator says that it takes orders, and answers each under its id', async () => {
  const agent = await fleet.dial();
  expect(await agent.hello()).toMatchObject({ takesOrders: true });
  const order = { kind: 'create', key: 'k', body: '{"agentId":"local-2"}' } as const;
  agent.send({ type: 'task_order', id: 'a', order });
  expect(await agent.frame('task_order_answer')).toEqual({
    ...{ type: 'task_order_answer', id: 'a', taskId: TASK, refusal: null },
  });
  expect(fleet.orders).toEqual([{ agentId: LOCAL, order }]);
  agent.send({ type: 'task_order', id: 'b', order: { kind: 'cancel', taskId: TASK, body: '' } });
  expect(await agent.frame('task_order_answer')).toMatchObject({
    ...{ id: 'b', taskId: null, refusal: { code: 'not_found' } },
  });
});

test('before hello, and from a build on trial, there are no orders', async () => {
  const order = { kind: 'create', key: 'k', body: '{}' } as const;
  const stranger = await fleet.dial();
  stranger.send({ type: 'task_order', id: 'a', order });
  expect(await stranger.closed).toBe(4400);
  const trial = await fleet.dial();
  await trial.hello({ trial: 'order-1' }).catch(() => {});
  trial.send({ type: 'task_order', id: 'a', order });
  await trial.closed;
  expect(fleet.orders).toEqual([]);
});
