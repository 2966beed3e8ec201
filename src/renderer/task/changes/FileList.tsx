/** The files of a change with their sizes; choosing one scrolls to it. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import type { DiffFile } from '../../../shared/contract.ts';
import { useText } from '../../context.ts';
import { ChangeSize } from '../../tasks/ChangeSize.tsx';

export interface FileListProps {
  readonly files: readonly DiffFile[];
  onChoose(path: string): void;
}

const ROW_PX = 28;

export function FileList({ files, onChoose }: FileListProps) {
  const { diff: text } = useText().task;
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
              <ChangeSize stats={file} />
            </button>
          );
        })}
      </div>
    </nav>
  );
}
