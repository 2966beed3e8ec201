/**
 * Claude Code, cut off in the middle of an answer: by an emergency stop, by a coordinator that is killed, and by its own death.
 * Its task comes to its end all the same, and no call counts twice.
 */
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TaskId } from '../../src/shared/ids.ts';
import { FAULTS } from '../support/models/messages-faults.ts';
import {
  startMessagesApi,
  type LoggedRequest,
  type MessagesApi,
} from '../support/models/messages-api.ts';
import {
  ACCOUNT_KEY,
  REPAIR,
  startModelWorkshop,
  type ModelWorkshop,
} from '../support/models/model-workshop.ts';
import { moves } from '../support/models/moves.ts';

let api: MessagesApi;
let place: ModelWorkshop;
/** Told of each request of an engine, with how many rounds of tools its conversation has. */
let onAsked: (step: number) => void;

beforeEach(async () => {
  onAsked = () => {};
  const play = moves(...REPAIR);
  api = await startMessagesApi(
    (turn) => {
      onAsked(turn.step);
      return play(turn);
    },
    { keys: { [ACCOUNT_KEY]: {} }, counts: 'counted' },
  );
  place = await startModelWorkshop();
  await place.addAccount('anthropic', api.url);
});

afterEach(async () => {
  await place.close();
  await api.close();
});

/** A task that has made its change, and whose engine hears the beginning of an answer and no more. */
async function hanging(): Promise<TaskId> {
  const { promise, resolve } = Promise.withResolvers<void>();
  onAsked = (step) => {
    if (step === 1) api.fail(FAULTS.stall);
    if (step === 2) resolve();
  };
  const repo = place.makeRepo('repo');
  const engine = { kind: 'claude-code' } as const;
  const { id } = await place.workshop.call('tasks.create', { repo, title: 'Repair', engine });
  await promise;
  onAsked = () => {};
  return id;
}

/** Asked for an answer so far. */
function asked(): number {
  return api.requests.filter(({ path }) => path === '/v1/messages').length;
}

/** Tokens that the model says it wrote in these answers. */
function said(isMeant: (request: LoggedRequest) => boolean): number {
  return api.requests.filter(isMeant).reduce((sum, { counts }) => sum + (counts?.output ?? 0), 0);
}

/** @returns how many attempts it took */
async function isDone(id: TaskId): Promise<number> {
  const { call, until } = place.workshop;
  const { change } = await until(id, 'review');
  expect(change?.tests?.outcome).toBe('passed');
  const { calls } = await call('usage.calls', { task: id });
  const written = (list: typeof calls): number =>
    list.reduce((sum, { call: { usage } }) => sum + usage.outputTokens, 0);
  // What was cut off counts as far as it was heard; of a coordinator that was killed meanwhile, not at all.
  const left = calls.filter((one) => one.call.accountId !== null && one.call.status === 200);
  expect(left.length).toBeLessThanOrEqual(asked());
  expect(written(calls)).toBeGreaterThanOrEqual(said(({ hungUp }) => !hungUp));
  expect(written(calls)).toBeLessThanOrEqual(said(() => true));
  const { attempts } = await call('tasks.attempts', { id });
  expect(attempts.reduce((sum, { usage }) => sum + (usage?.outputTokens ?? 0), 0)).toBe(
    written(calls),
  );
  expect((await call('usage.get', {})).total.outputTokens).toBe(written(calls));
  return attempts.length;
}

test('an emergency stop cuts the answer, and nothing is asked before it is over', async () => {
  const id = await hanging();
  const { call, until, untilEvent } = place.workshop;
  await call('emergency.stop', { how: 'end' });
  await untilEvent(({ event }) => event.type === 'attempt.model_called' && event.taskId === id);
  await until(id, 'queued');
  const before = asked();
  const repo = place.makeRepo('other');
  const engine = { kind: 'anthropic' } as const;
  const waiting = await call('tasks.create', { repo, title: 'Wait', engine });
  await until(waiting.id, 'queued');
  await untilEvent(({ event }) => event.type === 'attempt.work_kept' && event.taskId === id);
  // All that hung was hung up on, and nobody came since.
  expect(api.requests.filter(({ hungUp }) => hungUp)).toHaveLength(1);
  expect(asked()).toBe(before);
  await call('tasks.cancel', { id: waiting.id });
  api.heal();
  await call('emergency.resume', {});
  expect(await isDone(id)).toBe(2);
});

test('a coordinator that is killed is asked again when it is back', async () => {
  const id = await hanging();
  const { child } = place.workshop;
  child.kill('SIGKILL');
  await once(child, 'exit');
  api.heal();
  await place.restart();
  expect(await isDone(id)).toBe(1);
});

test('an account that is removed stops what it speaks for, and one that is added has it go on', async () => {
  const id = await hanging();
  const { call, untilEvent } = place.workshop;
  const { accounts } = await call('accounts.list', {});
  for (const account of accounts) await call('accounts.remove', { id: account.id });
  api.heal();
  api.hangUp();
  const failed = await untilEvent(
    ({ event }) => event.type === 'task.failed' && event.taskId === id,
  );
  expect(failed.event).toMatchObject({ code: 'account_signed_out', retryAt: failed.at + 30_000 });
  await place.addAccount('anthropic', api.url);
  await call('tasks.retry', { id });
  expect(await isDone(id)).toBe(2);
});

test('one that is killed fails, and the next attempt does its work anew', async () => {
  const id = await hanging();
  const { untilEvent } = place.workshop;
  api.heal();
  for (const pid of claudesIn(place.dir)) process.kill(pid, 'SIGKILL');
  const failed = await untilEvent(
    ({ event }) => event.type === 'task.failed' && event.taskId === id,
  );
  const retryAt = failed.at + 5_000;
  expect(failed.event).toMatchObject({ code: 'engine_failed', retryAt });
  expect(await isDone(id)).toBe(2);
});

function claudesIn(dir: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        const isOurs = readFileSync(`/proc/${pid}/environ`, 'utf8').includes(dir);
        return isOurs && readFileSync(`/proc/${pid}/comm`, 'utf8').startsWith('claude');
      } catch {
        // It ended meanwhile.
        return false;
      }
    });
}
