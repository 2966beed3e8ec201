/** One machine: state, slots, load, what it works on, what it can do, how it came here, and pausing it. */
import { IconCpu } from '@tabler/icons-react';
import type { Agent } from '../../shared/domain/agent.ts';
import { ErrorNote } from '../components/ErrorNote.tsx';
import { useCall } from '../components/use-call.ts';
import { useText } from '../context.ts';
import { bytes } from '../format/size.ts';
import { LastSeen } from './LastSeen.tsx';
import { AgentActions } from './AgentActions.tsx';
import { AgentChip } from './AgentChip.tsx';
import { AgentLoad } from './AgentLoad.tsx';
import { AgentVersion, UpdateNote } from './AgentProgram.tsx';
import { AgentTroubles } from './AgentTroubles.tsx';
import { AgentWork } from './AgentWork.tsx';
import { Membership } from './Membership.tsx';
import { Slots } from './Slots.tsx';
import { ToolList } from './ToolList.tsx';

export function AgentTile({ agent }: { readonly agent: Agent }) {
  const text = useText();
  const { capabilities } = agent;
  const drain = useCall('agents.drain');
  const resume = useCall('agents.resume');
  const remove = useCall('agents.delete');
  const update = useCall('agents.update');
  const error = drain.error ?? resume.error ?? remove.error ?? update.error;
  // Nothing is known of a machine that has not been here yet.
  const isKnown = agent.version !== '';
  return (
    <li className="tile panel" data-testid="agent-tile" data-agent={agent.id} data-known={isKnown}>
      <header className="tile-head">
        <div className="tile-name">
          <h2 className="clip">{agent.name}</h2>
          <span className="faint clip">
            {isKnown
              ? `${capabilities.hostname} · ${capabilities.os} ${capabilities.arch}`
              : text.hosts.agent.settingUp}
          </span>
        </div>
        <AgentChip agent={agent} />
        <AgentActions agent={agent} drain={drain} resume={resume} remove={remove} update={update} />
      </header>
      {isKnown && <AgentTroubles agent={agent} />}
      <UpdateNote agent={agent} />
      {isKnown && <Slots used={agent.running.length} all={agent.slots} />}
      <AgentLoad agent={agent} />
      <AgentWork agent={agent} />
      {isKnown && <ToolList capabilities={capabilities} />}
      <Membership agent={agent} />
      {error && <ErrorNote error={error} />}
      {isKnown && (
        <footer className="tile-foot faint">
          <span>
            <IconCpu size={13} aria-hidden="true" />
            {text.agents.cores(capabilities.cpus)} · {bytes(capabilities.memoryBytes)}
          </span>
          <AgentVersion agent={agent} />
          {!agent.connected && <LastSeen at={agent.since} />}
        </footer>
      )}
    </li>
  );
}
