/**
 * The gates of the queue: what shuts a lane as a whole, whoever could take its tasks. A part of the queue that is paused, a turn
 * that another task has, a quota that its owner has reached. Pure.
 */
import type { TaskId } from '../ids.ts';
import type { Lane } from './lane.ts';
import { pauseOf } from './queue-scope.ts';
import type { Workshop } from './state.ts';
import type { Shut } from './wait.ts';

/** A key that begins so is the same in all repositories. */
const OF_ALL = 'all:';

/** What the agents hold, as far as it keeps others back. */
export interface Hands {
  /** Which task has a turn (see `turnsOf`). */
  readonly turns: ReadonlyMap<string, TaskId>;
  /** How many tasks of each owner are held. */
  readonly owners: ReadonlyMap<string, number>;
}

export interface GateRules {
  readonly pauses: Workshop['pauses'];
  /** How many tasks of one owner may be held at once; `null`: any number. */
  readonly userRunning: number | null;
}

/** The turns that a task needs, each of which one task has at a time: its concurrency keys, apart by repository. */
export function turnsOf({ repo, concurrency }: Pick<Lane, 'repo' | 'concurrency'>): string[] {
  return concurrency.map((key) => (key.startsWith(OF_ALL) ? key : `${repo}\n${key}`));
}

/** What shuts the lane; `null`: nothing does. */
export function shutOf(lane: Lane, hands: Hands, { pauses, userRunning }: GateRules): Shut | null {
  const scope = pauseOf({ pauses }, lane);
  if (scope) return { code: 'scope_paused', scope };
  for (const [index, turn] of turnsOf(lane).entries()) {
    const heldBy = hands.turns.get(turn);
    if (heldBy !== undefined) return { code: 'turn', key: lane.concurrency[index] ?? turn, heldBy };
  }
  const running = hands.owners.get(lane.owner) ?? 0;
  if (userRunning === null || running < userRunning) return null;
  return { code: 'quota', owner: lane.owner, running, most: userRunning };
}
