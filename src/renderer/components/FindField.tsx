/** A field to find words in what is shown: Enter for the next match, Shift Enter for the one before. */
import { ActionIcon, TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronUp, IconSearch } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import './find-field.css';

export interface FindFieldProps {
  readonly value: string;
  readonly label: string;
  readonly previous: string;
  readonly next: string;
  readonly testId: string;
  /** Nothing was found: said where one points, and seen. */
  readonly problem?: string | undefined;
  /** Stands between the field and the buttons. */
  readonly children?: ReactNode;
  onChange(value: string): void;
  onGo(direction: 'next' | 'previous'): void;
}

export function FindField(props: FindFieldProps) {
  const { value, label, previous, next, testId, problem, children, onChange, onGo } = props;
  return (
    <div className="find-field">
      <TextInput
        size="xs"
        leftSection={<IconSearch size={13} />}
        placeholder={label}
        aria-label={label}
        value={value}
        error={problem !== undefined}
        title={problem}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onGo(event.shiftKey ? 'previous' : 'next');
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
        data-testid={testId}
      />
      {children}
      <ActionIcon aria-label={previous} onClick={() => onGo('previous')}>
        <IconChevronUp size={15} />
      </ActionIcon>
      <ActionIcon aria-label={next} onClick={() => onGo('next')}>
        <IconChevronDown size={15} />
      </ActionIcon>
    </div>
  );
}
