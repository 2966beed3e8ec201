/** What can be done with an agent: pause and resume it, update, edit, uninstall and remove it. */
import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core';
import {
  IconArrowUp,
  IconDots,
  IconEdit,
  IconPlayerPause,
  IconTerminal2,
  IconTrash,
  IconUnlink,
} from '@tabler/icons-react';
import { useState } from 'react';
import type { Agent } from '../../shared/domain/agent.ts';
import { useData, useText } from '../context.ts';
import { canUpdate } from '../hosts/versions.ts';
import { usePlace } from '../shell/use-place.ts';
import { AgentShell } from '../shell-session/AgentShell.tsx';
import { selectRollout } from '../store/selectors.ts';
import { EditAgent } from './EditAgent.tsx';
import { UninstallAgent } from './UninstallAgent.tsx';

export interface AgentActionsProps {
  readonly agent: Agent;
  /** Where there are many beside each other: pausing is in the menu. */
  readonly isCompact?: boolean;
}

type Act = 'agents.drain' | 'agents.resume' | 'agents.update' | 'agents.delete';
type Opened = 'edit' | 'shell' | 'uninstall' | null;

export function AgentActions({ agent, isCompact = false }: AgentActionsProps) {
  const { agents } = useText();
  const [opened, setOpened] = useState<Opened>(null);
  const close = (): void => setOpened(null);
  const { call } = usePlace();
  const [isBusy, setBusy] = useState(false);
  const { id } = agent;

  /** A refusal is shown as a notice. */
  async function act(name: Act): Promise<void> {
    setBusy(true);
    await call(name, { id });
    setBusy(false);
  }

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
      <More agent={agent} isCompact={isCompact} isBusy={isBusy} act={act} open={setOpened} />
      {opened === 'shell' && <AgentShell agent={agent} close={close} />}
      {opened === 'edit' && <EditAgent agent={agent} close={close} />}
      {opened === 'uninstall' && <UninstallAgent agent={agent} close={close} />}
    </div>
  );
}

interface MoreProps extends AgentActionsProps {
  readonly isBusy: boolean;
  act(name: Act): Promise<void>;
  open(dialog: Opened): void;
}

function More({ agent, isCompact = false, isBusy, act, open }: MoreProps) {
  const { agents } = useText();
  const { consoles, hosts } = useText();
  const words = hosts.agent;
  const newest = useData(selectRollout);
  const { name, connected, enrolment } = agent;
  return (
    <Menu width={220}>
      <Menu.Target>
        <ActionIcon aria-label={words.more(name)} loading={isBusy} data-testid="agent-more">
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {isCompact && canPause(agent) && (
          <Menu.Item
            leftSection={<IconPlayerPause size={14} />}
            title={agents.pauseHint}
            onClick={() => void act('agents.drain')}
            data-testid="agent-drain"
          >
            {agents.pause}
          </Menu.Item>
        )}
        {canUpdate(agent, newest) && (
          <Menu.Item
            leftSection={<IconArrowUp size={14} />}
            title={words.updateHint}
            onClick={() => void act('agents.update')}
            data-testid="agent-update"
          >
            {words.update}
          </Menu.Item>
        )}
        {connected && (
          <Menu.Item
            leftSection={<IconTerminal2 size={14} />}
            onClick={() => open('shell')}
            data-testid="agent-shell-open"
          >
            {consoles.agentShell}
          </Menu.Item>
        )}
        <Menu.Item
          leftSection={<IconEdit size={14} />}
          onClick={() => open('edit')}
          data-testid="agent-edit"
        >
          {words.edit}
        </Menu.Item>
        {enrolment?.via === 'ssh' && (
          <Menu.Item
            color="red"
            leftSection={<IconTrash size={14} />}
            onClick={() => open('uninstall')}
            data-testid="agent-uninstall"
          >
            {words.uninstall}
          </Menu.Item>
        )}
        {!connected && (
          <Menu.Item
            color="red"
            leftSection={<IconUnlink size={14} />}
            onClick={() => void act('agents.delete')}
            data-testid="agent-remove"
          >
            {words.remove}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

function canPause({ connected, draining }: Agent): boolean {
  return connected && !draining;
}
