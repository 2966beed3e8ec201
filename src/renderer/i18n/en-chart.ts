/** The chart of a task's attempts, in English. */
import type { WaitKind } from '../task/timeline/waits.ts';

const waits: Record<WaitKind, string> = {
  new: 'New',
  scheduled: 'Waits for its time',
  blocked: 'Waits for other tasks',
  reading: 'Being read',
  queued: 'Waits for an agent',
  retry: 'Waits to be tried again',
  failed: 'Waits for you: it failed',
  review: 'Waits for your review',
  merging: 'Being merged',
};

export const enChart = {
  label:
    'Attempts over time. Arrows go from event to event, plus and minus zoom, 0 shows all, Enter opens the terminal there.',
  role: 'timeline',
  waiting: 'Waiting',
  waits,
  stoodStill: {
    paused: (length: string) =>
      `Stood still for ${length}: its agent could not hear the coordinator`,
    taken_over: (length: string) => `Taken over by a person for ${length}`,
    stopped: (length: string, by: string) => `Stood still for ${length}: emergency stop by ${by}`,
  },
  hint: 'Click a moment to see it everywhere',
  clear: 'Back to now',
  toTerminal: 'Show in terminal',
  closer: 'Zoom in',
  farther: 'Zoom out',
  all: 'Show all',
  drawHint: 'Drag to zoom to a part; wheel to zoom',
};
