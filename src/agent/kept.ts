/** An agent's end of the line to its keeper (`keeper/child.ts`). Without a keeper all of this does nothing. */
import { z } from 'zod';
import type { Environment } from './config.ts';

/** Set by a keeper for the agent it starts. */
export const KEPT = 'KOUBOU_KEPT';

const Message = z.object({ type: z.literal('leave') });

export interface Keeper {
  /** Else nobody would start another build in our place. */
  readonly isThere: boolean;
  /** Tells it that the coordinator welcomed us. */
  welcomed(): void;
  /** Calls back once, with why we are to leave our place: it said so, or it is gone. */
  onLeave(leave: (why: string) => void): void;
}

export function keeperOf(environment: Environment): Keeper {
  const isKept = environment[KEPT] === '1' && process.send !== undefined;
  return {
    isThere: isKept,
    welcomed() {
      // A keeper that just went away is told of by `disconnect`.
      if (isKept && process.connected) process.send?.({ type: 'welcomed' }, () => {});
    },
    onLeave(leave) {
      if (!isKept) return;
      process.on('message', (message) => {
        if (Message.safeParse(message).success) leave('its keeper says so');
      });
      process.once('disconnect', () => leave('its keeper is gone'));
    },
  };
}
