/** The emergency stop: one switch over everything, beside the queue's own, which stays as it is. */
import { rejection, type Rejection } from '../errors.ts';
import { ok, type Result } from '../result.ts';
import type { CommandOf, DecideContext } from './command.ts';
import type { Event } from './event.ts';
import type { StateReader } from './state.ts';

/** A stop that froze can still be made to end; one that ended has nothing left to freeze. */
export function decideStop(
  state: StateReader,
  command: CommandOf<'workshop.stop' | 'workshop.restart'>,
  { actor: by }: DecideContext,
): Result<Event[]> {
  const { stopped } = state.workshop();
  if (command.type === 'workshop.restart')
    return ok(stopped ? [{ type: 'workshop.restarted', by }] : []);
  const { how, reason } = command;
  const isNews = !stopped || (stopped.how === 'freeze' && how === 'end');
  return ok(isNews ? [{ type: 'workshop.stopped', by, how, reason }] : []);
}

/** Why nothing is given out or merged now; `null`: it is. */
export function refuseWhileStopped(state: StateReader): Rejection | null {
  const { stopped } = state.workshop();
  if (!stopped) return null;
  const message = `the workshop was stopped by ${stopped.by}; resume it first ("koubou resume")`;
  return rejection('emergency_stopped', message, { by: stopped.by, at: stopped.at });
}
