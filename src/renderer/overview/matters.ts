/** What in the workshop wants attention, most urgent first, and where one sees to it. Pure. */
import type { Agent } from '../../shared/domain/agent.ts';
import { CONDITIONS, isBlocked, type ConditionKind } from '../../shared/domain/condition.ts';
import type { Task } from '../../shared/domain/task.ts';
import type { Text } from '../i18n/en.ts';
import { groupCount } from '../store/selectors.ts';
import { summaryOf } from '../store/hosts.ts';
import type { Data } from '../store/data.ts';

export type MatterKind =
  | 'review'
  | 'asking'
  | 'parked'
  | 'failed'
  | 'noAgent'
  | 'reconnecting'
  | 'blocked'
  | 'paused'
  | 'stopped'
  | ConditionKind;

export interface Matter {
  readonly kind: MatterKind;
  readonly count: number;
  /** `bad`: work stands still. `warn`: a person should look. */
  readonly level: 'bad' | 'warn';
  readonly path: string;
}

export interface Outlook {
  readonly matters: readonly Matter[];
  /** Tasks at work, and PCs that are connected; those at work if there are any. */
  readonly tasks: number;
  readonly agents: number;
}

/** Tasks that failed and that nobody tries again but a person. */
export function stuck(task: Pick<Task, 'state' | 'failure'>): boolean {
  return task.state === 'failed' && (task.failure?.retryAt ?? null) === null;
}

export function isParked({ failure }: Pick<Task, 'failure'>): boolean {
  return failure?.code === 'kills_agents';
}

export function outlookOf({ live, hosts }: Pick<Data, 'live' | 'hosts'>): Outlook {
  const { counts, tasks, agents, conditions, workshop } = live;
  const all = [...agents.values()];
  const connected = all.filter((agent) => agent.connected);
  const working = connected.filter(({ running }) => running.length > 0);
  const running = groupCount(counts, 'working');
  const waiting = counts['queued'] ?? 0;
  const matters: Matter[] = [];
  const add = (kind: MatterKind, count: number, level: Matter['level'], path: string): void => {
    if (count > 0) matters.push({ kind, count, level, path });
  };
  add('stopped', workshop.stopped ? 1 : 0, 'bad', '/tasks');
  const blocking = conditions.filter(({ kind }) => CONDITIONS[kind].blocking);
  for (const { kind } of blocking) add(kind, 1, 'bad', placeOf(kind));
  addTasks(add, tasks.values(), counts);
  add('asking', summaryOf(hosts.provisionings.values()).asking, 'warn', '/agents');
  if (connected.length === 0) add('noAgent', waiting, 'bad', '/agents');
  add('reconnecting', all.filter(isAway).length, 'bad', '/agents?state=reconnecting');
  add('blocked', connected.filter((agent) => isBlocked(agent.conditions)).length, 'bad', '/agents');
  add('paused', workshop.queuePaused ? 1 : 0, 'warn', '/tasks');
  for (const { kind } of conditions)
    if (!CONDITIONS[kind].blocking) add(kind, 1, 'warn', placeOf(kind));
  const busy = running > 0 ? working.length : connected.length;
  return { matters, tasks: running, agents: busy };
}

/** Where a trouble of the coordinator is seen to. */
function placeOf(kind: ConditionKind): string {
  return kind.startsWith('github_') ? '/settings/github' : '/agents';
}

function addTasks(
  add: (kind: MatterKind, count: number, level: Matter['level'], path: string) => void,
  tasks: Iterable<Task>,
  counts: Readonly<Record<string, number>>,
): void {
  let review: Task | undefined;
  let failed: Task | undefined;
  let known = 0;
  let parked = 0;
  let failures = 0;
  for (const task of tasks) {
    if (task.state === 'review') review = task;
    if (task.state !== 'failed') continue;
    known += 1;
    if (!stuck(task)) continue;
    if (isParked(task)) parked += 1;
    else {
      failures += 1;
      failed = task;
    }
  }
  // Of those that the window does not hold, nothing more is known than that they failed.
  failures += Math.max(0, (counts['failed'] ?? 0) - known);
  const inReview = counts['review'] ?? 0;
  const list = (state: string): string => `/tasks?state=${state}`;
  const isOne = inReview === 1 && review;
  add('review', inReview, 'warn', isOne ? `/tasks/${isOne.id}/changes` : list('review'));
  add('parked', parked, 'bad', list('failed'));
  const only = failures === 1 && failed;
  add('failed', failures, 'bad', only ? `/tasks/${only.id}/timeline` : list('failed'));
}

function isAway({ connected, running }: Agent): boolean {
  return !connected && running.length > 0;
}

export function matterWords({ kind, count }: Matter, { overview, troubles }: Text): string {
  const { health } = overview;
  switch (kind) {
    case 'review':
    case 'asking':
    case 'parked':
    case 'failed':
    case 'noAgent':
    case 'reconnecting':
    case 'blocked':
      return health[kind](count);
    case 'stopped':
      return health.stopped;
    case 'paused':
      return health.paused;
    default:
      return troubles.conditions[kind].coordinator;
  }
}
