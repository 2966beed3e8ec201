/** The agents at a glance: a tile for each of a few, a cell for each of many. Those in trouble come first. */
import { IconServer2 } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useDeferredValue, useMemo, useRef } from 'react';
import { Link } from 'react-router';
import type { Agent } from '../../shared/domain/agent.ts';
import { taskIdOfAttempt } from '../../shared/ids.ts';
import '../agents/agents.css';
import { LOOK_SIGN, LOOK_STATE, lookOf, type Look } from '../agents/look.ts';
import { lookWords } from '../agents/words.ts';
import { Empty } from '../components/Empty.tsx';
import { useCalmData, useData, useText } from '../context.ts';
import { percent } from '../format/size.ts';
import { selectAgents, selectAgentVitals, selectTask } from '../store/selectors.ts';
import { useWidth } from './use-width.ts';

/** More than this are cells. */
const MOST_TILES = 24;
const CELL_PX = 29;
/** Rows of cells out of sight that stand ready. */
const OVERSCAN = 4;

export function Team() {
  const { team } = useText().overview;
  const agents = useCalmData(selectAgents);
  const ordered = useMemo(() => byUrgency(agents.values()), [agents]);
  const connected = ordered.filter((agent) => agent.connected).length;
  return (
    <section
      className="ov-team panel"
      data-many={ordered.length > MOST_TILES}
      aria-labelledby="ov-team"
    >
      <header className="ov-head">
        <h2 id="ov-team">{team.title}</h2>
        <span className="faint num">{team.count(connected, ordered.length)}</span>
        <Link className="ov-more" to="/agents">
          {team.all}
        </Link>
      </header>
      {ordered.length === 0 ? (
        <Empty icon={<IconServer2 size={24} />} title={team.none}>
          <p>{team.noneText}</p>
        </Empty>
      ) : ordered.length > MOST_TILES ? (
        <Cells agents={ordered} />
      ) : (
        <ul className="ov-tiles">
          {ordered.map((agent) => (
            <Tile key={agent.id} agent={agent} />
          ))}
        </ul>
      )}
    </section>
  );
}

/** Work that comes and goes moves no tile: only trouble does. */
const URGENT: readonly Look[] = ['error', 'reconnecting', 'blocked', 'overloaded'];

function byUrgency(agents: Iterable<Agent>): readonly Agent[] {
  const ranked = Array.from(agents, (agent) => ({ agent, rank: rankOf(agent) }));
  ranked.sort((a, b) => a.rank - b.rank || (a.agent.name < b.agent.name ? -1 : 1));
  return ranked.map(({ agent }) => agent);
}

function rankOf(agent: Agent): number {
  const rank = URGENT.indexOf(lookOf(agent));
  if (rank >= 0) return rank;
  return agent.connected ? URGENT.length : URGENT.length + 1;
}

const Tile = memo(function Tile({ agent }: { readonly agent: Agent }) {
  const text = useText();
  const look = lookOf(agent);
  const vitals = useData(selectAgentVitals(agent.id));
  const cpu = vitals && agent.connected ? percent(vitals.cpu) : null;
  return (
    <li>
      <Link
        className="ov-tile"
        to={`/agents/${agent.id}`}
        data-state={LOOK_STATE[look]}
        data-look={look}
        data-testid="overview-agent"
      >
        <span className="ov-tile-top">
          <span className="ov-sign" aria-hidden="true">
            {LOOK_SIGN[look]}
          </span>
          <strong className="clip">{agent.name}</strong>
          <span className="ov-look">{lookWords(text)[look]}</span>
        </span>
        <Work agent={agent} />
        <span className="ov-tile-foot">
          <Dots used={agent.running.length} all={agent.slots} />
          {cpu !== null && (
            <span className="ov-load" role="img" aria-label={text.overview.team.load(cpu)}>
              <span style={{ width: `${cpu}%` }} data-level={cpu > 90 ? 'high' : 'normal'} />
            </span>
          )}
        </span>
      </Link>
    </li>
  );
});

function Work({ agent }: { readonly agent: Agent }) {
  const { overview, agents } = useText();
  const [first] = agent.running;
  const task = useData((data) => first && selectTask(taskIdOfAttempt(first))(data));
  if (first === undefined) {
    return (
      <span className="ov-work faint clip">
        {agent.connected && !agent.draining && !agent.resting
          ? overview.team.free
          : agents.takesNone}
      </span>
    );
  }
  return (
    <span className="ov-work">
      <span className="clip">{task ? task.title : taskIdOfAttempt(first)}</span>
      {agent.running.length > 1 && (
        <span className="faint num">{overview.team.more(agent.running.length - 1)}</span>
      )}
    </span>
  );
}

/** More slots than this are told by the number. */
const MOST_DOTS = 10;

function Dots({ used, all }: { readonly used: number; readonly all: number }) {
  const { agents } = useText();
  return (
    <span className="ov-dots" role="img" aria-label={agents.slotsOf(used, all)}>
      {all <= MOST_DOTS ? (
        Array.from({ length: all }, (_, index) => <span key={index} data-taken={index < used} />)
      ) : (
        <span className="ov-dots-number num">
          {used}/{all}
        </span>
      )}
    </span>
  );
}

/** Rows of cells; only those in sight are drawn. */
function Cells({ agents }: { readonly agents: readonly Agent[] }) {
  const scroller = useRef<HTMLDivElement>(null);
  const columns = Math.max(1, Math.floor((useWidth(scroller) - 24) / CELL_PX));
  // What is in sight comes first, and the rest in a step of its own.
  const overscan = useDeferredValue(OVERSCAN, 0);
  const virtual = useVirtualizer({
    count: Math.ceil(agents.length / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => CELL_PX,
    overscan,
    useFlushSync: false,
  });
  return (
    <div className="ov-cells" ref={scroller}>
      <div style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((row) => (
          <div key={row.key} className="ov-cell-row" style={{ top: row.start }}>
            {agents.slice(row.index * columns, (row.index + 1) * columns).map((agent) => (
              <Cell key={agent.id} agent={agent} />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

const Cell = memo(function Cell({ agent }: { readonly agent: Agent }) {
  const text = useText();
  const { id, name, running, slots } = agent;
  const look = lookOf(agent);
  const words = text.fleet.cell(name, lookWords(text)[look], running.length, slots);
  return (
    <a
      className="agent-cell"
      href={`#/agents/${id}`}
      title={words}
      aria-label={words}
      data-testid="overview-cell"
      data-look={look}
      data-state={LOOK_STATE[look]}
      style={{ backgroundSize: `100% ${(running.length / slots) * 100}%` }}
    >
      {look === 'busy' && running.length > 1 ? running.length : LOOK_SIGN[look]}
    </a>
  );
});
