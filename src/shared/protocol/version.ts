/** The versions of the agent protocol that this build speaks; both ends take the highest common one. */
import { fail, ok, type Result } from '../result.ts';

export const PROTOCOL_VERSION = 1;
export const OLDEST_PROTOCOL_VERSION = 1;

/** Says which end is too old, so that the user knows what to update. */
export function checkProtocol(theirs: number): Result<number, string> {
  if (theirs < OLDEST_PROTOCOL_VERSION) {
    return fail(
      `the agent speaks protocol ${theirs}; update it (the coordinator needs ${OLDEST_PROTOCOL_VERSION} or newer)`,
    );
  }
  return ok(Math.min(theirs, PROTOCOL_VERSION));
}
