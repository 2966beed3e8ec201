/** The text of one line of a diff, with its mark for those who cannot see its colour, and what of it is changed. */
import { memo } from 'react';
import { useDiffTools } from './diff-context.ts';
import type { DiffLine, Hunk } from './parse-patch.ts';
import { drawn } from './rows.ts';
import { segmentsOf } from './segments.ts';
import { tokensOf } from './syntax.ts';

const MARKS = { context: ' ', added: '+', removed: '−' } as const;

export interface DiffLineViewProps {
  readonly line: DiffLine;
  readonly hunk: Hunk;
  readonly path: string;
}

export const DiffLineView = memo(function DiffLineView({ line, hunk, path }: DiffLineViewProps) {
  const { languageOf, changedIn } = useDiffTools();
  const tokens = tokensOf(drawn(line.text), languageOf(path));
  const changed = line.kind === 'context' ? undefined : changedIn(hunk).get(line);
  return (
    <>
      <span className="line-mark">{MARKS[line.kind]}</span>
      <span className="line-text">
        {segmentsOf(tokens, changed ?? []).map(({ text, kind, isChanged }, index) =>
          kind === 'plain' && !isChanged ? (
            text
          ) : (
            <span key={index} data-token={kind} data-changed={isChanged}>
              {text}
            </span>
          ),
        )}
        {line.isUnended && <span className="faint"> ⌿</span>}
      </span>
    </>
  );
});
