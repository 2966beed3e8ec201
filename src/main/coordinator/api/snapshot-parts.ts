/**
 * The snapshot as it goes out to clients: that of a large workshop in parts, because a window that takes some megabytes in one
 * message holds still meanwhile. Pure.
 */
import type { Snapshot, SnapshotPart, ToClient } from '../../../shared/protocol/client.ts';

/** Entries of a part: some tens of kilobytes, as much as a browser takes from a connection at once. */
const PART = 50;
/** A snapshot with no more entries goes out whole. */
export const MOST_WHOLE = 300;

/** The parts, in the order of their entries, and then the snapshot with what is in none of them. */
export function inParts(snapshot: Snapshot): ToClient[] {
  const { tasks, attempts, agents } = snapshot;
  if (tasks.length + attempts.length + agents.length <= MOST_WHOLE)
    return [{ type: 'snapshot', snapshot }];
  return [
    ...pieces(tasks).map((piece) => partOf({ tasks: piece })),
    ...pieces(attempts).map((piece) => partOf({ attempts: piece })),
    ...pieces(agents).map((piece) => partOf({ agents: piece })),
    { type: 'snapshot', snapshot: { ...snapshot, tasks: [], attempts: [], agents: [] } },
  ];
}

function partOf(lists: Partial<SnapshotPart>): SnapshotPart {
  return { type: 'snapshot_part', tasks: [], attempts: [], agents: [], ...lists };
}

function pieces<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / PART) }, (_, n) =>
    all.slice(n * PART, (n + 1) * PART),
  );
}
