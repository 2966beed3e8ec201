/** The text of one line of a diff, with its mark for those who cannot see its colour. */
import type { DiffLine } from './parse-patch.ts';
import { drawn } from './rows.ts';

const MARKS = { context: ' ', added: '+', removed: '−' } as const;

export function DiffLineView({ line }: { readonly line: DiffLine }) {
  return (
    <>
      <span className="line-mark">{MARKS[line.kind]}</span>
      <span className="line-text">
        {drawn(line.text)}
        {line.isUnended && <span className="faint"> ⌿</span>}
      </span>
    </>
  );
}
