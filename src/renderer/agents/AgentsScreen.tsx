/** The machines of the workshop, one tile each; above them those that are being set up, and an update under way. */
import { Button, Tooltip } from '@mantine/core';
import { IconPlus, IconServer2, IconTicket } from '@tabler/icons-react';
import { useMemo, useRef } from 'react';
import { Empty } from '../components/Empty.tsx';
import { ScreenHead } from '../components/ScreenHead.tsx';
import { useApp, useData, useText } from '../context.ts';
import { Provisionings } from '../hosts/Provisionings.tsx';
import { RolloutBar } from '../hosts/RolloutBar.tsx';
import { RolloutButton } from '../hosts/RolloutButton.tsx';
import { Connecting } from '../shell/Connecting.tsx';
import { selectAgents, selectIsLoaded } from '../store/selectors.ts';
import './agents.css';
import { AgentTile } from './AgentTile.tsx';

export function AgentsScreen() {
  const text = useText();
  const isLoaded = useData(selectIsLoaded);
  const agents = useData(selectAgents);
  const scroller = useRef<HTMLDivElement>(null);
  const sorted = useMemo(
    () => [...agents.values()].toSorted((a, b) => a.name.localeCompare(b.name)),
    [agents],
  );
  if (!isLoaded) return <Connecting />;
  return (
    <div className="agents-screen">
      <ScreenHead
        title={text.agents.title}
        count={sorted.length}
        actions={
          <>
            <RolloutButton />
            <InviteButton />
            <AddButton />
          </>
        }
      />
      <div className="agents" ref={scroller}>
        <div className="agents-content">
          <RolloutBar />
          <Provisionings scroller={scroller} />
          {sorted.length === 0 ? (
            <Empty icon={<IconServer2 size={28} />} title={text.agents.emptyTitle}>
              <p>{text.agents.emptyText}</p>
              <AddButton />
            </Empty>
          ) : (
            <ul className="agents-grid">
              {sorted.map((agent) => (
                <AgentTile key={agent.id} agent={agent} />
              ))}
            </ul>
          )}
        </div>
      </div>
    </div>
  );
}

function AddButton() {
  const { add } = useText().hosts;
  const { ui } = useApp();
  return (
    <Button
      leftSection={<IconPlus size={14} />}
      onClick={() => ui.setState({ isAddingHosts: true })}
      data-testid="add-hosts-open"
    >
      {add.button}
    </Button>
  );
}

function InviteButton() {
  const { invite } = useText().hosts;
  const { ui } = useApp();
  return (
    <Tooltip label={invite.hint}>
      <Button
        variant="default"
        leftSection={<IconTicket size={14} />}
        onClick={() => ui.setState({ isInviting: true })}
        data-testid="invite-open"
      >
        {invite.button}
      </Button>
    </Tooltip>
  );
}
