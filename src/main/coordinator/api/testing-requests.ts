/** For tests of the API: what each operation is asked with, so that it answers. */
import { randomUUID } from 'node:crypto';
import type { OperationName } from '../../../shared/contract.ts';
import { TaskId } from '../../../shared/ids.ts';
import { LOCAL } from './testing.ts';

export const NEW_TASK = {
  repo: '/srv/shop',
  title: 'Repair the total',
  engine: { kind: 'command', run: 'true' },
};
export const T1 = TaskId.parse('task-1');

/** By a part of an operation's path: an id that is there, and one that is not. */
const IDS: readonly (readonly [part: string, there: string, absent: string])[] = [
  ['/agents/', LOCAL, 'nobody'],
  ['/provisionings/', 'provisioning-1', 'provisioning-999'],
  ['/consoles/', 'console-000000000001', 'console-000000000002'],
  ['/github/accounts/', 'gh-0000000000000001', 'gh-0000000000000002'],
  ['/v1/access/', 'access-000000000001', 'access-000000000002'],
  ['/v1/accounts/', 'acct-000000000001', 'acct-000000000002'],
  ['/github/devices/', randomUUID(), '00000000-0000-4000-8000-000000000000'],
  ['/audit/events/', '1', '999'],
  ['/v1/recurring/', 'recurring-1', 'recurring-999'],
  ['/v1/workflows/', 'workflow-1', 'workflow-999'],
];

export function idsFor(template: string): { there: string; absent: string } {
  const [, there, absent] = IDS.find(([part]) => template.includes(part)) ?? ['', T1, 'task-999'];
  return { there, absent };
}

const WORKFLOW = JSON.stringify({
  ...{ name: 'All of it', repo: '/srv/shop' },
  steps: [{ id: 'one', title: 'Repair the total', engine: 'command:true' }],
});

/** What an operation must be told besides the id. */
export const NEEDED: Partial<Record<OperationName, object>> = {
  'access.create': { role: 'viewer' },
  'tasks.create': NEW_TASK,
  'tasks.send_back': { comment: 'more' },
  'tasks.lines': { commit: 'a'.repeat(40), path: 'a.txt', from: 1 },
  'import.preview': { payload: { kind: 'text', text: '/srv/shop' } },
  'import.create': { items: [NEW_TASK] },
  'provisionings.answer': { n: 1, answers: null },
  'terminal.modes': { offset: 0 },
  'accounts.sign_in': { secret: 'key' },
  'accounts.rename': { name: 'Team' },
  'tasks.create_many': { tasks: [NEW_TASK] },
  'tasks.cancel_batch': { batch: 'monday' },
  'workflows.check': { yaml: WORKFLOW },
  'workflows.start': { yaml: WORKFLOW },
  'recurring.save': { cron: '30 6 * * 1-5', timeZone: 'Asia/Tokyo', task: NEW_TASK },
};
