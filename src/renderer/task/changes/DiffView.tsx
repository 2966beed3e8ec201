/** The rows of a diff with the list of files beside them. Only rows in sight are drawn. */
import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual';
import { useCallback, useMemo, useRef, useState } from 'react';
import type { Diff, DiffFile } from '../../../shared/contract.ts';
import { DiffRowView } from './DiffRowView.tsx';
import { FileList } from './FileList.tsx';
import { parsePatch, type Hunk } from './parse-patch.ts';
import { fileIndexes, rowsOf, type DiffLayout } from './rows.ts';

const LINE_PX = 20;
const FILE_PX = 38;

export function DiffView({ diff, layout }: { readonly diff: Diff; readonly layout: DiffLayout }) {
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const hunksOf = useHunks(diff);
  const rows = useMemo(
    () => rowsOf(diff, toggled, layout, hunksOf),
    [diff, toggled, layout, hunksOf],
  );
  const starts = useMemo(() => fileIndexes(rows), [rows]);
  const heads = useMemo(() => [...starts.values()], [starts]);
  const scroller = useRef<HTMLDivElement>(null);
  const current = useRef(0);
  // The head of the file that is being read stays at the top.
  const rangeExtractor = useCallback(
    (range: Range) => {
      current.current = heads.findLast((index) => index <= range.startIndex) ?? 0;
      return [...new Set([current.current, ...defaultRangeExtractor(range)])].toSorted(
        (a, b) => a - b,
      );
    },
    [heads],
  );
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.type === 'file' ? FILE_PX : LINE_PX),
    overscan: 24,
    rangeExtractor,
    getItemKey: (index) => rows[index]?.key ?? index,
  });
  const toggle = useCallback((path: string) => {
    setToggled((before) => {
      const next = new Set(before);
      if (!next.delete(path)) next.add(path);
      return next;
    });
  }, []);
  return (
    <div className="diff-body">
      <FileList
        files={diff.files}
        onChoose={(path) => virtual.scrollToIndex(starts.get(path) ?? 0, { align: 'start' })}
      />
      <div className="diff-rows" ref={scroller} role="region" aria-label={diff.branch} tabIndex={0}>
        <div className="diff-space" style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map((item) => {
            const row = rows[item.index];
            const isSticky = row?.type === 'file' && item.index === current.current;
            return (
              row && (
                <div
                  key={item.key}
                  ref={virtual.measureElement}
                  data-index={item.index}
                  className={isSticky ? 'diff-item diff-sticky' : 'diff-item'}
                  style={isSticky ? undefined : { transform: `translateY(${item.start}px)` }}
                >
                  <DiffRowView row={row} onToggle={toggle} />
                </div>
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}

/** Each file is parsed when it is first opened, and once. */
function useHunks(diff: Diff): (file: DiffFile) => readonly Hunk[] {
  return useMemo(() => {
    const parsed = new Map<string, readonly Hunk[]>();
    return (file) => {
      const known = parsed.get(file.path) ?? parsePatch(file.patch);
      parsed.set(file.path, known);
      return known;
    };
    // A new change has new patches under the same paths.
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- see above
  }, [diff]);
}
