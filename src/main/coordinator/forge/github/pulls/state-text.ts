/** What people at GitHub are told of a task's state: the one comment on its issue, and the one label. Pure. */
import type { Agent } from '../../../../../shared/domain/agent.ts';
import type { Task } from '../../../../../shared/domain/task.ts';
import { markerOf } from '../marker.ts';
import { harmlessLine } from './words.ts';

export const LABELS = {
  queued: { color: 'c5def5', description: 'A Koubou task waits for an agent' },
  working: { color: 'fbca04', description: 'An agent of Koubou works on it' },
  review: { color: '5319e7', description: 'A pull request by Koubou waits for its review' },
  done: { color: '0e8a16', description: 'Koubou brought it in' },
  failed: { color: 'd73a4a', description: 'Koubou could not do it without a person' },
} as const;
export type StateLabel = keyof typeof LABELS;
export const STATE_LABELS: readonly StateLabel[] = [
  'queued',
  'working',
  'review',
  'done',
  'failed',
];

/** GitHub takes no more of a label's name. */
const MOST_LABEL = 50;

/** The label of a task's state; `null`: none, because nobody works on it any more. */
export function labelOf(task: Pick<Task, 'state' | 'failure'>): StateLabel | null {
  switch (task.state) {
    case 'scheduled':
    case 'blocked':
    case 'pending':
    case 'analyzing':
    case 'queued':
      return 'queued';
    case 'assigned':
    case 'in_progress':
    case 'testing':
      return 'working';
    case 'review':
      return 'review';
    case 'completed':
      return 'done';
    case 'failed':
      // It goes back into the queue by itself.
      return (task.failure?.retryAt ?? null) === null ? 'failed' : 'queued';
    case 'cancelled':
      return null;
  }
}

export function labelName(prefix: string, label: StateLabel): string {
  return `${prefix.trim()}${label}`.slice(0, MOST_LABEL);
}

export interface StateFacts {
  readonly task: Task;
  /** Who holds the task, or held it last. */
  readonly agent: Pick<Agent, 'name'> | null;
  /** What keeps the change from GitHub, or from being merged, in words; `null`: nothing. */
  readonly trouble: string | null;
  readonly workshop: string;
}

export function commentText({ task, agent, trouble, workshop }: StateFacts): string {
  const rows = [
    ['State', stateWords(task)],
    ...(agent && task.attempts > 0 ? [['Agent', plain(agent.name)]] : []),
    ...(task.attempts > 0 ? [['Attempt', String(task.attempts)]] : []),
    ...(task.pull ? [['Pull request', pullLink(task.pull)]] : []),
    ...(trouble === null ? [] : [['Needs a person', plain(trouble)]]),
  ];
  const table = [
    '| Koubou | |',
    '| --- | --- |',
    ...rows.map(([name, text]) => `| ${name} | ${text} |`),
  ];
  return [
    ...table,
    '',
    `<sub>${task.id}; this comment is kept up to date.</sub>`,
    markerOf(task.id, workshop),
  ].join('\n');
}

function pullLink({ repo, number, url }: NonNullable<Task['pull']>): string {
  return `[${repo}#${number}](${url})`;
}

function stateWords(task: Task): string {
  switch (task.state) {
    case 'scheduled':
      return 'waits for its time';
    case 'blocked':
      return waitsFor(task);
    case 'pending':
    case 'analyzing':
    case 'queued':
      return task.attempts === 0
        ? 'waits for an agent'
        : 'waits for an agent, to be worked on again';
    case 'assigned':
    case 'in_progress':
      return 'is being worked on';
    case 'testing':
      return 'is done and being tested';
    case 'review':
      return reviewWords(task);
    case 'completed':
      return 'done: the change is in';
    case 'failed':
      return failureWords(task);
    case 'cancelled':
      return `was cancelled${task.cancelReason === null ? '' : `: ${plain(task.cancelReason)}`}`;
  }
}

function waitsFor({ blockers, after }: Task): string {
  const all = [...blockers.map(({ ref }) => ref), ...after];
  return all.length === 0 ? 'waits for another task' : `waits for ${plain(all.join(', '))}`;
}

function reviewWords({ pull, merge }: Task): string {
  if (!pull) return 'is done; its pull request is being opened';
  if (merge?.state === 'requested' || pull.autoMerge)
    return 'is approved and will be merged when the rules of the repository are met';
  if (merge?.state === 'refused') return `could not be merged: ${plain(merge.message)}`;
  if (pull.checks === 'failed') return 'waits for a review; checks failed';
  return 'waits for a review';
}

function failureWords({ failure }: Task): string {
  if (!failure) return 'failed';
  const what = plain(failure.message);
  return failure.retryAt === null ? `failed: ${what}` : `failed, and is tried again: ${what}`;
}

/** In a cell of a table: one line that ends no row. */
function plain(text: string): string {
  return harmlessLine(text, 500).replaceAll('|', '\\|');
}
