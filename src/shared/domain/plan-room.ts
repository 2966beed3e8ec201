/**
 * Room for urgent tasks that find every agent full: which attempts of low tasks stand still for them, and which go on since
 * their slot is free again. Pure.
 */
import type { Assignment, Candidate, ReadyTask } from './place.ts';
import type { AgentId, AttemptId, TaskId } from '../ids.ts';

/** An attempt of a low task that can stand still. */
export interface Lodger {
  readonly attemptId: AttemptId;
  readonly agentId: AgentId;
  /** The newest has the highest. */
  readonly fence: number;
}

export interface RoomQuestion {
  /** Urgent tasks that are ready, and may start. */
  readonly urgent: readonly ReadyTask[];
  /** All agents; `lodgers` are only of those that can be told. */
  readonly candidates: readonly Candidate[];
  readonly lodgers: readonly Lodger[];
  /** Attempts that stand still already, those that did so first first. */
  readonly yielded: readonly Pick<Lodger, 'attemptId' | 'agentId'>[];
}

export interface RoomPlan {
  readonly yields: { readonly attemptId: AttemptId; readonly to: TaskId }[];
  readonly assignments: Assignment[];
  readonly continues: AttemptId[];
}

/** One agent, as urgent tasks see it. */
interface Room {
  /** Slots that nobody works in; those of attempts that stand still among them. */
  spare: number;
  /** The newest first: it has the least to lose. */
  readonly lodgers: Lodger[];
  readonly yielded: readonly AttemptId[];
}

/** @param placing `place()` under the policy of the workshop */
export function planRoom(
  { urgent, candidates, lodgers, yielded }: RoomQuestion,
  placing: (ready: readonly ReadyTask[], candidates: readonly Candidate[]) => Assignment[],
): RoomPlan {
  const rooms = new Map(
    candidates.map(({ agent }) => {
      const still = yielded.filter(({ agentId }) => agentId === agent.id);
      const own = lodgers.filter(({ agentId }) => agentId === agent.id);
      const room: Room = {
        spare: Math.max(0, agent.slots - (agent.running.length - still.length)),
        lodgers: own.toSorted((a, b) => b.fence - a.fence),
        yielded: still.map(({ attemptId }) => attemptId),
      };
      return [agent.id, room];
    }),
  );
  const easy = new Set(urgent.length === 0 ? [] : idsOf(placing(urgent, candidates)));
  const hard = urgent.filter(({ id }) => !easy.has(id));
  const assignments = hard.length === 0 ? [] : placing(hard, candidates.map(opened(rooms)));
  const yields = assignments.flatMap(({ taskId: to, agentId }) => {
    const room = rooms.get(agentId);
    if (!room) return [];
    if (room.spare > 0) {
      room.spare -= 1;
      return [];
    }
    const lodger = room.lodgers.shift();
    return lodger ? [{ attemptId: lodger.attemptId, to }] : [];
  });
  const continues = [...rooms.values()].flatMap(({ spare, yielded: still }) =>
    still.slice(0, spare),
  );
  return { yields, assignments, continues };
}

function idsOf(assignments: readonly Assignment[]): TaskId[] {
  return assignments.map(({ taskId }) => taskId);
}

/** As it would stand if all who can made room. */
function opened(rooms: ReadonlyMap<AgentId, Room>): (candidate: Candidate) => Candidate {
  return (candidate) => {
    const { agent } = candidate;
    const room = rooms.get(agent.id);
    const most = agent.running.length - (room ? room.lodgers.length + room.yielded.length : 0);
    return { ...candidate, agent: { ...agent, running: agent.running.slice(0, most) } };
  };
}
