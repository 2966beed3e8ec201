/** Agents one line each, in any order. Only the lines in sight are drawn. */
import { Checkbox } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useRows } from '../components/use-rows.ts';
import { useTopWithin } from '../components/use-top-within.ts';
import { useText } from '../context.ts';
import type { AgentListProps } from './AgentGrid.tsx';
import { AgentRow } from './AgentRow.tsx';
import type { Order, OrderKey } from './order.ts';

export interface AgentTableProps extends AgentListProps {
  readonly order: Order;
  sort(order: Order): void;
}

const ROW_PX = 40;
const COLUMNS = [
  'name',
  'state',
  'slots',
  'cpu',
  'memory',
  'disk',
  'work',
  'location',
  'groups',
  'version',
] as const;
/** One begins with the highest of these. */
const BUSIEST_FIRST: ReadonlySet<string> = new Set(['slots', 'cpu', 'memory']);

export function AgentTable(props: AgentTableProps) {
  const { agents, selection, chosen, scroller, order, sort } = props;
  const { agents: words, fleet } = useText();
  const body = useRef<HTMLDivElement>(null);
  const top = useTopWithin(body, scroller);
  const { keyOf, at } = useRows(agents, chosen);
  const virtual = useVirtualizer({
    count: agents.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 10,
    useFlushSync: false,
    scrollMargin: top,
    getItemKey: keyOf,
  });
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at);
  }, [at, virtual]);
  const many = selection.ids.size;
  return (
    <div
      className="agent-table"
      role="table"
      aria-label={words.title}
      aria-rowcount={agents.length + 1}
    >
      <div className="agent-row agent-row-head" role="row" aria-rowindex={1}>
        <span role="columnheader">
          <Checkbox
            size="xs"
            checked={many === agents.length}
            indeterminate={many > 0 && many < agents.length}
            onChange={selection.toggleAll}
            aria-label={fleet.selectAll}
          />
        </span>
        {COLUMNS.map((column) =>
          column === 'work' || column === 'groups' ? (
            <span key={column} role="columnheader" data-column={column}>
              {fleet.columns[column]}
            </span>
          ) : (
            <SortHead key={column} column={column} order={order} sort={sort} />
          ),
        )}
      </div>
      <div ref={body} role="rowgroup" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const agent = agents[item.index];
          return (
            agent && (
              <AgentRow
                key={item.key}
                agent={agent}
                index={item.index}
                top={item.start - top}
                isSelected={selection.ids.has(agent.id)}
                isChosen={agent.id === chosen}
                toggle={selection.toggle}
              />
            )
          );
        })}
      </div>
    </div>
  );
}

interface SortHeadProps {
  readonly column: OrderKey;
  readonly order: Order;
  sort(order: Order): void;
}

function SortHead({ column, order, sort }: SortHeadProps) {
  const { fleet } = useText();
  const isOn = order.key === column;
  const way = order.isDescending ? 'descending' : 'ascending';
  const Icon = order.isDescending ? IconChevronDown : IconChevronUp;
  return (
    <span role="columnheader" aria-sort={isOn ? way : 'none'} data-column={column}>
      <button
        type="button"
        className="agent-sort"
        data-on={isOn}
        title={fleet.sortBy(fleet.columns[column])}
        onClick={() =>
          sort({
            key: column,
            isDescending: isOn ? !order.isDescending : BUSIEST_FIRST.has(column),
          })
        }
        data-testid={`sort-${column}`}
      >
        {fleet.columns[column]}
        {isOn && <Icon size={12} aria-hidden="true" />}
      </button>
    </span>
  );
}
