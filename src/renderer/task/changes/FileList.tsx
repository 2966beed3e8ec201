/** The files of a change with their sizes; choosing one scrolls to it. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { IconCheck, IconMessage } from '@tabler/icons-react';
import { useMemo, useRef } from 'react';
import type { DiffFile } from '../../../shared/contract-review.ts';
import { useText } from '../../context.ts';
import type { Talk } from './talk.ts';
import { ChangeSize } from '../../tasks/ChangeSize.tsx';

export interface FileListProps {
  readonly files: readonly DiffFile[];
  readonly viewed: ReadonlySet<string>;
  /** What was said about lines, for the number of it beside each file. */
  readonly talk: readonly Talk[];
  onChoose(path: string): void;
}

const ROW_PX = 28;

export function FileList({ files, viewed, talk, onChoose }: FileListProps) {
  const { task, review } = useText();
  const { diff: text } = task;
  const counts = useMemo(() => countsOf(talk), [talk]);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: files.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 10,
  });
  return (
    <nav className="files" ref={scroller} aria-label={text.list}>
      <div className="files-space" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const file = files[item.index];
          if (!file) return null;
          const slash = file.path.lastIndexOf('/') + 1;
          return (
            <button
              key={item.key}
              type="button"
              className="file"
              data-viewed={viewed.has(file.path)}
              style={{ transform: `translateY(${item.start}px)` }}
              title={`${file.path} · ${text.status[file.status]}`}
              onClick={() => onChoose(file.path)}
              data-testid="diff-file"
            >
              <span className="file-mark" data-status={file.status} aria-hidden="true" />
              <span className="file-name clip">
                {file.path.slice(slash)}
                <span className="faint"> {file.path.slice(0, slash)}</span>
              </span>
              {counts.has(file.path) && (
                <span className="file-talk num">
                  <IconMessage size={12} aria-hidden="true" />
                  {counts.get(file.path)}
                </span>
              )}
              {viewed.has(file.path) ? (
                <IconCheck size={14} className="file-viewed" aria-label={review.changes.viewed} />
              ) : (
                <ChangeSize stats={file} />
              )}
            </button>
          );
        })}
      </div>
    </nav>
  );
}

function countsOf(talk: readonly Talk[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { comment } of talk) counts.set(comment.path, (counts.get(comment.path) ?? 0) + 1);
  return counts;
}
