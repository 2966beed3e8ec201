/** One row of a diff, of whatever kind. */
import { memo } from 'react';
import { DiffFileHead } from './DiffFileHead.tsx';
import { DiffLineView } from './DiffLineView.tsx';
import { DiffNote } from './DiffNote.tsx';
import { Elsewhere } from './Elsewhere.tsx';
import { FileRest, HunkHead } from './HunkHead.tsx';
import { LineNumber } from './LineNumber.tsx';
import { LineTalk } from './LineTalk.tsx';
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
      return <HunkHead row={row} />;
    case 'rest':
      return <FileRest row={row} />;
    case 'line': {
      const { line, hunk, file } = row;
      return (
        <div className="line line-unified" data-kind={line.kind}>
          <LineNumber path={file.path} line={line} column="before" />
          <LineNumber path={file.path} line={line} column="after" />
          <DiffLineView line={line} hunk={hunk} path={file.path} />
        </div>
      );
    }
    case 'pair': {
      const { pair, hunk, file } = row;
      return (
        <div className="line-pair">
          {[pair.left, pair.right].map((line, side) => (
            <div key={side} className="line line-half" data-kind={line?.kind ?? 'absent'}>
              <LineNumber path={file.path} line={line} column={side === 0 ? 'before' : 'after'} />
              {line && <DiffLineView line={line} hunk={hunk} path={file.path} />}
            </div>
          ))}
        </div>
      );
    }
    case 'talk':
      return <LineTalk place={row.place} talk={row.talk} isEditing={row.isEditing} />;
    case 'elsewhere':
      return <Elsewhere talk={row.talk} />;
    case 'note':
      return <DiffNote note={row.note} file={row.file} onToggle={onToggle} />;
  }
});
