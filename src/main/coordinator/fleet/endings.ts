/**
 * Ends of recordings. The agent throws its own copy away when the end of the attempt is acknowledged; so while we do not have
 * all of it for good (a full disk, a power failure), no report of the attempt is taken, and the agent is made to send it again.
 */
import type { Logger } from 'pino';
import type { AttemptId } from '../../../shared/ids.ts';
import type { Recordings } from '../terminal/port.ts';
import { CLOSE, type Link, type OutputEnd } from './link.ts';

export interface Endings {
  /** The agent says that it sent everything. */
  end(link: Link, frame: OutputEnd): void;
  /** True while reports of the attempt are passed over on this link: they come again after what it printed. */
  isHeld(link: Link, attemptId: AttemptId): boolean;
}

/** So often a recording is asked for again that comes short without a reason on our side. */
const TRIES = 3;

export function createEndings(
  recordings: Pick<Recordings, 'end' | 'finish' | 'abandon' | 'isFailing'>,
  log: Logger,
): Endings {
  const held = new WeakMap<Link, Set<AttemptId>>();
  const tries = new Map<AttemptId, number>();

  function isWhole({ attemptId, terminal, transcript }: OutputEnd): boolean {
    return (
      recordings.end(attemptId, 'terminal') >= terminal &&
      recordings.end(attemptId, 'transcript') >= transcript &&
      recordings.finish(attemptId)
    );
  }

  function hold(link: Link, attemptId: AttemptId): void {
    const all = held.get(link) ?? new Set();
    held.set(link, all.add(attemptId));
  }

  return {
    end(link, frame) {
      const { attemptId } = frame;
      const count = (tries.get(attemptId) ?? 0) + 1;
      tries.delete(attemptId);
      if (isWhole(frame)) return;
      const about = { agent: link.agentId, attempt: attemptId };
      log.warn(about, 'the recording ends before the agent says it does');
      // All agents are made to connect again when there is room (`Fleet.renewLinks`).
      if (recordings.isFailing()) return hold(link, attemptId);
      if (count > TRIES) return recordings.abandon(attemptId);
      tries.set(attemptId, count);
      hold(link, attemptId);
      link.close(CLOSE.notNow, `the recording of ${attemptId} has to be sent again`);
    },
    isHeld: (link, attemptId) => held.get(link)?.has(attemptId) ?? false,
  };
}
