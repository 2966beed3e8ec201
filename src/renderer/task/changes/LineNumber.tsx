/** The number of a line; where the change is up for review, a way to say something about the line. */
import { IconPlus } from '@tabler/icons-react';
import { useText } from '../../context.ts';
import { useDiffTools } from './diff-context.ts';
import type { DiffLine } from './parse-patch.ts';
import { placeOf } from './talk.ts';

export interface LineNumberProps {
  readonly path: string;
  readonly line: DiffLine | null;
  readonly column: 'before' | 'after';
}

export function LineNumber({ path, line, column }: LineNumberProps) {
  const { changes: text } = useText().review;
  const { review } = useDiffTools();
  const number = column === 'before' ? line?.before : line?.after;
  const place = line && placeOf(line);
  if (!review || !place || place.side !== column) return <span className="line-no">{number}</span>;
  return (
    <span className="line-no">
      <button
        type="button"
        className="line-comment"
        aria-label={text.comment(place.line)}
        onClick={() => review.edit({ path, ...place })}
        data-testid="line-comment"
      >
        <IconPlus size={12} aria-hidden="true" />
      </button>
      {number}
    </span>
  );
}
