/** The agent's side of the emergency stop: says to a supervisor that its attempt stands still, or goes on. */
import { connect } from 'node:net';
import { openChannel, type Channel } from './supervisor/channel.ts';
import { TakeOverAnswer, type AskTakeOver } from './supervisor/take-over.ts';

/**
 * Resolves with true when it does so; with false when nobody listens there, as with a supervisor of an older build,
 * or one that ends.
 */
export async function askStandStill(socketPath: string, on: boolean): Promise<boolean> {
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
