/** What the player of a recording says of itself, and what it works with. */
import type { ConsoleId } from '../../../shared/console.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { TerminalMoment } from '../../../shared/contract-terminal.ts';
import type { AttemptId } from '../../../shared/ids.ts';
import type { Api } from '../../client/call.ts';
import type { Outputs } from '../../client/outputs.ts';
import type { Speed } from './replay.ts';
import type { Screen } from './screen.ts';

export interface PlayerState {
  readonly mode: 'live' | 'past' | 'replay';
  /** The end of the recording is here. */
  readonly hasEnded: boolean;
  readonly isPlaying: boolean;
  readonly speed: Speed;
  readonly skipsIdle: boolean;
  /** The moment that is seen, epoch ms; `null`: now. */
  readonly at: number | null;
  /** Where the recording begins and ended when that was asked last. */
  readonly first: TerminalMoment | null;
  readonly last: TerminalMoment | null;
}

export interface PlayerDeps {
  readonly attemptId: AttemptId;
  /** Of what is shown in place of its terminal. */
  readonly takeOver?: ConsoleId | undefined;
  readonly screen: Screen;
  readonly api: Pick<Api, 'call'>;
  readonly outputs: Pick<Outputs, 'watch'>;
  readonly clock: Clock;
  readonly nextFrame: (run: () => void) => () => void;
}
