/** The machines of the workshop, one tile each. */
import { IconServer2 } from '@tabler/icons-react';
import { useMemo } from 'react';
import { Empty } from '../components/Empty.tsx';
import { useData, useText } from '../context.ts';
import { Connecting } from '../shell/Connecting.tsx';
import { selectAgents, selectIsLoaded } from '../store/selectors.ts';
import './agents.css';
import { AgentTile } from './AgentTile.tsx';

export function AgentsScreen() {
  const text = useText();
  const isLoaded = useData(selectIsLoaded);
  const agents = useData(selectAgents);
  const sorted = useMemo(
    () => [...agents.values()].toSorted((a, b) => a.name.localeCompare(b.name)),
    [agents],
  );
  if (!isLoaded) return <Connecting />;
  return (
    <div className="agents">
      <div className="agents-head">
        <h1>{text.agents.title}</h1>
        <span className="faint num">{sorted.length}</span>
      </div>
      {sorted.length === 0 ? (
        <Empty icon={<IconServer2 size={28} />} title={text.agents.emptyTitle}>
          {text.agents.emptyText}
        </Empty>
      ) : (
        <ul className="agents-grid">
          {sorted.map((agent) => (
            <AgentTile key={agent.id} agent={agent} />
          ))}
        </ul>
      )}
    </div>
  );
}
