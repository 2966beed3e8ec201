/** Which columns the table has. */
import { ActionIcon, Checkbox, Popover } from '@mantine/core';
import { IconColumns3 } from '@tabler/icons-react';
import { useApp, useText, useUi } from '../context.ts';
import { selectTaskTable } from '../store/selectors.ts';
import { COLUMNS, toggled } from './columns.ts';

export function ColumnsMenu() {
  const { ui } = useApp();
  const { taskList } = useText();
  const layout = useUi(selectTaskTable);
  return (
    <Popover position="bottom-end" trapFocus>
      <Popover.Target>
        <ActionIcon
          variant="default"
          size={30}
          aria-label={taskList.columns}
          title={taskList.columns}
          data-testid="columns"
        >
          <IconColumns3 size={15} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown className="columns-menu" aria-label={taskList.columns}>
        {COLUMNS.map((column) => (
          <Checkbox
            key={column}
            size="xs"
            label={taskList.columnNames[column]}
            checked={!layout.hidden.includes(column)}
            onChange={() => ui.setState({ taskTable: toggled(layout, column) })}
          />
        ))}
      </Popover.Dropdown>
    </Popover>
  );
}
