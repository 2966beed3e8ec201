/** One row of a diff, of whatever kind. */
import { memo } from 'react';
import { DiffFileHead } from './DiffFileHead.tsx';
import { DiffLineView } from './DiffLineView.tsx';
import { DiffNote } from './DiffNote.tsx';
import type { DiffRow } from './rows.ts';

export interface DiffRowViewProps {
  readonly row: DiffRow;
  onToggle(path: string): void;
}

export const DiffRowView = memo(function DiffRowView({ row, onToggle }: DiffRowViewProps) {
  switch (row.type) {
    case 'file':
      return <DiffFileHead file={row.file} isOpen={row.isOpen} onToggle={onToggle} />;
    case 'hunk':
      return (
        <div className="hunk mono">
          @@ {row.hunk.firstBefore} → {row.hunk.firstAfter} @@ {row.hunk.heading}
        </div>
      );
    case 'line':
      return (
        <div className="line line-unified" data-kind={row.line.kind}>
          <span className="line-no">{row.line.before}</span>
          <span className="line-no">{row.line.after}</span>
          <DiffLineView line={row.line} />
        </div>
      );
    case 'pair':
      return (
        <div className="line-pair">
          {[row.pair.left, row.pair.right].map((line, side) => (
            <div key={side} className="line line-half" data-kind={line?.kind ?? 'absent'}>
              <span className="line-no">{side === 0 ? line?.before : line?.after}</span>
              {line && <DiffLineView line={line} />}
            </div>
          ))}
        </div>
      );
    case 'note':
      return <DiffNote note={row.note} file={row.file} onToggle={onToggle} />;
  }
});
