/** The switches of the queue: all of it, one priority, one repository. Pure. */
import { ok, type Result } from '../result.ts';
import type { CommandOf, DecideContext } from './command.ts';
import type { Event } from './event.ts';
import { isPaused } from './queue-scope.ts';
import type { StateReader } from './state.ts';

/** What is paused already is not paused twice. */
export function decideQueue(
  state: StateReader,
  { type, scope }: CommandOf<'queue.pause' | 'queue.resume'>,
  { actor: by }: DecideContext,
): Result<Event[]> {
  const before = isPaused(state.workshop(), scope);
  if (before === (type === 'queue.pause')) return ok([]);
  const about = { by, ...(scope && { scope }) };
  return ok([{ type: before ? 'queue.resumed' : 'queue.paused', ...about }]);
}
