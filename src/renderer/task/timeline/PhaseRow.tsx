/** One phase of an attempt: name, bar, duration and what it said. */
import { useText } from '../../context.ts';
import { duration } from '../../format/time.ts';
import type { PhaseBar } from './layout.ts';

export function PhaseRow({ bar }: { readonly bar: PhaseBar }) {
  const { phases, outcomes } = useText();
  const { phase, run, left, width, durationMs } = bar;
  const state = run ? (run.outcome ?? 'running') : 'ahead';
  const detail = run?.detail ?? '';
  return (
    <div
      className="phase"
      role="listitem"
      data-state={state}
      data-phase={phase}
      data-testid="phase"
    >
      <span className="phase-name">{phases[phase]}</span>
      <span className="phase-lane">
        {run && (
          <span
            className="phase-bar"
            role="img"
            aria-label={run.outcome === null ? outcomes.running : outcomes[run.outcome]}
            style={{ left: `${left}%`, width: `${width}%` }}
          />
        )}
      </span>
      <span className="phase-time num">{durationMs !== null && duration(durationMs)}</span>
      <span className="phase-detail clip" title={detail}>
        {detail}
      </span>
    </div>
  );
}
