/** One machine at a glance: state, slots, load, what it works on, where it stands; and pausing it. Opens into its page. */
import { IconCpu, IconMapPin } from '@tabler/icons-react';
import { memo } from 'react';
import { Link } from 'react-router';
import type { Agent } from '../../shared/domain/agent.ts';
import type { AgentId } from '../../shared/ids.ts';
import { useData, useText } from '../context.ts';
import { bytes } from '../format/size.ts';
import { TunnelBadge } from '../hosts/TunnelBadge.tsx';
import { selectIsTunnelled } from '../store/selectors.ts';
import { AgentActions } from './AgentActions.tsx';
import { AgentChip } from './AgentChip.tsx';
import { AgentLoad } from './AgentLoad.tsx';
import { AgentVersion, UpdateNote } from './AgentProgram.tsx';
import { AgentTroubles } from './AgentTroubles.tsx';
import { AgentWork } from './AgentWork.tsx';
import { RestNote, SiteBadge, StandbyBadge } from './Belonging.tsx';
import { LastSeen } from './LastSeen.tsx';
import { Slots } from './Slots.tsx';
import { Allowed } from '../people/Allowed.tsx';

export interface AgentTileProps {
  readonly agent: Agent;
  readonly isSelected: boolean;
  /** Some are selected: the boxes stay in sight. */
  readonly isSelecting: boolean;
  readonly isChosen: boolean;
  toggle(id: AgentId, isRange: boolean): void;
}

export const AgentTile = memo(function AgentTile(props: AgentTileProps) {
  const { agent, isSelected, isSelecting, isChosen, toggle } = props;
  const text = useText();
  // Nothing is known of a machine that has not been here yet.
  const isKnown = agent.version !== '';
  return (
    <div
      className="tile panel"
      role="listitem"
      data-testid="agent-tile"
      data-agent={agent.id}
      data-known={isKnown}
      data-selected={isSelected}
      data-chosen={isChosen}
    >
      <header className="tile-head">
        <input
          type="checkbox"
          className="row-check tile-check"
          data-shown={isSelecting}
          checked={isSelected}
          readOnly
          onClick={(event) => toggle(agent.id, event.shiftKey)}
          aria-label={text.fleet.select(agent.name)}
        />
        <div className="tile-name">
          <h2 className="clip">
            <Link to={`/agents/${agent.id}`}>{agent.name}</Link>
          </h2>
          <span className="faint clip">
            {isKnown
              ? `${agent.capabilities.hostname} · ${agent.capabilities.os} ${agent.capabilities.arch}`
              : text.hosts.agent.settingUp}
          </span>
        </div>
        <AgentChip agent={agent} />
        <Allowed needs="admin">
          <AgentActions agent={agent} isCompact />
        </Allowed>
      </header>
      {isKnown && <AgentTroubles agent={agent} />}
      <UpdateNote agent={agent} />
      <RestNote agent={agent} />
      {isKnown && <Slots used={agent.running.length} all={agent.slots} own={agent.ownSlots} />}
      <AgentLoad agent={agent} />
      <AgentWork agent={agent} />
      {isKnown && <TileFoot agent={agent} />}
    </div>
  );
});

function TileFoot({ agent }: { readonly agent: Agent }) {
  const text = useText();
  const isTunnelled = useData(selectIsTunnelled(agent.id));
  const { capabilities, profile, connected, since } = agent;
  return (
    <footer className="tile-foot faint">
      {profile.location === null ? (
        <span>
          <IconCpu size={13} aria-hidden="true" />
          {text.agents.cores(capabilities.cpus)} · {bytes(capabilities.memoryBytes)}
        </span>
      ) : (
        <span className="tile-place" title={profile.location}>
          <IconMapPin size={13} aria-hidden="true" />
          <span className="clip">{profile.location}</span>
        </span>
      )}
      <SiteBadge site={agent.site} />
      <StandbyBadge agent={agent} />
      {isTunnelled && <TunnelBadge />}
      {connected ? <AgentVersion agent={agent} /> : <LastSeen at={since} />}
    </footer>
  );
}
