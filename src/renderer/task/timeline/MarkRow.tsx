/** The row below the phases of an attempt: where its work was safe, and what came after its end. */
import { useLanguage, useText } from '../../context.ts';
import { shortCommit } from '../../format/repo.ts';
import { clockTime, duration } from '../../format/time.ts';
import type { Language } from '../../i18n/languages.ts';
import type { Text } from '../../i18n/en.ts';
import type { Mark, Marks } from './marks.ts';
import { PauseSpans } from './PauseSpans.tsx';

export function MarkRow({ marks: { marks, pauses } }: { readonly marks: Marks }) {
  const text = useText();
  const language = useLanguage();
  const words = text.troubles.marks;
  const pause = pauses.at(-1);
  if (marks.length === 0 && pauses.length === 0) return null;
  const checkpoints = marks.reduce(
    (sum, { kind, count }) => (kind === 'checkpoint' ? sum + count : sum),
    0,
  );
  return (
    <div className="phase phase-marks" role="listitem" data-testid="marks">
      <span className="phase-name">{words.row}</span>
      <span className="phase-lane">
        <PauseSpans pauses={pauses} />
        {marks.map((mark) => {
          const label = labelOf(mark, text, language);
          return (
            <span
              key={`${mark.kind} ${mark.left}`}
              className="mark"
              role="img"
              aria-label={label}
              title={label}
              data-kind={mark.kind}
              data-testid="mark"
              style={{ left: `${mark.left}%` }}
            />
          );
        })}
      </span>
      <span className="phase-time num">{checkpoints > 0 && `× ${checkpoints}`}</span>
      <span className="phase-detail clip">
        {pause && pause.durationMs >= 1_000 && words.pause(duration(pause.durationMs))}
      </span>
    </div>
  );
}

function labelOf({ kind, at, commit, count }: Mark, text: Text, language: Language): string {
  const words = text.troubles.marks;
  const when = clockTime(at, language);
  if (kind === 'fenced') return words.fenced(when);
  if (kind === 'kept') return words.kept(shortCommit(commit ?? ''), when);
  return count > 1
    ? words.checkpoints(count, when)
    : words.checkpoint(shortCommit(commit ?? ''), when);
}
