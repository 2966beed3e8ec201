/** The steps of the pull request and the issue, on the lane of the task. A click sets the moment there. */
import { useMemo } from 'react';
import { useLanguage, useText } from '../../context.ts';
import { clockTime } from '../../format/time.ts';
import { useChart } from './ChartContext.ts';
import { forgeMarksOf } from './forge-marks.ts';
import { percent } from './zoom.ts';

export function ForgeMarks() {
  const text = useText();
  const language = useLanguage();
  const { events, view, choose } = useChart();
  const marks = useMemo(() => forgeMarksOf(events, text), [events, text]);
  return marks.map(({ kind, at, tone, words }, index) => {
    const place = percent(at, view);
    if (place < 0 || place > 100) return null;
    const label = `${text.pull.marks[kind]}: ${words} · ${clockTime(at, language)}`;
    return (
      <button
        key={`${kind} ${at} ${index}`}
        type="button"
        // One stop for the keyboard is the chart: its arrows go from event to event.
        tabIndex={-1}
        className="mark mark-forge"
        aria-label={label}
        title={label}
        data-kind={kind}
        data-tone={tone}
        data-testid="forge-mark"
        style={{ left: `${place}%` }}
        onClick={(event) => {
          event.stopPropagation();
          choose(at, null);
        }}
      />
    );
  });
}
