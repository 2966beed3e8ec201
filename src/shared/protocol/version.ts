/**
 * The versions of the agent protocol that this build speaks; both ends take the highest common one. Frames of the other end
 * are read leniently: fields nobody knows are dropped, frames nobody knows are passed over. So a build works with
 * those one version apart, in either direction, and an update can roll over the workshop while it works.
 *
 *   1  attempts, reports, output, leases
 *   2  certificates (`renew`), self-tests, updates and their trials
 *   3  consoles: attempts that people take over, shells
 *   4  the emergency stop (`stand_still`)
 *   5  models through the gateway (`AttemptSpec.models`)
 *   6  single attempts that make room (`make_room`), slots as the coordinator counts them (`slots`), `rest`
 */
import { fail, ok, type Result } from '../result.ts';

export const PROTOCOL_VERSION = 6;
export const OLDEST_PROTOCOL_VERSION = 1;

/** The first one whose agents can let attempts stand still. */
export const STAND_STILL_PROTOCOL = 4;
/** The first one whose agents know the ways to models that an attempt is given. */
export const MODELS_PROTOCOL = 5;
/** The first one whose agents let a single attempt make room, take slots from the coordinator, and go to rest. */
export const ROOM_PROTOCOL = 6;

/** Says which end is too old, so that the user knows what to update. */
export function checkProtocol(theirs: number): Result<number, string> {
  if (theirs < OLDEST_PROTOCOL_VERSION) {
    return fail(
      `the agent speaks protocol ${theirs}; update it (the coordinator needs ${OLDEST_PROTOCOL_VERSION} or newer)`,
    );
  }
  return ok(Math.min(theirs, PROTOCOL_VERSION));
}
