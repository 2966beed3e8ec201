/** The menu of what can be done with an agent. Of hundreds on the screen hardly one is ever opened: it is made when it is. */
import { Menu } from '@mantine/core';
import {
  IconArrowUp,
  IconDots,
  IconEdit,
  IconPlayerPause,
  IconTerminal2,
  IconTrash,
  IconUnlink,
} from '@tabler/icons-react';
import { useEffect, useRef, useState, type ComponentProps } from 'react';
import type { Agent } from '../../shared/domain/agent.ts';
import { useData, useText } from '../context.ts';
import { canUpdate } from '../hosts/versions.ts';
import { selectRollout } from '../store/selectors.ts';

export type Act = 'agents.drain' | 'agents.resume' | 'agents.update' | 'agents.delete';

export interface AgentMenuProps {
  readonly agent: Agent;
  /** Pausing is in the menu. */
  readonly isCompact: boolean;
  readonly isBusy: boolean;
  act(name: Act): Promise<void>;
  open(dialog: 'edit' | 'shell' | 'uninstall'): void;
}

export function AgentMenu(props: AgentMenuProps) {
  const [isMade, setMade] = useState(false);
  if (isMade) return <OpenMenu {...props} />;
  const { agent, isBusy } = props;
  return (
    <MenuButton
      agent={agent}
      isBusy={isBusy}
      aria-haspopup="menu"
      aria-expanded={false}
      onClick={() => setMade(true)}
    />
  );
}

export function canPause({ connected, draining }: Agent): boolean {
  return connected && !draining;
}

interface MenuButtonProps extends ComponentProps<'button'> {
  readonly agent: Agent;
  readonly isBusy: boolean;
}

function MenuButton({ agent, isBusy, ...rest }: MenuButtonProps) {
  const words = useText().hosts.agent;
  return (
    <button
      type="button"
      className="agent-more"
      aria-label={words.more(agent.name)}
      aria-busy={isBusy}
      disabled={isBusy}
      data-testid="agent-more"
      {...rest}
    >
      <IconDots size={16} />
    </button>
  );
}

function OpenMenu({ agent, isCompact, isBusy, act, open }: AgentMenuProps) {
  const { agents, consoles, hosts } = useText();
  const words = hosts.agent;
  const newest = useData(selectRollout);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // It takes the place of the button that was pressed, and the focus returns to it in the end.
    button.current?.focus();
    button.current?.click();
  }, []);
  const { connected, enrolment } = agent;
  return (
    <Menu width={220}>
      <Menu.Target>
        <MenuButton agent={agent} isBusy={isBusy} ref={button} />
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
