/** What happened to a task, one line per event, in English. */
import type { QueuedWhy } from '../../shared/domain/event.ts';

const queued: Record<QueuedWhy, string> = {
  analysed: 'Waits for an agent',
  due: 'Its time has come; waits for an agent',
  unblocked: 'What it waited for is done; waits for an agent',
  retry: 'Tried again after a pause',
  retry_by_hand: 'Tried again by hand',
  sent_back: 'Sent back; waits for an agent',
  agent_lost: 'Its agent was lost; waits for another',
  stopped: 'Ended by the emergency stop; waits for an agent',
};

export const enEvents = {
  created: (by: string) => `Created by ${by}`,
  updated: 'Edited',
  analysisStarted: 'Reading the task',
  analysed: (kind: string) => `Kind: ${kind}`,
  queued,
  assigned: (attempt: string, agent: string) => `${attempt} goes to ${agent}`,
  goesOn: (from: string) => `Goes on from what ${from} had done`,
  started: 'The agent is at work',
  testingStarted: 'The tests run',
  reviewOpened: (branch: string) => `${branch} is ready for review`,
  failed: (title: string) => `Failed: ${title}`,
  feedback: (by: string) => `${by} commented`,
  mergeRequested: (by: string) => `Approved by ${by}`,
  mergeRefused: 'Not merged',
  merged: (commit: string, how: string) => `Merged as ${commit} (${how})`,
  completed: 'Done: the change is merged',
  cancelled: (by: string) => `Cancelled by ${by}`,
  attemptStarted: (attempt: string) => `${attempt} has started`,
  phaseStarted: (phase: string) => `${phase} …`,
  phaseEnded: (phase: string, outcome: string) => `${phase} ${outcome}`,
  usage: (tokens: string) => `${tokens} tokens used so far`,
  checkpointed: (commit: string) => `Work in progress is safe as ${commit}`,
  paused: (attempt: string) => `${attempt} stands still: its agent cannot hear the coordinator`,
  resumed: (attempt: string) => `${attempt} goes on`,
  takenOver: (attempt: string, by: string) =>
    `${attempt} was taken over by ${by}; it stands still meanwhile`,
  handedBack: (attempt: string) => `${attempt} was handed back and goes on`,
  fenced: (attempt: string, agent: string) =>
    `${attempt} on ${agent} came back after its task was given away; nothing of it counted`,
  fencedWhat: (what: string) => `Refused: ${what}`,
  workKept: (attempt: string, commit: string) => `What ${attempt} had done is kept as ${commit}`,
  attemptEnded: (attempt: string, state: string) => `${attempt}: ${state}`,
  restored: 'Brought back from a backup as it stood then',
  other: (type: string) => type,
};
