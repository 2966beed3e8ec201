/** What is seldom needed: saving the recording, and making the terminal readable by screen readers. */
import { ActionIcon, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCheck, IconDots, IconFileText, IconMovie } from '@tabler/icons-react';
import { useApp, useText } from '../../context.ts';
import { download } from '../../format/download.ts';
import { inputFor, type Recorded } from './recorded.ts';

export interface TerminalMenuProps {
  readonly recorded: Recorded;
  readonly isReadable: boolean;
  onReadable(): void;
}

type Format = 'cast' | 'text';

export function TerminalMenu({ recorded, isReadable, onReadable }: TerminalMenuProps) {
  const { player: words } = useText();
  const { session } = useApp();

  async function save(format: Format): Promise<void> {
    const { attempt, takeOver } = recorded;
    const input = { ...inputFor(attempt.id, takeOver?.id), format };
    const name = takeOver ? `${attempt.id}-${takeOver.id}` : attempt.id;
    const answer = await session.api.file('tasks.terminal', input);
    if (answer.ok) download(answer.value, `${name}.${format === 'cast' ? 'cast' : 'txt'}`);
    else {
      notifications.show({ color: 'red', title: words.notSaved, message: answer.error.message });
    }
  }

  return (
    <Menu>
      <Menu.Target>
        <ActionIcon aria-label={words.more} data-testid="terminal-menu">
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconMovie size={15} />}
          onClick={() => void save('cast')}
          data-testid="terminal-save-cast"
        >
          {words.saveCast}
        </Menu.Item>
        <Menu.Item
          leftSection={<IconFileText size={15} />}
          onClick={() => void save('text')}
          data-testid="terminal-save-text"
        >
          {words.saveText}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item
          role="menuitemcheckbox"
          aria-checked={isReadable}
          leftSection={isReadable ? <IconCheck size={15} /> : <span className="menu-gap" />}
          onClick={onReadable}
          data-testid="terminal-readable"
        >
          {words.screenReader}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
