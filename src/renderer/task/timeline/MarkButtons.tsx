/** What happened to an attempt at single moments, on its lane. A click sets the moment there. */
import type { Attempt } from '../../../shared/domain/attempt.ts';
import { useLanguage, useText } from '../../context.ts';
import { shortCommit } from '../../format/repo.ts';
import { clockTime } from '../../format/time.ts';
import type { Text } from '../../i18n/en.ts';
import { useChart } from './ChartContext.ts';
import { joinedMarks, type Mark } from './marks.ts';
import { percent } from './zoom.ts';

export interface MarkButtonsProps {
  readonly attempt: Attempt;
  readonly marks: readonly Mark[];
}

/** Closer together, marks run into each other. */
const LEAST_PX = 12;

export function MarkButtons({ attempt, marks }: MarkButtonsProps) {
  const text = useText();
  const language = useLanguage();
  const { view, width, choose } = useChart();
  return joinedMarks(marks, view, width, LEAST_PX).map((mark) => {
    const label = labelOf(mark, attempt, text, clockTime(mark.at, language));
    return (
      <button
        key={`${mark.kind} ${mark.at}`}
        type="button"
        // One stop for the keyboard is the chart: its arrows go from event to event.
        tabIndex={-1}
        className="mark"
        aria-label={label}
        title={label}
        data-kind={mark.kind}
        data-state={mark.kind === 'ended' ? attempt.state : undefined}
        data-testid="mark"
        style={{ left: `${percent(mark.at, view)}%` }}
        onClick={(event) => {
          event.stopPropagation();
          choose(mark.at, attempt.id);
        }}
      />
    );
  });
}

function labelOf(
  { kind, commit, count }: Mark,
  attempt: Attempt,
  text: Text,
  when: string,
): string {
  const words = text.troubles.marks;
  if (kind === 'fenced') return words.fenced(when);
  if (kind === 'ended') return `${text.attemptStates[attempt.state]} · ${when}`;
  if (kind === 'kept') return words.kept(shortCommit(commit ?? ''), when);
  return count > 1
    ? words.checkpoints(count, when)
    : words.checkpoint(shortCommit(commit ?? ''), when);
}
