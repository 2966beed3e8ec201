/** The map of the workshop: a room for each location, in it a rack for each group, in it the agents. Pure. */
import type { Agent } from '../../shared/domain/agent.ts';

export interface Room {
  /** `null`: nobody said where they stand. */
  readonly location: string | null;
  readonly racks: readonly Rack[];
  readonly count: number;
}

export interface Rack {
  /** The first group of its agents; `null`: they are in none. */
  readonly group: string | null;
  readonly agents: readonly Agent[];
}

const NATURAL = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** Rooms and racks by name, those without one last; agents by name. Every agent stands in one place. */
export function roomsOf(agents: readonly Agent[]): Room[] {
  return gathered(agents, ({ profile }) => profile.location).map(([location, inside]) => ({
    location,
    count: inside.length,
    racks: gathered(inside, ({ profile }) => profile.groups[0] ?? null).map(([group, members]) => ({
      group,
      agents: members.toSorted(
        (a, b) => NATURAL.compare(a.name, b.name) || NATURAL.compare(a.id, b.id),
      ),
    })),
  }));
}

function gathered(
  agents: readonly Agent[],
  nameOf: (agent: Agent) => string | null,
): [string | null, Agent[]][] {
  const places = new Map<string | null, Agent[]>();
  for (const agent of agents) {
    const name = nameOf(agent);
    const place = places.get(name);
    if (place) place.push(agent);
    else places.set(name, [agent]);
  }
  return [...places].toSorted(([a], [b]) => {
    if (a === null || b === null) return (a === null ? 1 : 0) - (b === null ? 1 : 0);
    return NATURAL.compare(a, b);
  });
}
