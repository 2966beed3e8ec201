/**
 * The machines of the workshop as tiles, as a list, or on a map; above them those that are being set up, and an update under
 * way. Only what is in sight is drawn.
 */
import { Button, Tooltip } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconPlus, IconServer2, IconTicket } from '@tabler/icons-react';
import { useRef, type RefObject } from 'react';
import { useNavigate } from 'react-router';
import type { Agent } from '../../shared/domain/agent.ts';
import type { AgentId } from '../../shared/ids.ts';
import { Empty } from '../components/Empty.tsx';
import { ScreenHead } from '../components/ScreenHead.tsx';
import { useListKeys } from '../components/use-list-keys.ts';
import { useApp, useIsLoaded, useText } from '../context.ts';
import { Provisionings } from '../hosts/Provisionings.tsx';
import { RolloutBar } from '../hosts/RolloutBar.tsx';
import { RolloutButton } from '../hosts/RolloutButton.tsx';
import { Connecting } from '../shell/Connecting.tsx';
import { AgentGrid } from './AgentGrid.tsx';
import { AgentMap } from './AgentMap.tsx';
import './agents.css';
import { AgentsToolbar } from './AgentsToolbar.tsx';
import { AgentTable } from './AgentTable.tsx';
import { BulkBar } from './BulkBar.tsx';
import { useAgentsAddress, type AgentsAddress } from './use-agents-address.ts';
import { useSelection, type Selection } from './use-selection.ts';
import { useShownAgents } from './use-shown-agents.ts';
import { Allowed } from '../people/Allowed.tsx';

export function AgentsScreen() {
  const isLoaded = useIsLoaded();
  return isLoaded ? <LoadedAgents /> : <Connecting />;
}

function LoadedAgents() {
  const text = useText();
  const address = useAgentsAddress();
  const { all, shown, options } = useShownAgents(address.filter, address.order);
  const selection = useSelection(shown);
  const scroller = useRef<HTMLDivElement>(null);
  return (
    <div className="agents-screen">
      <ScreenHead
        title={text.agents.title}
        count={<span data-testid="agent-count">{text.fleet.shown(shown.length, all.size)}</span>}
        actions={
          <Allowed needs="admin">
            <RolloutButton />
            <InviteButton />
            <AddButton />
          </Allowed>
        }
      />
      {all.size > 1 && <AgentsToolbar address={address} options={options} />}
      <div className="agents" ref={scroller}>
        <div className="agents-content">
          <RolloutBar />
          <Provisionings scroller={scroller} />
          <Agents
            shown={shown}
            isEmpty={all.size === 0}
            address={address}
            selection={selection}
            scroller={scroller}
          />
        </div>
      </div>
      <BulkBar agents={all} selection={selection} />
    </div>
  );
}

interface AgentsProps {
  readonly shown: readonly Agent[];
  readonly isEmpty: boolean;
  readonly address: AgentsAddress;
  readonly selection: Selection;
  readonly scroller: RefObject<HTMLDivElement | null>;
}

function Agents({ shown, isEmpty, address, selection, scroller }: AgentsProps) {
  const text = useText();
  const navigate = useNavigate();
  const { toggle, clear } = selection;
  const keys = useListKeys<AgentId>(
    shown.map(({ id }) => id),
    (id) => void navigate(`/agents/${id}`),
  );
  useHotkeys([
    ['x', () => keys.selected !== null && toggle(keys.selected, false)],
    ['shift+x', () => keys.selected !== null && toggle(keys.selected, true)],
    ['Escape', clear],
  ]);
  if (isEmpty) {
    return (
      <Empty icon={<IconServer2 size={28} />} title={text.agents.emptyTitle}>
        <p>{text.agents.emptyText}</p>
        <Allowed needs="admin">
          <AddButton />
        </Allowed>
      </Empty>
    );
  }
  if (shown.length === 0) {
    return (
      <Empty title={text.fleet.none}>
        <Button variant="default" onClick={address.clear}>
          {text.fleet.clear}
        </Button>
      </Empty>
    );
  }
  const list = { agents: shown, selection, chosen: keys.selected, scroller };
  switch (address.view) {
    case 'grid':
      return <AgentGrid {...list} />;
    case 'list':
      return <AgentTable {...list} order={address.order} sort={address.sort} />;
    case 'map':
      return <AgentMap agents={shown} setState={(look) => address.set('state', look)} />;
  }
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
