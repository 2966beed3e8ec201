/** Search, filters, and the choice between board and table. */
import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconLayoutColumns, IconSearch, IconTable, IconX } from '@tabler/icons-react';
import { memo, useMemo, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { ScreenHead } from '../components/ScreenHead.tsx';
import { useData, useText } from '../context.ts';
import { selectCounts } from '../store/selectors.ts';
import { ColumnsMenu } from './ColumnsMenu.tsx';
import { isFiltering } from './filter.ts';
import { FilterMenu, valueWords } from './FilterMenu.tsx';
import type { FilterInAddress } from './use-filter.ts';
import { SaveView } from './views/SaveView.tsx';

export interface ToolbarProps {
  readonly address: FilterInAddress;
  /** How many tasks pass the filter. */
  readonly shown: number;
}

export const Toolbar = memo(function Toolbar({ address, shown }: ToolbarProps) {
  const { tasks } = useText();
  const { filter, view, set } = address;
  const counts = useData(selectCounts);
  const all = useMemo(() => Object.values(counts).reduce((sum, n) => sum + n, 0), [counts]);
  return (
    <>
      <ScreenHead
        title={tasks.title}
        count={<span data-testid="task-count">{tasks.shown(shown, all)}</span>}
      >
        <Search address={address} />
        <FilterMenu set={set} />
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
        {view === 'table' && <ColumnsMenu />}
      </ScreenHead>
      {isFiltering(filter) && <Chips address={address} />}
    </>
  );
});

function Search({ address }: Pick<ToolbarProps, 'address'>) {
  const { tasks } = useText();
  const { typed, set, settle } = address;
  const search = useRef<HTMLInputElement>(null);
  useHotkeys([['/', () => search.current?.focus()]]);

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>): void {
    if (event.key === 'Enter') settle();
    if (event.key === 'Escape') event.currentTarget.blur();
  }

  return (
    <TextInput
      ref={search}
      className="toolbar-search"
      size="xs"
      leftSection={<IconSearch size={14} />}
      aria-label={tasks.search}
      placeholder={tasks.searchHint}
      value={typed}
      onChange={(event) => set('q', event.currentTarget.value)}
      onKeyDown={onKeyDown}
      onBlur={settle}
      data-testid="task-search"
    />
  );
}

function Chips({ address }: Pick<ToolbarProps, 'address'>) {
  const text = useText();
  const { taskList, tasks } = text;
  const { chips, set, clear, query } = address;
  return (
    <div className="chips">
      {chips.map(([facet, value]) => {
        const [name, words] = [taskList.facets[facet], valueWords(facet, value, text)];
        return (
          <button
            key={facet}
            type="button"
            className="filter-chip"
            aria-label={taskList.withoutFacet(name, words)}
            onClick={() => set(facet, null)}
            data-testid={`chip-${facet}`}
          >
            <span className="dim">{name}</span>
            <span className="clip">{words}</span>
            <IconX size={12} aria-hidden="true" />
          </button>
        );
      })}
      <Button size="compact-xs" variant="subtle" color="gray" onClick={clear}>
        {tasks.clear}
      </Button>
      <SaveView query={query} />
    </div>
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
