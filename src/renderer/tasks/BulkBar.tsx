/** What can be done with the selected tasks; stands under the list while there are any. */
import { Button } from '@mantine/core';
import { IconFlag, IconGitMerge, IconRefresh, IconX } from '@tabler/icons-react';
import { SelectionBar } from '../components/SelectionBar.tsx';
import { useApp, useText } from '../context.ts';
import type { Task } from '../../shared/domain/task.ts';
import { fits, startAct } from './acts.tsx';
import type { TaskList } from './list.ts';

export interface BulkBarProps {
  readonly tasks: readonly Task[];
  readonly chosen: ReadonlySet<string>;
  readonly clear: () => void;
}

const ACTS = [
  { kind: 'approve', Icon: IconGitMerge },
  { kind: 'retry', Icon: IconRefresh },
  { kind: 'cancel', Icon: IconX },
] as const;

export function BulkBar({ tasks, chosen, clear }: BulkBarProps) {
  const app = useApp();
  const text = useText();
  const { taskList } = text;
  if (chosen.size === 0) return null;
  const these = tasks.filter(({ id }) => chosen.has(id));
  const ask = (asked: TaskList['asked']): void =>
    app.ui.setState(({ taskList: list }) => ({ taskList: { ...list, asked } }));
  return (
    <SelectionBar
      needs="operate"
      label={taskList.chosen(chosen.size)}
      clearLabel={taskList.clearChosen}
      onClear={clear}
    >
      {ACTS.map(({ kind, Icon }) => {
        const fitting = these.filter((task) => fits({ kind }, task)).length;
        return (
          <Button
            key={kind}
            variant="default"
            leftSection={<Icon size={14} />}
            disabled={fitting === 0}
            onClick={() => startAct({ app, text }, { kind }, these)}
            data-testid={`bulk-${kind}`}
          >
            {taskList.acts[kind]} {fitting > 0 && taskList.fitting(fitting, these.length)}
          </Button>
        );
      })}
      <Button
        variant="default"
        leftSection={<IconFlag size={14} />}
        onClick={() => ask('priority')}
        data-testid="bulk-priority"
      >
        {taskList.acts.priority}
      </Button>
      <Button variant="default" onClick={() => ask('move')} data-testid="bulk-move">
        {taskList.moveTo}
      </Button>
    </SelectionBar>
  );
}
