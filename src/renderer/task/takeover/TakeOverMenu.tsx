/** The button that takes a task over: with a shell in its work tree, or with the engine's own session. */
import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconHandGrab, IconMessage, IconTerminal2 } from '@tabler/icons-react';
import type { ConsoleKind } from '../../../shared/console.ts';
import type { Task } from '../../../shared/domain/task.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { useCall } from '../../components/use-call.ts';
import { useApp, useData, useText } from '../../context.ts';
import { selectAttempt, selectTaskConsole } from '../../store/selectors.ts';

export function TakeOverMenu({ task }: { readonly task: Task }) {
  const { session } = useApp();
  const { consoles: text } = useText();
  const takeOver = useCall('consoles.take_over');
  const attempt = useData(selectAttempt(task.attemptId));
  const held = useData(selectTaskConsole(task.attemptId));
  if (attempt?.state !== 'running' || held) return null;
  const open = async (kind: ConsoleKind): Promise<void> => {
    const console = await takeOver.run({ id: task.id, kind });
    if (console) session.consoles.claim(console.id);
  };
  const hasSession = task.engine.kind !== 'command';
  return (
    <div className="takeover-menu">
      <Menu width={280} position="bottom-end">
        <Menu.Target>
          <Button
            size="sm"
            variant="default"
            leftSection={<IconHandGrab size={16} />}
            rightSection={<IconChevronDown size={14} />}
            loading={takeOver.isBusy}
            title={text.takeOverHint}
            data-testid="take-over"
          >
            {text.takeOver}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconTerminal2 size={16} />}
            onClick={() => void open('shell')}
            data-testid="take-over-shell"
          >
            {text.shell}
            <div className="faint">{text.shellHint}</div>
          </Menu.Item>
          <Menu.Item
            leftSection={<IconMessage size={16} />}
            disabled={!hasSession}
            onClick={() => void open('engine')}
            data-testid="take-over-engine"
          >
            {text.engine}
            <div className="faint">{hasSession ? text.engineHint : text.noEngine}</div>
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {takeOver.error && <ErrorNote error={takeOver.error} />}
    </div>
  );
}
