/** The line between two parts of a file that are shown: what is left out there, and the ways to see it. */
import { IconArrowDown, IconArrowUp, IconArrowsVertical } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { MOST_LINES } from '../../../shared/contract-review.ts';
import { useLanguage, useText } from '../../context.ts';
import { whole } from '../../format/size.ts';
import { useDiffTools } from './diff-context.ts';
import type { DiffRow } from './rows.ts';

/** Shown with one press. */
const STEP = 20;
const ICON_PX = 13;

export function HunkHead({ row }: { readonly row: Extract<DiffRow, { type: 'hunk' }> }) {
  const { changes: text } = useText().review;
  const language = useLanguage();
  const { hunk, skipped, path } = row;
  const until = hunk.firstAfter - 1;
  const from = hunk.firstAfter - skipped;
  const all = Math.min(skipped, MOST_LINES);
  return (
    <div className="hunk mono">
      {skipped > 0 && (
        <span className="hunk-gap">
          {text.gap(skipped, whole(skipped, language))}
          {skipped > STEP && from > 1 && (
            <OpenLines path={path} from={from} label={text.openAfter(STEP, from - 1)}>
              <IconArrowDown size={ICON_PX} aria-hidden="true" /> {STEP}
            </OpenLines>
          )}
          {skipped > STEP && (
            <OpenLines
              path={path}
              from={until - STEP + 1}
              label={text.openBefore(STEP, hunk.firstAfter)}
            >
              <IconArrowUp size={ICON_PX} aria-hidden="true" /> {STEP}
            </OpenLines>
          )}
          <OpenLines
            path={path}
            from={until - all + 1}
            count={all}
            label={text.openAll(all, whole(all, language))}
          >
            <IconArrowsVertical size={ICON_PX} aria-hidden="true" /> {whole(all, language)}
          </OpenLines>
        </span>
      )}
      {hunk.firstBefore} → {hunk.firstAfter} {hunk.heading}
    </div>
  );
}

/** What comes after the last part: how much it is, is known when it was read. */
export function FileRest({ row }: { readonly row: Extract<DiffRow, { type: 'rest' }> }) {
  const { changes: text } = useText().review;
  const language = useLanguage();
  const { path, from } = row;
  return (
    <div className="hunk mono">
      <span className="hunk-gap">
        <OpenLines path={path} from={from} label={text.openAfter(STEP, from - 1)}>
          <IconArrowDown size={ICON_PX} aria-hidden="true" /> {STEP}
        </OpenLines>
        <OpenLines
          path={path}
          from={from}
          count={MOST_LINES}
          label={text.openRest(whole(MOST_LINES, language))}
        >
          <IconArrowDown size={ICON_PX} aria-hidden="true" /> {text.rest}
        </OpenLines>
      </span>
    </div>
  );
}

interface OpenLinesProps {
  readonly path: string;
  readonly from: number;
  readonly count?: number;
  readonly label: string;
  readonly children: ReactNode;
}

function OpenLines({ path, from, count = STEP, label, children }: OpenLinesProps) {
  const { open } = useDiffTools();
  return (
    <button
      type="button"
      className="hunk-open num"
      aria-label={label}
      title={label}
      onClick={() => open(path, from, count)}
      data-testid="open-lines"
    >
      {children}
    </button>
  );
}
