/** Pausing, resuming and removing an agent. */
import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core';
import { IconDots, IconTrash } from '@tabler/icons-react';
import type { Agent } from '../../shared/domain/agent.ts';
import type { Call } from '../components/use-call.ts';
import { useText } from '../context.ts';

export interface AgentActionsProps {
  readonly agent: Agent;
  readonly drain: Call<'agents.drain'>;
  readonly resume: Call<'agents.resume'>;
  readonly remove: Call<'agents.delete'>;
}

export function AgentActions({ agent, drain, resume, remove }: AgentActionsProps) {
  const { agents, header } = useText();
  const { id } = agent;
  return (
    <div className="tile-actions">
      {agent.draining && (
        <Button
          variant="light"
          loading={resume.isBusy}
          onClick={() => void resume.run({ id })}
          data-testid="agent-resume"
        >
          {agents.resume}
        </Button>
      )}
      {agent.connected && !agent.draining && (
        <Tooltip label={agents.pauseHint}>
          <Button
            variant="default"
            loading={drain.isBusy}
            onClick={() => void drain.run({ id })}
            data-testid="agent-drain"
          >
            {agents.pause}
          </Button>
        </Tooltip>
      )}
      {!agent.connected && (
        <Menu>
          <Menu.Target>
            <ActionIcon aria-label={header.menu}>
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item
              color="red"
              leftSection={<IconTrash size={14} />}
              onClick={() => void remove.run({ id })}
            >
              {agents.remove}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  );
}
