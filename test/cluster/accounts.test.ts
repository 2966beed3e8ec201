/**
 * One account for a whole workshop: its key works for every agent and is on none, work is parked when the provider takes it no
 * more, and one sign-in has all of it go on. The engine, the gateway and the scheduler are the real ones.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startMessagesApi, type Block, type MessagesApi } from '../support/models/messages-api.ts';
import { makeRepo } from '../support/small-repo.ts';
import { startWorkshop, type Workshop } from '../support/workshop.ts';

const FIRST_KEY = 'sk-marked-first-5ab1';
const SECOND_KEY = 'sk-marked-second-90fe';

let scratch: string;
let repo: string;
let api: MessagesApi;
let workshop: Workshop;
/** Called with each request of an engine, before it is answered. */
let onStep: (step: number) => void;

beforeEach(async () => {
  scratch = mkdtempSync(path.join(tmpdir(), 'koubou-accounts-'));
  repo = makeRepo(path.join(scratch, 'shop'), { 'notes.txt': 'old\n' });
  onStep = () => {};
  api = await startMessagesApi(
    ({ step }): Block[] => {
      onStep(step);
      if (step > 0) return [{ type: 'text', text: 'The note is written.' }];
      const input = { file_path: 'notes.txt', content: 'new\n' };
      return [{ type: 'tool_use', name: 'edit', input }];
    },
    { keys: { [FIRST_KEY]: {}, [SECOND_KEY]: {} } },
  );
  workshop = await startWorkshop({
    env: { HOME: scratch, ANTHROPIC_API_KEY: undefined, ANTHROPIC_AUTH_TOKEN: undefined },
  });
});

afterEach(async () => {
  await workshop.close();
  await api.close();
  rmSync(scratch, { recursive: true, force: true });
});

async function addAccount(): Promise<string> {
  const { id, state } = await workshop.call('accounts.add', {
    ...{ provider: 'anthropic', name: 'Main', baseUrl: api.url, secret: FIRST_KEY },
  });
  expect(state).toBe('good');
  return id;
}

const TASK = { title: 'Write the note anew', body: 'As the model says.' };

test('a task that names no engine is done through the account, and is metered', async () => {
  await workshop.untilAgent();
  const accountId = await addAccount();
  const { id, engine } = await workshop.call('tasks.create', { ...TASK, repo });
  // Left open where this machine could run more than one.
  expect(['auto', 'anthropic']).toContain(engine.kind);
  await workshop.call('tasks.cancel', { id });
  const own = await workshop.call('tasks.create', { ...TASK, repo, engine: { kind: 'anthropic' } });
  await workshop.until(own.id, 'review');
  const { files } = await workshop.call('tasks.diff', { id: own.id });
  expect(files.map((file) => file.path)).toEqual(['notes.txt']);
  expect(new Set(api.keys)).toEqual(new Set([FIRST_KEY]));
  const called = await workshop.untilEvent(({ event }) => event.type === 'attempt.model_called');
  expect(called.event).toMatchObject({ call: { accountId, status: 200, trouble: null } });
});

test('a key that is revoked parks the work, and one sign-in has it go on by itself', async () => {
  const { call, until, untilEvent } = workshop;
  await workshop.untilAgent();
  const accountId = await addAccount();
  onStep = (step) => {
    if (step === 0) api.revoke(FIRST_KEY);
  };
  const cut = await call('tasks.create', { ...TASK, repo, engine: { kind: 'anthropic' } });
  const failed = await untilEvent(
    ({ event }) => event.type === 'task.failed' && event.taskId === cut.id,
  );
  expect(failed.event).toMatchObject({ code: 'account_signed_out' });
  for (let times = 0; times < 3; times++) await call('accounts.check', { id: accountId });
  const { accounts } = await call('accounts.list', {});
  expect(accounts).toMatchObject([{ state: 'signed_out' }]);

  const parked = await call('tasks.create', { ...TASK, repo, engine: { kind: 'anthropic' } });
  await until(parked.id, 'queued');
  const outlook = await call('attempts.outlook', { id: parked.id });
  expect(outlook.wait?.reason).toEqual({
    ...{ code: 'models', engine: 'anthropic', why: 'signed_out', until: null },
  });
  expect(outlook.wait?.why).toContain(`koubou accounts sign-in ${accountId}`);

  onStep = () => {};
  await call('accounts.sign_in', { id: accountId, secret: SECOND_KEY });
  await until(parked.id, 'review');
  await untilEvent(({ event }) => event.type === 'task.review_opened' && event.taskId === cut.id);
  expect(workshop.log()).not.toContain('sk-marked');
});
