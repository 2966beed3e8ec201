/** Puts a snapshot together again that comes in parts. Owned by `reader.ts`. */
import type { SnapshotPart, ToClient } from '../../shared/protocol/client.ts';

/** What was said, with every snapshot in one piece. */
export type Whole = Exclude<ToClient, SnapshotPart>;

export interface Gathering {
  /** The message, whole; `null` for a part of one that is still to come. */
  take(message: ToClient): Whole | null;
  /** Forgets the parts so far. */
  drop(): void;
}

export function createGathering(): Gathering {
  let parts: SnapshotPart[] = [];
  return {
    take(message) {
      if (message.type === 'snapshot_part') {
        parts.push(message);
        return null;
      }
      if (message.type !== 'snapshot' || parts.length === 0) return message;
      const { snapshot } = message;
      const all = [...parts, snapshot];
      parts = [];
      const lists = {
        tasks: all.flatMap(({ tasks }) => tasks),
        attempts: all.flatMap(({ attempts }) => attempts),
        agents: all.flatMap(({ agents }) => agents),
      };
      return { type: 'snapshot', snapshot: { ...snapshot, ...lists } };
    },
    drop() {
      parts = [];
    },
  };
}
