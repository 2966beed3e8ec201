/** What can be done with an agent: pause and resume it, update, edit, uninstall and remove it. */
import { Button, Tooltip } from '@mantine/core';
import { useState } from 'react';
import type { Agent } from '../../shared/domain/agent.ts';
import { useText } from '../context.ts';
import { usePlace } from '../shell/use-place.ts';
import { AgentShell } from '../shell-session/AgentShell.tsx';
import { AgentMenu, canPause, type Act } from './AgentMenu.tsx';
import { EditAgent } from './EditAgent.tsx';
import { UninstallAgent } from './UninstallAgent.tsx';

export interface AgentActionsProps {
  readonly agent: Agent;
  /** Where there are many beside each other: pausing is in the menu. */
  readonly isCompact?: boolean;
}

type Opened = 'edit' | 'shell' | 'uninstall' | null;

export function AgentActions({ agent, isCompact = false }: AgentActionsProps) {
  const { agents } = useText();
  const [opened, setOpened] = useState<Opened>(null);
  const close = (): void => setOpened(null);
  const { call } = usePlace();
  const [isBusy, setBusy] = useState(false);
  const { id, site } = agent;

  /** A refusal is shown as a notice. */
  async function act(name: Act): Promise<void> {
    setBusy(true);
    await call(name, { id });
    setBusy(false);
  }

  // What is another coordinator's is looked after there.
  if (site !== null) return null;
  return (
    <div className="tile-actions">
      {agent.draining && (
        <Button
          variant="light"
          loading={isBusy}
          onClick={() => void act('agents.resume')}
          data-testid="agent-resume"
        >
          {agents.resume}
        </Button>
      )}
      {canPause(agent) && !isCompact && (
        <Tooltip label={agents.pauseHint}>
          <Button
            variant="default"
            loading={isBusy}
            onClick={() => void act('agents.drain')}
            data-testid="agent-drain"
          >
            {agents.pause}
          </Button>
        </Tooltip>
      )}
      <AgentMenu agent={agent} isCompact={isCompact} isBusy={isBusy} act={act} open={setOpened} />
      {opened === 'shell' && <AgentShell agent={agent} close={close} />}
      {opened === 'edit' && <EditAgent agent={agent} close={close} />}
      {opened === 'uninstall' && <UninstallAgent agent={agent} close={close} />}
    </div>
  );
}
