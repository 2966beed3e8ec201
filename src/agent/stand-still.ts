/** The agent's side of standing still: says to a supervisor that its attempt stands still, and for what, or goes on. */
import { connect } from 'node:net';
import { openChannel, type Channel } from './supervisor/channel.ts';
import { TakeOverAnswer, type AskTakeOver } from './supervisor/take-over.ts';

/** The whole workshop is stopped, or an urgent task needs its slot. */
export type StillWhy = 'emergency' | 'urgent';

/** Whether one attempt is to stand still, and that its supervisor knows. */
export interface Stillness {
  readonly isOn: boolean;
  /** Its slot is an urgent task's. */
  readonly makesRoom: boolean;
  /** Its supervisor is of a build that cannot be told: without leases it stands still, too, in its own time. */
  readonly wantsNoLease: boolean;
  /** Each reason for itself; with the last one it goes on. */
  say(why: StillWhy, on: boolean): void;
  /** Says what was said last, if anything, to a supervisor that is connected to anew. */
  sayAgain(): void;
}

/** @param isThere a supervisor is connected to */
export function createStillness(socketPath: string, isThere: () => boolean): Stillness {
  const reasons = new Set<StillWhy>();
  let isSaid = false;
  let isDeaf = false;
  let telling = Promise.resolve();
  // One after the other, so that the last word is what counts.
  function tell(): void {
    telling = telling.then(async () => {
      if (isSaid && isThere()) isDeaf = !(await tellAll());
    });
  }
  async function tellAll(): Promise<boolean> {
    const [why] = reasons;
    // A supervisor of an older build knows one reason only, and does not name it.
    if (why === 'urgent' && (await askStandStill(socketPath, { on: true, why }))) return true;
    return await askStandStill(socketPath, { on: why !== undefined });
  }
  return {
    get isOn() {
      return reasons.size > 0;
    },
    get makesRoom() {
      return reasons.has('urgent');
    },
    get wantsNoLease() {
      return reasons.size > 0 && isDeaf;
    },
    say(why, on) {
      isSaid = true;
      if (on) reasons.add(why);
      else reasons.delete(why);
      tell();
    },
    sayAgain: tell,
  };
}

/**
 * Resolves with true when it does so; with false when nobody listens there, as with a supervisor of an older build,
 * or one that ends.
 */
async function askStandStill(
  socketPath: string,
  ask: { readonly on: boolean; readonly why?: 'urgent' },
): Promise<boolean> {
  const socket = connect(socketPath);
  const answered = Promise.withResolvers<boolean>();
  socket.once('error', () => answered.resolve(false));
  const channel: Channel<AskTakeOver> = openChannel(
    socket,
    TakeOverAnswer,
    ({ type }) => {
      answered.resolve(type === 'done');
      channel.close();
    },
    () => answered.resolve(false),
  );
  socket.once('connect', () => channel.send({ type: 'stand_still', ...ask }));
  return await answered.promise;
}
