/** What can be done with the selected things of a list; stands under the list while there are any. */
import { ActionIcon } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Permission } from '../../shared/operation.ts';
import { Allowed } from '../people/Allowed.tsx';
import './selection-bar.css';

export interface SelectionBarProps {
  /** How many are selected, in words; names the bar for those who cannot see it. */
  readonly label: string;
  /** Stands in place of the label while something is done with them. */
  readonly said?: ReactNode;
  readonly clearLabel: string;
  /** What it takes to do any of it. */
  readonly needs: Permission;
  /** A button for each act. */
  readonly children: ReactNode;
  /** What stands behind the buttons, as an error. */
  readonly after?: ReactNode;
  onClear(): void;
}

export function SelectionBar(props: SelectionBarProps) {
  const { label, said = label, clearLabel, needs, children, after, onClear } = props;
  return (
    <div className="selection-bar" role="region" aria-label={label}>
      <span className="selection-bar-count num" role="status" data-testid="chosen-count">
        {said}
      </span>
      <Allowed needs={needs}>{children}</Allowed>
      <ActionIcon
        aria-label={clearLabel}
        title={clearLabel}
        onClick={onClear}
        data-testid="bulk-clear"
      >
        <IconX size={15} />
      </ActionIcon>
      {after}
    </div>
  );
}
