/** Cards of provisionings, one under the other. Only those in sight are drawn: there may be hundreds. */
import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual';
import { useRef, type RefObject } from 'react';
import type { Provisioning } from '../../shared/provisioning.ts';
import { useTopWithin } from '../components/use-top-within.ts';
import { ProvisioningCard } from './ProvisioningCard.tsx';

export interface ProvisioningListProps {
  readonly runs: readonly Provisioning[];
  readonly scroller: RefObject<HTMLElement | null>;
}

const CARD_PX = 50;
/** So few are shown with their steps from the start. */
const FEW = 3;

export function ProvisioningList({ runs, scroller }: ProvisioningListProps) {
  const list = useRef<HTMLUListElement>(null);
  const top = useTopWithin(list, scroller);
  const virtual = useVirtualizer({
    count: runs.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => CARD_PX,
    overscan: 4,
    scrollMargin: top,
    getItemKey: (index) => runs[index]?.id ?? index,
    rangeExtractor: (range) => withTyping(range, runs),
  });
  return (
    <ul className="runs-list" ref={list} style={{ height: virtual.getTotalSize() }}>
      {virtual.getVirtualItems().map((item) => {
        const run = runs[item.index];
        return (
          run && (
            <li
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              style={{ transform: `translateY(${item.start - top}px)` }}
            >
              <ProvisioningCard provisioning={run} isOneOfFew={runs.length <= FEW} />
            </li>
          )
        );
      })}
    </ul>
  );
}

/** One that asks stays drawn when it is scrolled out of sight: somebody may be typing the answer. */
function withTyping(range: Range, runs: readonly Provisioning[]): number[] {
  const asking = runs.flatMap(({ state }, index) => (state === 'asking' ? [index] : []));
  const indexes = new Set([...defaultRangeExtractor(range), ...asking.slice(0, 20)]);
  return [...indexes].toSorted((a, b) => a - b);
}
