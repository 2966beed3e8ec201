/** One agent as a line of the list. */
import { memo } from 'react';
import { Link } from 'react-router';
import type { Agent } from '../../shared/domain/agent.ts';
import { taskIdOfAttempt, type AgentId } from '../../shared/ids.ts';
import { useCalmData, useData, useText } from '../context.ts';
import { bytes, percent } from '../format/size.ts';
import { selectAgentVitals, selectTask } from '../store/selectors.ts';
import { AgentChip } from './AgentChip.tsx';
import { SiteBadge, StandbyBadge } from './Belonging.tsx';

export interface AgentRowProps {
  readonly agent: Agent;
  readonly index: number;
  /** From the top of the list, CSS pixels. */
  readonly top: number;
  readonly isSelected: boolean;
  readonly isChosen: boolean;
  toggle(id: AgentId, isRange: boolean): void;
}

export const AgentRow = memo(function AgentRow(props: AgentRowProps) {
  const { agent, index, top, isSelected, isChosen, toggle } = props;
  const { fleet } = useText();
  const { id, name, profile, capabilities, running, slots, ownSlots, site, version } = agent;
  const follows = ownSlots !== undefined && ownSlots !== slots;
  return (
    <div
      className="agent-row"
      role="row"
      aria-rowindex={index + 2}
      data-testid="agent-row"
      data-agent={id}
      data-selected={isSelected}
      data-chosen={isChosen}
      style={{ transform: `translateY(${top}px)` }}
    >
      <span role="cell">
        <input
          type="checkbox"
          className="row-check"
          checked={isSelected}
          readOnly
          onClick={(event) => toggle(id, event.shiftKey)}
          aria-label={fleet.select(name)}
        />
      </span>
      <span role="rowheader" className="agent-row-name">
        <span className="agent-row-title">
          <Link className="clip" to={`/agents/${id}`}>
            {name}
          </Link>
          <SiteBadge site={site} />
          <StandbyBadge agent={agent} isShort />
        </span>
        {capabilities.hostname !== name && (
          <span className="faint clip">{capabilities.hostname}</span>
        )}
      </span>
      <span role="cell">
        <AgentChip agent={agent} />
      </span>
      <span
        role="cell"
        className="num dim"
        data-column="slots"
        data-follows={follows}
        {...(follows && { title: fleet.ownSlotsHint(ownSlots, slots) })}
      >
        {running.length} / {slots}
      </span>
      <LoadCells agent={agent} />
      <span role="cell" className="clip" data-column="work">
        <WorkCell agent={agent} />
      </span>
      <span role="cell" className="clip dim" data-column="location" title={profile.location ?? ''}>
        {profile.location}
      </span>
      <span role="cell" className="clip dim" data-column="groups">
        {profile.groups.join(', ')}
      </span>
      <span role="cell" className="clip faint" data-column="version">
        {version}
      </span>
    </div>
  );
});

function LoadCells({ agent: { id, connected } }: { readonly agent: Agent }) {
  const held = useCalmData(selectAgentVitals(id));
  const vitals = connected ? held : undefined;
  const memory =
    vitals && vitals.memoryBytes > 0 ? vitals.memoryUsedBytes / vitals.memoryBytes : undefined;
  return (
    <>
      <ShareCell column="cpu" share={vitals?.cpu} />
      <ShareCell column="memory" share={memory} />
      <span role="cell" className="num dim" data-column="disk">
        {vitals ? bytes(vitals.diskFreeBytes) : '–'}
      </span>
    </>
  );
}

function ShareCell({
  column,
  share,
}: {
  readonly column: string;
  readonly share: number | undefined;
}) {
  const value = share === undefined ? null : percent(share);
  return (
    <span role="cell" className="share-cell" data-column={column} data-high={(value ?? 0) > 90}>
      <span className="share-bar" aria-hidden="true">
        <span style={{ width: `${value ?? 0}%` }} />
      </span>
      <span className="num dim">{value === null ? '–' : `${value} %`}</span>
    </span>
  );
}

function WorkCell({ agent: { running } }: { readonly agent: Agent }) {
  const { fleet } = useText();
  const [first, ...rest] = running;
  const taskId = first === undefined ? null : taskIdOfAttempt(first);
  const task = useData((data) => (taskId === null ? undefined : selectTask(taskId)(data)));
  if (taskId === null) return null;
  return (
    <>
      <Link className="agent-row-task" to={`/tasks/${taskId}/terminal`}>
        {task?.title ?? taskId}
      </Link>
      {rest.length > 0 && <span className="faint num"> {fleet.andMore(rest.length)}</span>}
    </>
  );
}
