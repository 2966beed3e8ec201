/** The agent's side of taking an attempt over (`supervisor/take-over.ts`). */
import { connect } from 'node:net';
import { fail, ok, type Result } from '../../shared/result.ts';
import { openChannel, type Channel } from '../supervisor/channel.ts';
import { TakeOverAnswer, type AskTakeOver, type LocalModels } from '../supervisor/take-over.ts';

export interface TakenOver {
  /** The attempt's way to models; `null`: its engine uses what this machine is signed in with. */
  readonly models: LocalModels | null;
  /** Lets the attempt go on. */
  handBack(): void;
}

const OLDER =
  'it was begun by an older build of the agent, which cannot let it stand still; take the next attempt over';

/**
 * Resolves when the attempt stands still; fails with a sentence for people.
 * @param over called when the attempt ends, or its supervisor does
 */
export async function takeOver(
  socketPath: string,
  by: string,
  over: () => void,
): Promise<Result<TakenOver, string>> {
  const socket = connect(socketPath);
  const answered = Promise.withResolvers<Result<TakenOver, string>>();
  let isTaken = false;
  let isLeft = false;
  socket.once('error', () => answered.resolve(fail(OLDER)));
  const channel: Channel<AskTakeOver> = openChannel(
    socket,
    TakeOverAnswer,
    (answer) => {
      if (answer.type === 'refused') {
        answered.resolve(fail(answer.why));
        return channel.close();
      }
      isTaken = answer.type === 'taken';
      if (answer.type === 'taken')
        answered.resolve(ok({ models: answer.models ?? null, handBack }));
    },
    () => {
      answered.resolve(fail('the attempt is over'));
      if (isTaken && !isLeft) over();
    },
  );
  socket.once('connect', () => channel.send({ type: 'take_over', by }));
  return await answered.promise;

  function handBack(): void {
    isLeft = true;
    channel.close();
  }
}
