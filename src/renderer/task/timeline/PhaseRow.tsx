/** One phase of an attempt: name, bar, duration and what it said. */
import { useText } from '../../context.ts';
import { duration } from '../../format/time.ts';
import type { PhaseBar } from './layout.ts';
import type { Pause } from './marks.ts';

export interface PhaseRowProps {
  readonly bar: PhaseBar;
  /** When the attempt stood still. */
  readonly pauses: readonly Pause[];
}

export function PhaseRow({ bar, pauses }: PhaseRowProps) {
  const { phases, outcomes } = useText();
  const { phase, run, left, width, durationMs, isCut } = bar;
  const state = isCut ? 'cut' : run ? (run.outcome ?? 'running') : 'ahead';
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
            aria-label={outcomes[isCut ? 'cut' : (run.outcome ?? 'running')]}
            style={{ left: `${left}%`, width: `${width}%` }}
          />
        )}
        {pauses
          .filter((pause) => run !== null && isDuring(pause, bar))
          .map((pause) => (
            // Told once, in the row of marks.
            <span
              key={pause.from}
              className="pause"
              aria-hidden="true"
              style={{ left: `${pause.left}%`, width: `${pause.width}%` }}
            />
          ))}
      </span>
      <span className="phase-time num">{durationMs !== null && duration(durationMs)}</span>
      <span className="phase-detail clip" title={detail}>
        {detail}
      </span>
    </div>
  );
}

function isDuring(pause: Pause, { left, width }: PhaseBar): boolean {
  return pause.left < left + width && pause.left + pause.width > left;
}
