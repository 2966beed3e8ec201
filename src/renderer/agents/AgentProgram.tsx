/** The program of an agent: its version, a newer one that is ready, and how the last update went. */
import { IconArrowUp, IconInfoCircle } from '@tabler/icons-react';
import { Loader } from '@mantine/core';
import type { Agent } from '../../shared/domain/agent.ts';
import { useData, useText } from '../context.ts';
import { canUpdate } from '../hosts/versions.ts';
import { selectRollout } from '../store/selectors.ts';

/** In the foot of the tile. */
export function AgentVersion({ agent }: { readonly agent: Agent }) {
  const { agent: words } = useText().hosts;
  const newest = useData(selectRollout);
  if (agent.version === '') return null;
  return (
    <span className="agent-version">
      <span className="clip">Koubou {agent.version}</span>
      {newest && canUpdate(agent, newest) && (
        <span className="update-badge" data-testid="update-available">
          <IconArrowUp size={12} aria-hidden="true" />
          {words.updateReady(newest.version)}
        </span>
      )}
    </span>
  );
}

/** While an update is tried, and when it failed. */
export function UpdateNote({ agent: { update } }: { readonly agent: Agent }) {
  const { agent: words } = useText().hosts;
  if (!update || update.state === 'done') return null;
  return update.state === 'running' ? (
    <p className="update-note" data-tone="violet" role="status" data-testid="update-note">
      <Loader size={13} color="var(--tone)" />
      <span>{words.updating(update.version)}</span>
    </p>
  ) : (
    <p className="update-note" data-tone="amber" data-testid="update-note">
      <IconInfoCircle size={15} aria-hidden="true" />
      <span>
        {words.updateFailed(update.version)} <span className="dim">{update.why}</span>
      </span>
    </p>
  );
}
