/** Search, filters, and the choice between board and table. */
import { Button, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconLayoutColumns, IconSearch, IconTable } from '@tabler/icons-react';
import { useMemo, useRef, type ReactNode } from 'react';
import { PRIORITIES, TASK_STATES } from '../../shared/domain/task.ts';
import { ScreenHead } from '../components/ScreenHead.tsx';
import { useData, useText } from '../context.ts';
import { selectAgents, selectCounts } from '../store/selectors.ts';
import { isFiltering } from './filter.ts';
import type { FilterInAddress } from './use-filter.ts';

export interface ToolbarProps {
  readonly address: FilterInAddress;
  /** How many tasks pass the filter. */
  readonly shown: number;
}

export function Toolbar({ address, shown }: ToolbarProps) {
  const { tasks, states, priorities } = useText();
  const { filter, view, set, clear } = address;
  const agents = useData(selectAgents);
  const counts = useData(selectCounts);
  const all = useMemo(() => Object.values(counts).reduce((sum, n) => sum + n, 0), [counts]);
  const search = useRef<HTMLInputElement>(null);
  useHotkeys([['/', () => search.current?.focus()]]);
  return (
    <ScreenHead
      title={tasks.title}
      count={<span data-testid="task-count">{tasks.shown(shown, all)}</span>}
    >
      <TextInput
        ref={search}
        className="toolbar-search"
        size="xs"
        leftSection={<IconSearch size={14} />}
        aria-label={tasks.search}
        placeholder={tasks.searchHint}
        value={filter.words}
        onChange={(event) => set('q', event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
        data-testid="task-search"
      />
      <Filter
        label={tasks.filterState}
        value={filter.state}
        options={TASK_STATES.map((value) => ({ value, label: states[value] }))}
        onChange={(value) => set('state', value)}
      />
      <Filter
        label={tasks.filterAgent}
        value={filter.agent}
        options={[...agents.values()].map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(value) => set('agent', value)}
      />
      <Filter
        label={tasks.filterPriority}
        value={filter.priority}
        options={PRIORITIES.map((value) => ({ value, label: priorities[value] }))}
        onChange={(value) => set('priority', value)}
      />
      {isFiltering(filter) && (
        <Button variant="subtle" color="gray" onClick={clear}>
          {tasks.clear}
        </Button>
      )}
      <SegmentedControl
        className="toolbar-view"
        value={view}
        onChange={(value) => set('view', value === 'table' ? 'table' : null)}
        data={[
          { value: 'board', label: withIcon(<IconLayoutColumns size={14} />, tasks.board) },
          { value: 'table', label: withIcon(<IconTable size={14} />, tasks.table) },
        ]}
        data-testid="task-view"
      />
    </ScreenHead>
  );
}

interface FilterProps {
  readonly label: string;
  readonly value: string | null;
  readonly options: readonly { value: string; label: string }[];
  onChange(value: string | null): void;
}

function Filter({ label, value, options, onChange }: FilterProps) {
  return (
    <Select
      className="toolbar-filter"
      size="xs"
      clearable
      aria-label={label}
      placeholder={label}
      value={value}
      data={options}
      onChange={onChange}
      comboboxProps={{ width: 170 }}
      maxDropdownHeight={360}
    />
  );
}

function withIcon(icon: ReactNode, label: string) {
  return (
    <span className="toolbar-option">
      {icon}
      {label}
    </span>
  );
}
