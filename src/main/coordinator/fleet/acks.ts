/**
 * Acknowledgements of output: at once when OUTPUT_ACK_EVERY bytes came since the last, else after a moment. Terminals print
 * in small pieces; one answer for each would cost as much as the pieces.
 */
import type { Clock } from '../../../shared/clock.ts';
import type { AttemptId } from '../../../shared/ids.ts';
import { OUTPUT_ACK_EVERY, type Stream } from '../../../shared/protocol/output.ts';
import type { Link } from './link.ts';

const LATEST_MS = 50;

export interface Acks {
  /** The recording stands at `offset`; tells the agent now or soon. */
  stands(link: Link, attemptId: AttemptId, stream: Stream, offset: number): void;
}

interface Ack {
  offset: number;
  told: number;
  waits: boolean;
}

export function createAcks(clock: Clock): Acks {
  const byLink = new WeakMap<Link, Map<string, Ack>>();

  function ackOf(link: Link, key: string): Ack {
    let acks = byLink.get(link);
    if (!acks) byLink.set(link, (acks = new Map<string, Ack>()));
    let ack = acks.get(key);
    if (!ack) acks.set(key, (ack = { offset: 0, told: 0, waits: false }));
    return ack;
  }

  return {
    stands(link, attemptId, stream, offset) {
      const ack = ackOf(link, `${attemptId} ${stream}`);
      ack.offset = offset;
      const tell = (): void => {
        if (link.isClosed()) return;
        ack.told = ack.offset;
        link.send({ type: 'output_ack', attemptId, stream, offset: ack.offset });
      };
      if (offset - ack.told >= OUTPUT_ACK_EVERY) return tell();
      if (ack.waits) return;
      ack.waits = true;
      clock.after(LATEST_MS, () => {
        ack.waits = false;
        // A repeated piece is answered as well: the agent may not know yet how far we are.
        tell();
      });
    },
  };
}
