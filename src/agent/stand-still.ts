/** The agent's side of the emergency stop: says to a supervisor that its attempt stands still, or goes on. */
import { connect } from 'node:net';
import { openChannel, type Channel } from './supervisor/channel.ts';
import { TakeOverAnswer, type AskTakeOver } from './supervisor/take-over.ts';

/** Whether one attempt is to stand still, and that its supervisor knows. */
export interface Stillness {
  readonly isOn: boolean;
  /** Its supervisor is of a build that cannot be told: without leases it stands still, too, in its own time. */
  readonly wantsNoLease: boolean;
  say(on: boolean): void;
  /** Says what was said last, if anything, to a supervisor that is connected to anew. */
  sayAgain(): void;
}

/** @param isThere a supervisor is connected to */
export function createStillness(socketPath: string, isThere: () => boolean): Stillness {
  let on: boolean | null = null;
  let isDeaf = false;
  let telling = Promise.resolve();
  // One after the other, so that the last word is what counts.
  function tell(): void {
    telling = telling.then(async () => {
      if (on !== null && isThere()) isDeaf = !(await askStandStill(socketPath, on));
    });
  }
  return {
    get isOn() {
      return on === true;
    },
    get wantsNoLease() {
      return on === true && isDeaf;
    },
    say(now) {
      on = now;
      tell();
    },
    sayAgain: tell,
  };
}

/**
 * Resolves with true when it does so; with false when nobody listens there, as with a supervisor of an older build,
 * or one that ends.
 */
async function askStandStill(socketPath: string, on: boolean): Promise<boolean> {
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
  socket.once('connect', () => channel.send({ type: 'stand_still', on }));
  return await answered.promise;
}
