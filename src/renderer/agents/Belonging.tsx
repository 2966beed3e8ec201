/** Where an agent belongs and when it is there: the coordinator of another site, standby, at rest. From the agent itself. */
import { Tooltip } from '@mantine/core';
import { IconBuilding, IconMoon } from '@tabler/icons-react';
import type { Agent } from '../../shared/domain/agent.ts';
import { RelativeTime } from '../components/RelativeTime.tsx';
import { useText } from '../context.ts';

/** Of an agent that another coordinator gives work to. */
export function SiteBadge({ site }: { readonly site: string | null }) {
  const { fleet } = useText();
  if (site === null) return null;
  return (
    <Tooltip label={fleet.site(site)} multiline maw={320}>
      <span className="belonging-badge" tabIndex={0} data-testid="agent-site">
        <IconBuilding size={13} aria-hidden="true" />
        <span className="clip">{site}</span>
      </span>
    </Tooltip>
  );
}

interface StandbyBadgeProps {
  readonly agent: Agent;
  /** Where there is little room: a sign, and its words for those who do not see it. */
  readonly isShort?: boolean;
}

export function StandbyBadge({ agent: { profile }, isShort = false }: StandbyBadgeProps) {
  const { fleet } = useText();
  if (!profile.standby) return null;
  return (
    <Tooltip label={fleet.standbyHint} multiline maw={320}>
      <span
        className="belonging-badge"
        tabIndex={0}
        data-testid="agent-standby"
        {...(isShort && { role: 'img', 'aria-label': fleet.standby })}
      >
        <IconMoon size={13} aria-hidden="true" />
        {!isShort && fleet.standby}
      </span>
    </Tooltip>
  );
}

/** Since when an agent rests. */
export function RestNote({ agent: { resting } }: { readonly agent: Agent }) {
  const { fleet } = useText();
  if (!resting) return null;
  return (
    <p className="update-note rest-note" data-testid="agent-rest" title={resting.why}>
      <IconMoon size={15} aria-hidden="true" />
      <span>
        <RelativeTime at={resting.since} words={fleet.restsSince} />{' '}
        <span className="dim">{fleet.restsText}</span>
      </span>
    </p>
  );
}
