/** Where the agents stand: a room for each location, a rack for each group, a cell with a sign and a colour for each agent. */
import { memo, useMemo } from 'react';
import type { Agent } from '../../shared/domain/agent.ts';
import { useText } from '../context.ts';
import { LOOK_SIGN, LOOK_STATE, LOOKS, lookOf, type Look } from './look.ts';
import { roomsOf, type Rack, type Room } from './map-layout.ts';
import { lookWords } from './words.ts';

export interface AgentMapProps {
  readonly agents: readonly Agent[];
  setState(look: Look): void;
}

export function AgentMap({ agents, setState }: AgentMapProps) {
  const { fleet } = useText();
  const rooms = useMemo(() => roomsOf(agents), [agents]);
  const isPlaced = rooms.some(({ location }) => location !== null);
  return (
    <div className="agent-map">
      <Legend agents={agents} setState={setState} />
      {!isPlaced && <p className="agent-map-hint faint">{fleet.mapHint}</p>}
      <div className="rooms">
        {rooms.map((room) => (
          <RoomView key={room.location ?? ''} room={room} />
        ))}
      </div>
    </div>
  );
}

function Legend({ agents, setState }: AgentMapProps) {
  const text = useText();
  const words = lookWords(text);
  const counts = useMemo(() => {
    const found = new Map<Look, number>();
    for (const agent of agents) {
      const look = lookOf(agent);
      found.set(look, (found.get(look) ?? 0) + 1);
    }
    return found;
  }, [agents]);
  return (
    <div className="agent-legend" role="group" aria-label={text.fleet.legend}>
      {LOOKS.filter((look) => counts.has(look)).map((look) => (
        <button
          key={look}
          type="button"
          className="agent-legend-item"
          data-state={LOOK_STATE[look]}
          onClick={() => setState(look)}
        >
          <span className="agent-cell" data-look={look} aria-hidden="true">
            {LOOK_SIGN[look]}
          </span>
          {words[look]}
          <span className="num faint">{counts.get(look)}</span>
        </button>
      ))}
    </div>
  );
}

function RoomView({ room }: { readonly room: Room }) {
  const { fleet } = useText();
  const name = room.location ?? fleet.noLocation;
  return (
    <section className="room panel" aria-label={name} data-testid="room">
      <header>
        <h2 className="clip">{name}</h2>
        <span className="faint num">{fleet.people(room.count)}</span>
      </header>
      <div className="racks">
        {room.racks.map((rack) => (
          <RackView key={rack.group ?? ''} rack={rack} isOnly={room.racks.length === 1} />
        ))}
      </div>
    </section>
  );
}

function RackView({ rack, isOnly }: { readonly rack: Rack; readonly isOnly: boolean }) {
  const text = useText();
  const words = lookWords(text);
  return (
    <div className="rack">
      {(rack.group !== null || !isOnly) && (
        <h3>
          {rack.group ?? text.fleet.noGroup}
          <span className="faint num">{rack.agents.length}</span>
        </h3>
      )}
      <div className="rack-cells">
        {rack.agents.map((agent) => {
          const look = lookOf(agent);
          const { name, running, slots } = agent;
          return (
            <Cell
              key={agent.id}
              id={agent.id}
              look={look}
              running={running.length}
              share={running.length / slots}
              words={text.fleet.cell(name, words[look], running.length, slots)}
            />
          );
        })}
      </div>
    </div>
  );
}

interface CellProps {
  readonly id: string;
  readonly look: Look;
  readonly running: number;
  /** Of its slots that are taken, 0 to 1. */
  readonly share: number;
  readonly words: string;
}

/** A plain link: there may be a thousand, and each is drawn anew only when it changes. */
const Cell = memo(function Cell({ id, look, running, share, words }: CellProps) {
  return (
    <a
      className="agent-cell"
      href={`#/agents/${id}`}
      title={words}
      aria-label={words}
      data-testid="agent-cell"
      data-agent={id}
      data-look={look}
      data-state={LOOK_STATE[look]}
      style={{ backgroundSize: `100% ${share * 100}%` }}
    >
      {look === 'busy' && running > 1 ? running : LOOK_SIGN[look]}
    </a>
  );
});
