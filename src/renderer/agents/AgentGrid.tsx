/** Agents as tiles, as many in a row as there is room for. Only the rows in sight are drawn. */
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  useDeferredValue,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type RefObject,
} from 'react';
import type { Agent } from '../../shared/domain/agent.ts';
import type { AgentId } from '../../shared/ids.ts';
import { useRows } from '../components/use-rows.ts';
import { useTopWithin } from '../components/use-top-within.ts';
import { useText } from '../context.ts';
import { AgentTile } from './AgentTile.tsx';
import type { Selection } from './use-selection.ts';

export interface AgentListProps {
  readonly agents: readonly Agent[];
  readonly selection: Selection;
  /** Where j and k are. */
  readonly chosen: AgentId | null;
  readonly scroller: RefObject<HTMLElement | null>;
}

const TILE_PX = 310;
const GAP_PX = 12;
const GUESSED_HEIGHT_PX = 190;
/** Rows out of sight that stand ready. */
const OVERSCAN = 2;

export function AgentGrid({ agents, selection, chosen, scroller }: AgentListProps) {
  const text = useText();
  const list = useRef<HTMLDivElement>(null);
  const top = useTopWithin(list, scroller);
  const columns = useColumns(list);
  // A grid that comes (also back, after a search that found none) draws what is in sight, and the rest in a step of its own.
  const overscan = useDeferredValue(OVERSCAN, 0);
  const virtual = useVirtualizer({
    count: Math.ceil(agents.length / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => GUESSED_HEIGHT_PX,
    gap: GAP_PX,
    overscan,
    useFlushSync: false,
    scrollMargin: top,
  });
  const { at } = useRows(agents, chosen);
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(Math.floor(at / columns));
  }, [at, columns, virtual]);
  return (
    <div
      className="agents-grid"
      ref={list}
      role="list"
      aria-label={text.agents.title}
      style={{ height: virtual.getTotalSize() }}
    >
      {virtual.getVirtualItems().map((row) => (
        <div
          key={row.key}
          className="agents-grid-row"
          role="presentation"
          ref={virtual.measureElement}
          data-index={row.index}
          style={{
            transform: `translateY(${row.start - top}px)`,
            gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
          }}
        >
          {agents.slice(row.index * columns, (row.index + 1) * columns).map((agent) => (
            <AgentTile
              key={agent.id}
              agent={agent}
              isSelected={selection.ids.has(agent.id)}
              isSelecting={selection.ids.size > 0}
              isChosen={agent.id === chosen}
              toggle={selection.toggle}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

function useColumns(element: RefObject<HTMLElement | null>): number {
  const [columns, setColumns] = useState(1);
  useLayoutEffect(() => {
    const { current } = element;
    if (!current) return undefined;
    const measure = (): void => {
      const width = current.clientWidth;
      setColumns(Math.max(1, Math.floor((width + GAP_PX) / (TILE_PX + GAP_PX))));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return columns;
}
